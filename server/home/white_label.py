"""What pages get from the context of their home: the name, the colours, the picture."""

import asyncio
from pathlib import Path

from aiohttp import web

from server import keys
from server.instances.context import Context, Contexts
from server.instances.instance import Instance
from server.pages.look import Look, LookOf

LOGO = "/assets/logo"
_TYPES = {".svg": "image/svg+xml", ".png": "image/png", ".webp": "image/webp", ".jpg": "image/jpeg"}
_LARGEST = 1 << 20


def look_by_context(contexts: Contexts) -> LookOf:
    """Return the function that tells how the pages of a home look."""

    def look(instance: Instance) -> Look:
        context = contexts.of(instance.record.context)
        return Look(
            name=context.title,
            logo=LOGO if context.logo is not None else "",
            accent=context.accent,
            accent_dark=context.accent_dark,
            locale=instance.record.locale,
            legal=context.terms_url,
        )

    return look


async def logo(request: web.Request) -> web.Response:
    """GET /assets/logo: the picture of the home's context."""
    context: Context = request.app[keys.CONTEXTS].of(request[keys.INSTANCE].record.context)
    kind = _TYPES.get(context.logo.suffix.lower()) if context.logo is not None else None
    if context.logo is None or kind is None:
        raise web.HTTPNotFound
    try:
        body = await asyncio.to_thread(_content, context.logo)
    except OSError as error:
        raise web.HTTPNotFound from error
    # An SVG may hold scripts: opened by itself it gets an origin of its own, and may do nothing.
    headers = {
        "Content-Type": kind,
        "Cache-Control": "public, max-age=3600",
        "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox",
        "X-Content-Type-Options": "nosniff",
    }
    return web.Response(body=body, headers=headers)


def _content(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(_LARGEST)


def routes() -> list[web.AbstractRouteDef]:
    """Return the route of the picture."""
    return [web.get(LOGO, logo)]
