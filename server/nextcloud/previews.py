"""Small pictures of files, as Nextcloud's programs ask for them: by number or path, in pixels."""

import asyncio

from aiohttp import web

from doctypes.files.errors import FileTreeError
from doctypes.files.node import File, Node
from doctypes.files.paths import is_in_trash
from server import keys
from server.dav.sights import own_sight
from server.files.seen import sees
from server.media.media import MEDIA
from server.media.sizes import SIZES
from server.nextcloud.file_numbers import node_of

_KEPT = {"Cache-Control": "private, max-age=86400", "X-Content-Type-Options": "nosniff"}
_USUAL = 32


async def preview(request: web.Request) -> web.Response:
    """GET /index.php/core/preview?fileId=…|file=…&x=…&y=…: a picture, or 404."""
    home = request[keys.HOME]
    try:
        node = await _asked(request)
        trashed = is_in_trash(await home.files.path_of(node))
        seen = await sees(home.files, (await own_sight(request)).view, node)
    except FileTreeError as error:
        raise web.HTTPNotFound(text="There is no such file.") from error
    wants_trashed = "files_trashbin" in request.path
    if not isinstance(node, File) or trashed is not wants_trashed or not seen:
        raise web.HTTPNotFound(text="There is no such file.")
    size = size_for(_number(request, "x"), _number(request, "y"))
    path = await request.app[MEDIA].thumbnail(home, node, size)
    if path is None:
        raise web.HTTPNotFound(text="There is no picture of this file.")
    picture = await asyncio.to_thread(path.read_bytes)
    kind = "image/jpeg" if picture.startswith(b"\xff\xd8") else "image/webp"
    tag = f'"{node.blob[:32]}-{size}"'
    headers = {**_KEPT, "ETag": tag}
    if request.headers.get("If-None-Match") == tag:
        return web.Response(status=304, headers=headers)
    return web.Response(body=picture, content_type=kind, headers=headers)


async def _asked(request: web.Request) -> Node:
    home = request[keys.HOME]
    number = request.query.get("fileId")
    if number is not None:
        return await node_of(home.store, home.files, number)
    return await home.files.at("/" + request.query.get("file", "").strip("/"))


def _number(request: web.Request, name: str) -> int:
    text = request.query.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else _USUAL  # noqa: PLR2004


def size_for(width: int, height: int) -> str:
    """Return the name of the smallest size that fills so many pixels, or of the largest."""
    for name, (most_wide, most_high) in SIZES.items():
        if width <= most_wide and height <= most_high:
            return name
    return list(SIZES)[-1]


def routes() -> list[web.AbstractRouteDef]:
    """Return its routes."""
    paths = ("core/preview", "core/preview.png", "apps/files_trashbin/preview")
    return [web.get(f"/index.php/{path}", preview) for path in paths]
