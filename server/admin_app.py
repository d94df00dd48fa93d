"""The admin address: figures and health for whoever operates the machine, and the homes.

Figures and health ask for no login: the address is one that only operators reach. What is about
homes asks for the admin secret (`server/admin/guard`).
"""

import logging

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from server import keys
from server.admin import apps, clients, contexts, exports, instances
from server.admin.errors import refusal, refused
from server.admin.guard import Verdict, verdict
from server.http import health
from server.oauth.oauth import OAUTH
from server.observe.metrics import CONTENT_TYPE

_log = logging.getLogger(__name__)
_OPEN = frozenset({"/metrics", "/healthz", "/readyz"})
_SHARED = (
    *(keys.METRICS, keys.READINESS, keys.IN_FLIGHT, keys.HOMES, keys.CONTEXTS, keys.SETTINGS),
    keys.INSTANCES,
)


def build_admin_app(app: web.Application, *around: Middleware) -> web.Application:
    """Return an application that tells how another one is doing, and changes its homes.

    `around` are middlewares outside of all others.
    """
    admin = web.Application(middlewares=[*around, guarded])
    for key in _SHARED:
        admin[key] = app[key]  # type: ignore[misc]  # keys of several types
    if keys.ADMIN_SECRET in app:
        admin[keys.ADMIN_SECRET] = app[keys.ADMIN_SECRET]
    admin.add_routes([web.get("/metrics", metrics), *health.routes()])
    admin.add_routes([*instances.routes(), *contexts.routes()])
    if OAUTH in app:  # a CouchDB has no clients of that kind, and no applications
        admin[OAUTH] = app[OAUTH]
        admin.add_routes([*clients.routes(), *apps.routes(), *exports.routes()])
    return admin


@web.middleware
async def guarded(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Let in who may ask, and give each error its answer."""
    if request.path in _OPEN:
        return await handler(request)
    address = request.app[keys.SETTINGS].admin_address
    secret = request.app.get(keys.ADMIN_SECRET, "")
    match verdict(request.headers, secret, address[0] if address else ""):
        case Verdict.FROM_PAGE:
            return refusal(403, "forbidden", "The admin address is for programs, not for pages.")
        case Verdict.NO_SECRET:
            return refusal(401, "unauthorized", "Show the admin secret: Authorization: Bearer …")
        case Verdict.MAY:
            return await _answered(request, handler)


async def _answered(request: web.Request, handler: Handler) -> web.StreamResponse:
    try:
        response = await handler(request)
    except web.HTTPException as error:
        return refusal(error.status, "error", error.reason)
    except Exception as error:  # noqa: BLE001  # the one place where all errors end
        known = refused(error)
        if known is None:
            _log.error("admin request failed", exc_info=error)
            return refusal(500, "error", "Something went wrong here; the log has it.")
        return known
    if request.method not in ("GET", "HEAD"):
        extra = {"method": request.method, "path": request.path, "status": response.status}
        _log.info("admin change", extra=extra)
    return response


async def metrics(request: web.Request) -> web.Response:
    """GET /metrics, as Prometheus reads it."""
    body = request.app[keys.METRICS].text()
    return web.Response(body=body, headers={"Content-Type": CONTENT_TYPE})
