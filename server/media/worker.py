"""The process that opens files of any origin: pictures, facts and texts of them, within limits.

It speaks over its standard streams as the worker for functions does: a question is two lengths (32
bits, big-endian), a header in JSON and a body; an answer is one length and JSON. It writes pictures
where it is told, each whole or not at all, and ends when its input does.
"""

import contextlib
import json
import os
import struct
import sys
from pathlib import Path
from typing import Any, BinaryIO

from doctypes.contents.text import text_of
from server.media.exif import facts_of
from server.media.kept_texts import packed
from server.media.pdf_pages import count_of, extract
from server.media.pictures import fitted, opened, prepare, shown, written
from server.media.sizes import SIZES

ADDRESS_SPACE = 2 << 30
LAST_RESORT = 600
"""Seconds of processor time in the life of the process: the next one goes on."""


def answer(asked: dict[str, Any]) -> dict[str, Any]:
    """Answer one question: `{path, class, into?}`; `into` is where thumbnails go, by size.

    Returns `{facts}`, with `made` for sizes that were, or `{error}`. With `page` it is `{path,
    page, into}`: that page of a PDF is written there, and none for page 0; returns `{pages}`. With
    `text`, a media type, it is `{path, text, into}`: the text goes there; returns `{characters}`.
    """
    try:
        if "text" in asked:
            return _text(Path(asked["path"]), asked["text"], Path(asked["into"]))
        if "page" in asked:
            return _page(Path(asked["path"]), asked["page"], asked["into"])
        image = opened(Path(asked["path"]), asked["class"])
        facts = facts_of(image) if asked["class"] == "image" else {}
        made = _thumbnails(image, asked["into"]) if asked.get("into") else []
    except Exception as error:  # noqa: BLE001  # whatever a hostile file makes of a library
        return {"error": f"{type(error).__name__}: {error}"[:200]}
    return {"facts": facts, "made": made}


def _text(path: Path, mime: str, target: Path) -> dict[str, Any]:
    text = text_of(path.read_bytes(), mime)
    _write(target, packed(text))
    return {"characters": len(text)}


def _page(path: Path, number: int, into: str) -> dict[str, Any]:
    if number:
        extract(path, number, Path(into))
    return {"pages": count_of(path)}


def _thumbnails(image: Any, into: dict[str, str]) -> list[str]:  # noqa: ANN401
    picture = shown(image)
    # From the largest down: each is made of the one before, which costs a fraction.
    for size in sorted(into, key=lambda name: -SIZES[name][0]):
        picture = fitted(picture, SIZES[size])
        _write(Path(into[size]), written(picture))
    return list(into)


def _write(target: Path, content: bytes) -> None:
    """Write a file, whole or not at all."""
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = target.with_name(target.name + ".new")
    temporary.write_bytes(content)
    temporary.replace(target)


def limit() -> None:
    """Take from this process what no picture needs."""
    with contextlib.suppress(ImportError):  # Windows
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (ADDRESS_SPACE, ADDRESS_SPACE))
        resource.setrlimit(resource.RLIMIT_CPU, (LAST_RESORT, LAST_RESORT))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        os.nice(10)


def serve(source: BinaryIO, target: BinaryIO) -> None:
    """Answer questions until there are no more."""
    while lengths := source.read(8):
        header, body = struct.unpack(">II", lengths)
        asked = json.loads(source.read(header))
        source.read(body)
        told = json.dumps(answer(asked)).encode()
        target.write(struct.pack(">I", len(told)) + told)
        target.flush()


def main() -> None:
    """Run the worker. What libraries print must not be taken for answers."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    limit()
    prepare()
    serve(sys.stdin.buffer, answers)
