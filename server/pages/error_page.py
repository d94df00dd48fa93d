"""An error as a page, for who looks with a browser."""

from http import HTTPMethod, HTTPStatus
from urllib.parse import urlencode

from aiohttp import web

from server import keys
from server.http.fault import Fault
from server.pages.page import Sheet, page

_TOLD = (400, 401, 403, 404, 429, 500, 503)


def wants_page(request: web.Request) -> bool:
    """Tell whether who asks is a person in front of a browser, which asks for HTML by name."""
    return "text/html" in request.headers.get("Accept", "")


def error_page(request: web.Request, fault: Fault) -> web.Response:
    """Return the page that says a fault, and what to do.

    Who is not signed in and shows nothing is led to where that is done, and back from there.
    """
    if fault.status == HTTPStatus.UNAUTHORIZED and _can_sign_in(request):
        back = urlencode({"redirect": request.path_qs})
        return web.Response(status=303, headers={"Location": f"/auth/login?{back}"})
    values = {"status": fault.status, "kind": _kind(request, fault), "reason": fault.reason}
    sheet = Sheet("pages/error.html", {"en": {}, "fr": {}}, values)
    return page(request, sheet, status=fault.status, headers=fault.headers)


def _can_sign_in(request: web.Request) -> bool:
    shows = "Authorization" in request.headers or keys.PRINCIPAL in request
    return request.method == HTTPMethod.GET and not shows


def _kind(request: web.Request, fault: Fault) -> int:
    if fault.status == HTTPStatus.UNAUTHORIZED and keys.PRINCIPAL in request:
        return HTTPStatus.FORBIDDEN.value  # signed in, and yet it is not for a browser's session
    if fault.status in _TOLD:
        return fault.status
    return 500 if fault.status >= 500 else 400  # noqa: PLR2004  # the two classes of errors
