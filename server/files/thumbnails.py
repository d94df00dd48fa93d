"""Thumbnails given out: signed addresses, a plain placeholder where there is no picture."""

import asyncio
import struct
import zlib

from aiohttp import web

from doctypes.files.errors import NodeMissing
from doctypes.files.node import File
from server import keys
from server.files.thumbnail_links import is_secret
from server.media.media import MEDIA

_JPEG, _WEBP = "image/jpeg", "image/webp"
_KEPT = {"Cache-Control": "private, max-age=86400, immutable"}
_NOT_KEPT = {"Cache-Control": "private, no-store"}


def _placeholder() -> bytes:
    """Return a grey pixel as PNG: what a page shows where there is no picture."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        body = kind + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    head = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    pixel = zlib.compress(b"\x00\xe0")
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", pixel) + chunk(b"IEND", b"")


PLACEHOLDER = _placeholder()


async def show(request: web.Request) -> web.Response:
    """GET /files/{id}/thumbnails/{secret}/{size}: the picture; 404 and a placeholder without."""
    instance, file_id = request[keys.INSTANCE], request.match_info["id"]
    secret, now = request.match_info["secret"], request.app[keys.NOW]()
    if not is_secret(instance, file_id, secret, now):
        return _none()
    try:
        node = await instance.files.get(file_id)
    except NodeMissing:
        return _none()
    if not isinstance(node, File):
        return _none()
    path = await request.app[MEDIA].thumbnail(instance, node, request.match_info["size"])
    if path is None:
        return _none()
    picture = await asyncio.to_thread(path.read_bytes)
    kind = _JPEG if picture.startswith(b"\xff\xd8") else _WEBP
    headers = {**_KEPT, "X-Content-Type-Options": "nosniff"}
    return web.Response(body=picture, content_type=kind, headers=headers)


def _none() -> web.Response:
    return web.Response(status=404, body=PLACEHOLDER, content_type="image/png", headers=_NOT_KEPT)
