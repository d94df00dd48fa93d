"""Whether the owner is signed in, for pages that also others may ask for."""

from urllib.parse import urlencode

from aiohttp import web

from server import keys
from server.auth.errors import AccessRefused
from server.auth.principal import Principal
from server.auth.shown import COOKIE, Shown

LOGIN_PAGE = "/auth/login"


async def owner_of(request: web.Request) -> Principal | None:
    """Return the owner whose session a request comes in; None for nobody's."""
    shown = Shown(cookie=request.cookies.get(COOKIE, ""))
    try:
        return await request.app[keys.AUTHENTICATOR].principal(
            shown, request[keys.INSTANCE], request[keys.CALLER].address
        )
    except AccessRefused:
        return None


def sign_in_first(request: web.Request) -> web.Response:
    """Return the way to the page for signing in, which leads back here."""
    back = urlencode({"redirect": request.path_qs})
    return web.Response(status=303, headers={"Location": f"{LOGIN_PAGE}?{back}"})
