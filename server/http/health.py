"""Is the process alive, and can it keep what it is given? Two questions, asked without a login."""

import msgspec
from aiohttp import web

from server import keys
from server.version import VERSION

_HEADERS = {"Content-Type": "application/json", "Cache-Control": "no-store"}


async def live(request: web.Request) -> web.Response:
    """GET /healthz: the process answers."""
    del request
    return _answer(200, {"status": "ok", "version": VERSION})


async def ready(request: web.Request) -> web.Response:
    """GET /readyz: requests may come; 503 while stopping, or when nothing can be written."""
    if request.app[keys.IN_FLIGHT].stopping:
        return _answer(503, {"status": "stopping"})
    problem = await request.app[keys.READINESS].problem()
    if problem is not None:
        return _answer(503, {"status": problem})
    return _answer(200, {"status": "ready"})


def routes() -> list[web.AbstractRouteDef]:
    """Return both routes."""
    return [web.get("/healthz", live), web.get("/readyz", ready)]


def _answer(status: int, told: dict[str, str]) -> web.Response:
    return web.Response(status=status, body=msgspec.json.encode(told) + b"\n", headers=_HEADERS)
