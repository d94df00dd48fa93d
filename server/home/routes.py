"""The route of the home page."""

from aiohttp import web

from server import keys
from server.home.page import Addresses, sheet
from server.pages.page import page


async def home(request: web.Request) -> web.Response:
    """GET /: what this home is, and how to connect to it."""
    office = request.app[keys.SETTINGS].office
    addresses = Addresses(
        base=f"{request.scheme}://{request.host}",
        owner=request[keys.PRINCIPAL].name,
        office=office.server if office else None,
    )
    return page(request, sheet(addresses))


def routes() -> list[web.AbstractRouteDef]:
    """Return the route of the home page."""
    return [web.get("/", home)]
