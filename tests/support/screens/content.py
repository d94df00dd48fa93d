"""A home with something of everything in it."""

import io
import json
import math
import struct
import wave
import zipfile
from typing import Any
from urllib.parse import quote

from PIL import Image, ImageDraw

from tests.support.document_server.docx import new_docx
from tests.support.running_home import RunningHome
from tests.support.web_app import ask, make_folder, names

LONG = "Compte rendu de l’assemblée générale extraordinaire du 14 février, version relue.docx"
MARKDOWN = """# House rules

Be **kind**, close the *door*, and read [the manual](https://example.org).

1. Feed the cat
2. Water the plants

> A quotation that goes on for a while, so that it is seen to wrap on a narrow screen.

| Day | Who |
|---|---|
| Monday | Léa |

```python
print("hello")
```
"""


def picture(number: int, month: int) -> bytes:
    """Return a photo taken in a month of 2024 or 2025."""
    drawn = Image.new("RGB", (1200, 900 if number % 3 else 1600), (60, 90 + number * 9 % 150, 150))
    pen = ImageDraw.Draw(drawn)
    for ring in range(12):
        edge = 60 + ring * 28
        shade = (200 - ring * 12, 120 + number * 7 % 100, 60 + ring * 15)
        pen.ellipse((edge, edge, 1200 - edge, 900 - edge), outline=shade, width=14)
    exif = drawn.getexif()
    exif[0x0132] = f"{2024 + number % 2}:{month:02}:11 10:00:00"
    kept = io.BytesIO()
    drawn.save(kept, "JPEG", exif=exif)
    return kept.getvalue()


def sound() -> bytes:
    """Return a second of a tone."""
    kept = io.BytesIO()
    with wave.open(kept, "wb") as written:
        written.setparams((1, 2, 8000, 0, "NONE", ""))
        tone = (int(9000 * math.sin(at / 3)) for at in range(8000))
        written.writeframes(b"".join(struct.pack("<h", each) for each in tone))
    return kept.getvalue()


def pdf() -> bytes:
    """Return a PDF of two pages."""
    pages = [Image.new("RGB", (595, 842), "white") for _ in range(2)]
    ImageDraw.Draw(pages[0]).text((80, 90), "A plan for the garden", "black", font_size=30)
    kept = io.BytesIO()
    pages[0].save(kept, "PDF", save_all=True, append_images=pages[1:])
    return kept.getvalue()


def archive() -> bytes:
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w") as written:
        written.writestr("inside.txt", "x" * 5000)
    return kept.getvalue()


def put(home: RunningHome, path: str, content: bytes, kind: str = "text/plain") -> None:
    ask(home, "PUT", f"/dav/files{quote(path)}", content, kind)


def change(home: RunningHome, name: str, attributes: dict[str, Any]) -> None:
    """Change attributes of what lies at the top under a name."""
    node = names(home)[name]
    body = {"data": {"type": "io.cozy.files", "id": node, "attributes": attributes}}
    ask(home, "PATCH", f"/files/{node}", json.dumps(body).encode())


def rename(home: RunningHome, name: str, other: str) -> None:
    change(home, name, {"name": other})


def link(home: RunningHome, path: str, *verbs: str, **attributes: Any) -> str:
    """Make a link to what lies at a path; returns its code."""
    found = json.loads(ask(home, "GET", f"/files/metadata?Path={quote(path)}"))["data"]["id"]
    rule = {"type": "io.cozy.files", "verbs": list(verbs), "values": [found]}
    body = {"data": {"attributes": {"permissions": {"files": rule}, **attributes}}}
    told = json.loads(ask(home, "POST", "/permissions?codes=link", json.dumps(body).encode()))
    return str(told["data"]["attributes"]["shortcodes"]["link"])


def fill(home: RunningHome) -> None:
    """Put something of everything into a home."""
    for folder in ("/Photos", "/Family/Holidays/Brittany 2024", "/Inbox", "/Empty", "/Work"):
        make_folder(home, folder)
    for number in range(14):
        name = f"/Photos/IMG_{number:04}.jpg"
        put(home, name, picture(number, 1 + number * 5 % 12), "image/jpeg")
    kinds: dict[str, tuple[bytes, str]] = {
        "/notes.md": (MARKDOWN.encode(), "text/markdown"),
        "/clock.py": (b"def now():\n    return 'now'\n" * 9, "text/x-python"),
        "/garden.pdf": (pdf(), "application/pdf"),
        "/tone.wav": (sound(), "audio/wav"),
        "/backup.zip": (archive(), "application/zip"),
        f"/{LONG}": (new_docx("Dear all,"), ""),
        "/Family/Holidays/Brittany 2024/plan.txt": (b"Boats\n", "text/plain"),
        "/Work/report.txt": (b"one\ntwo\nthree\n", "text/plain"),
        "/old.txt": (b"x", "text/plain"),
    }
    for path, (content, kind) in kinds.items():
        put(home, path, content, kind or "application/octet-stream")
    for text in (
        b"Milk\nBread\n",
        b"Milk\nRye bread\nCandles\n",
        b"Milk\nRye bread\nCandles, red\n",
    ):
        put(home, "/shopping.txt", text)
    ask(home, "DELETE", f"/files/{names(home)['old.txt']}")
    change(home, "notes.md", {"tags": ["house", "Été"]})
    change(home, "garden.pdf", {"cozyMetadata": {"favorite": True}})
    link(home, "/Photos", "GET", password="candle", expires_at="2099-01-01T10:00:00Z")
    link(home, "/Inbox", "POST")
    link(home, "/garden.pdf", "GET")


def introduce(home: RunningHome) -> None:
    """Give the home's owner a name."""
    told = json.loads(ask(home, "GET", "/settings/instance"))["data"]
    told["attributes"]["public_name"] = "Léa Martin"
    ask(home, "PUT", "/settings/instance", json.dumps({"data": told}).encode())
