"""The route of the page about connecting programs."""

from aiohttp import web

from server import keys
from server.home.page import Addresses, sheet
from server.pages.page import page


async def connect(request: web.Request) -> web.Response:
    """GET /connect: what this home is, and how to connect to it."""
    office = request.app[keys.SETTINGS].office
    addresses = Addresses(
        base=f"{request.scheme}://{request.host}",
        owner=request[keys.PRINCIPAL].name,
        office=office.server if office else None,
    )
    return page(request, sheet(addresses))


def routes() -> list[web.AbstractRouteDef]:
    """Return the route of the page."""
    return [web.get("/connect", connect)]
