"""The route of the home page."""

from aiohttp import web

from server import keys
from server.home.page import Addresses, render
from server.home.words import language_of

_HEADERS = {
    "Cache-Control": "private, no-cache",
    "Referrer-Policy": "no-referrer",
    "Vary": "Accept-Language",
    "X-Content-Type-Options": "nosniff",
}


async def home(request: web.Request) -> web.Response:
    """GET /: what this home is, and how to connect to it."""
    office = request.app[keys.SETTINGS].office
    addresses = Addresses(
        base=f"{request.scheme}://{request.host}",
        owner=request[keys.PRINCIPAL].name,
        office=office.server if office else None,
    )
    page = render(addresses, language_of(request.headers.get("Accept-Language", "")))
    headers = {**_HEADERS, "Content-Security-Policy": page.policy}
    return web.Response(text=page.html, content_type="text/html", headers=headers)


def routes() -> list[web.AbstractRouteDef]:
    """Return the route of the home page."""
    return [web.get("/", home)]
