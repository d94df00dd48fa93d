"""The admin address: figures and health for whoever operates the machine, nothing of the homes."""

from aiohttp import web

from server import keys
from server.http import health
from server.observe.metrics import CONTENT_TYPE


def build_admin_app(app: web.Application) -> web.Application:
    """Return an application that tells how another one is doing.

    It asks for no login: it is served on an address of its own that only operators reach.
    """
    admin = web.Application()
    admin[keys.METRICS] = app[keys.METRICS]
    admin[keys.READINESS] = app[keys.READINESS]
    admin[keys.IN_FLIGHT] = app[keys.IN_FLIGHT]
    admin.add_routes([web.get("/metrics", metrics), *health.routes()])
    return admin


async def metrics(request: web.Request) -> web.Response:
    """GET /metrics, as Prometheus reads it."""
    body = request.app[keys.METRICS].text()
    return web.Response(body=body, headers={"Content-Type": CONTENT_TYPE})
