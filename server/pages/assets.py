"""Styles, scripts and pictures of the pages, at addresses that change with what is in them.

A room's assets are the files of its folder `assets`; `/assets/<digest>/<room>/<name>` serves them
for ever, since other contents have another address.
"""

from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path

from aiohttp import web

from server.pages.packed import PackedFile, given, packed

_ROOMS = Path(__file__).parents[1]
_KINDS = {
    ".css": "text/css",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
    ".png": "image/png",
}
_DIGITS = 12


@dataclass(frozen=True, slots=True)
class Asset:
    """A file as it is served."""

    address: str
    file: PackedFile


@cache
def assets() -> dict[str, Asset]:
    """Return all assets by `room/name`; the files are read once."""
    files = sorted(_ROOMS.glob("*/assets/*"))
    return {
        f"{file.parent.parent.name}/{file.name}": _read(file)
        for file in files
        if file.suffix in _KINDS
    }


def address_of(name: str) -> str:
    """Return the address of an asset, `pages/style.css`. Raises KeyError."""
    return assets()[name].address


async def serve(request: web.Request) -> web.Response:
    """GET /assets/<digest>/<room>/<name>: the file, for as long as a browser likes to keep it."""
    asset = assets().get(f"{request.match_info['room']}/{request.match_info['name']}")
    if asset is None or asset.address != request.path:
        raise web.HTTPNotFound
    return given(request, asset.file, {"Cache-Control": "public, max-age=31536000, immutable"})


def routes() -> list[web.RouteDef]:
    """Return the route of the assets."""
    return [web.get("/assets/{digest}/{room}/{name}", serve)]


def _read(file: Path) -> Asset:
    content = file.read_bytes()
    digest = sha256(content).hexdigest()[:_DIGITS]
    room = file.parent.parent.name
    address = f"/assets/{digest}/{room}/{file.name}"
    return Asset(address, packed(content, _KINDS[file.suffix]))
