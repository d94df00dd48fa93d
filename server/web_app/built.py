"""What `clients/web` builds into: files whose names change with what is in them.

They lie beside this file, as built, so that who installs the program needs no Node.
"""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import msgspec

from server.pages.packed import PackedFile, packed

PREFIX = "/app/"
_FOLDER = Path(__file__).parent / "built"
_KINDS = {".js": "text/javascript", ".css": "text/css"}
_MAIN = "src/main.tsx"
_SEARCH = "src/search/search_worker.ts"
_WORKER = "sw.js"


class _Entry(msgspec.Struct):
    file: str
    css: list[str] = []
    imports: list[str] = []


@dataclass(frozen=True, slots=True)
class Build:
    """The addresses of the app's scripts and styles, its files by name, and its service worker.

    `parts` are what the scripts import: the page names them all, so that a browser keeps them all.
    """

    script: str
    search: str
    parts: tuple[str, ...]
    styles: tuple[str, ...]
    files: dict[str, PackedFile]
    worker: PackedFile


@cache
def build() -> Build:
    """Return what was built; the files are read once."""
    manifest = msgspec.json.decode((_FOLDER / "manifest.json").read_bytes(), type=dict[str, _Entry])
    main, search = manifest[_MAIN], manifest[_SEARCH]
    parts = sorted({manifest[name].file for each in (main, search) for name in each.imports})
    files = {
        file.name: packed(file.read_bytes(), _KINDS[file.suffix])
        for file in sorted(_FOLDER.iterdir())
        if file.suffix in _KINDS
    }
    worker = files.pop(_WORKER)
    return Build(
        PREFIX + main.file,
        PREFIX + search.file,
        tuple(PREFIX + name for name in parts),
        tuple(PREFIX + name for name in main.css),
        files,
        worker,
    )
