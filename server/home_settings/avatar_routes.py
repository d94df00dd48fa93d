"""The owner's picture: shown to anybody, changed with a right on the settings (cozy.md B1, B9)."""

from hashlib import sha256

from aiohttp import hdrs, web

from doctypes.permissions.rule import Verb
from server import keys
from server.home_settings.avatar import (
    LARGEST,
    delete_avatar,
    picture_type,
    read_avatar,
    write_avatar,
)
from server.home_settings.initials import png, svg
from server.home_settings.rights import require_settings
from server.home_settings.settings_document import read_settings
from server.instances.instance import Instance

_FALLBACKS = ("", "default", "initials", "anonymous", "404")
_FORMATS = ("", "svg", "png")
_HEADERS = {
    "Cache-Control": "public, max-age=3600",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "X-Content-Type-Options": "nosniff",
}


async def show(request: web.Request) -> web.Response:
    """GET /public/avatar[?fallback=default|initials|anonymous|404][&format=png]: a picture.

    `as=unconfirmed` makes what stands for a picture grey, `fx=translucent` half transparent.
    """
    home = request[keys.INSTANCE]
    found = await read_avatar(home)
    if found is not None:
        content = b"".join([piece async for piece in home.blobs.read(found.blob)])
        return _picture(request, content, found.content_type)
    fallback = _one_of(request, "fallback", _FALLBACKS)
    if fallback == "404":
        raise web.HTTPNotFound(text="The owner of this home has no picture.")
    return await _generated(request, home, fallback)


async def upload(request: web.Request) -> web.Response:
    """PUT /settings/avatar: PNG, JPEG, GIF or WebP; 204."""
    require_settings(request, Verb.PUT)
    if (request.content_length or 0) > LARGEST:
        raise web.HTTPRequestEntityTooLarge(LARGEST, request.content_length or 0)
    content = await _read(request)
    kind = picture_type(content)
    if kind is None:
        raise web.HTTPUnsupportedMediaType(text="A picture is a PNG, JPEG, GIF or WebP.")
    await write_avatar(request[keys.HOME], content, kind)
    return web.Response(status=204)


async def remove(request: web.Request) -> web.Response:
    """DELETE /settings/avatar: 204."""
    require_settings(request, Verb.PUT)
    await delete_avatar(request[keys.HOME])
    return web.Response(status=204)


async def public_name(home: Instance) -> str:
    """Return what the owner is called in front of others."""
    return (await read_settings(home.store)).public_name or home.owner.name


async def _generated(request: web.Request, home: Instance, fallback: str) -> web.Response:
    grey = _one_of(request, "as", ("", "unconfirmed")) == "unconfirmed"
    translucent = _one_of(request, "fx", ("", "translucent")) == "translucent"
    as_png = _one_of(request, "format", _FORMATS) == "png"
    if fallback in ("", "default"):  # cozy-stack has a PNG there
        return _picture(request, png("", grey=grey), "image/png")
    name = await public_name(home) if fallback == "initials" else ""
    if as_png:
        return _picture(request, png(name, grey=grey), "image/png")
    return _picture(request, svg(name, grey=grey, translucent=translucent), "image/svg+xml")


def _one_of(request: web.Request, name: str, allowed: tuple[str, ...]) -> str:
    chosen = request.query.get(name, "")
    if chosen not in allowed:
        raise web.HTTPBadRequest(text=f"Invalid `{name}`")
    return chosen


def _picture(request: web.Request, content: bytes, kind: str) -> web.Response:
    tag = f'"{sha256(content).hexdigest()[:32]}"'
    headers = {**_HEADERS, "ETag": tag}
    if request.headers.get(hdrs.IF_NONE_MATCH) == tag:
        return web.Response(status=304, headers=headers)
    return web.Response(body=content, content_type=kind, headers=headers)


async def _read(request: web.Request) -> bytes:
    content = bytearray()
    async for piece in request.content.iter_any():
        content += piece
        if len(content) > LARGEST:
            raise web.HTTPRequestEntityTooLarge(LARGEST, len(content))
    return bytes(content)
