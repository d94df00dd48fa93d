"""The end of every way in: a session, the browser known, and on to where somebody wanted to go."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlencode

from aiohttp import web

from server import keys
from server.auth.errors import AccessRefused, ConnectionReadable
from server.auth.principal import Principal
from server.auth.shown import COOKIE, Shown
from server.pages.page import page_language
from server.sign_in.known_browser import come_to_know, keep_known
from server.sign_in.opening import keep_session, open_session
from server.sign_in.redirects import safe_target
from server.sign_in.words import WORDS

SHORT_RUN = timedelta(minutes=5)
_LONG, _SHORT = "1", "2"

Sent = Mapping[str, object]
"""A form, or the object that was sent as JSON."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants who signs in: where to, and for how long (cozy.md B3)."""

    redirect: str = "/"
    run: str = "0"

    def query(self, **more: str) -> str:
        """Return it as the query of the next page."""
        return urlencode({"redirect": self.redirect, "long-run-session": self.run, **more})


def wish_of(request: web.Request, sent: Sent) -> Wish:
    """Read what somebody wants; a page that is not of this home becomes the home page."""
    wanted, run = sent.get("redirect"), str(sent.get("long-run-session") or "0").lower()
    domain = request[keys.INSTANCE].domain
    target = safe_target(wanted if isinstance(wanted, str) else "", origin_of(request), domain)
    return Wish(target, _LONG if run in ("1", "true", "on") else _SHORT if run == _SHORT else "0")


async def sign_in_as_owner(
    request: web.Request, wish: Wish, *, way: str, trusted: bool = False
) -> web.Response:
    """Open a session, and lead on; `trusted` spares this browser the second factor for a while."""
    long_run = wish.run == _LONG
    lifetime = SHORT_RUN if wish.run == _SHORT else None
    cookie = await open_session(request, way=way, long_run=long_run, lifetime=lifetime)
    known = await come_to_know(request, trusted=trusted)
    told = {"two_factor_trusted_device_token": known} if trusted else {}
    response = lead_on(request, wish.redirect, told)
    keep_session(request, response, cookie, long_run=long_run)
    keep_known(request, response, known)
    return response


def lead_on(
    request: web.Request, target: str, told: Mapping[str, object] | None = None
) -> web.Response:
    """Answer with the next address: as JSON to programs, else as a redirect (cozy.md B3)."""
    if wants_json(request):
        whole = target if "://" in target else origin_of(request) + target
        return web.json_response({"redirect": whole, **(told or {})}, headers=NO_STORE)
    return web.Response(status=303, headers={"Location": target, **NO_STORE})


NO_STORE = {"Cache-Control": "no-store"}


def wants_json(request: web.Request) -> bool:
    """Tell whether a program asks, or a script of ours."""
    return "application/json" in request.headers.get("Accept", "")


def refusal(request: web.Request, key: str, status: int = 401, **told: object) -> web.Response:
    """Answer a program why nobody was signed in."""
    told = {"error": said(request, key), **told}
    return web.json_response(told, status=status, headers=NO_STORE)


def said(request: web.Request, key: str) -> str:
    """Return a sentence in the language of who asks."""
    return WORDS[page_language(request)][key]


def origin_of(request: web.Request) -> str:
    """Return scheme and host as the browser has them."""
    return f"{request.scheme}://{request.host}"


def require_private(request: web.Request) -> None:
    """Raise ConnectionReadable where a passphrase would travel in the clear."""
    if not request[keys.CALLER].private:
        raise ConnectionReadable


async def owner_in_session(request: web.Request) -> Principal | None:
    """Return the owner whose session a request comes in; None for nobody's."""
    shown = Shown(cookie=request.cookies.get(COOKIE, ""))
    try:
        return await request.app[keys.AUTHENTICATOR].principal(
            shown, request[keys.INSTANCE], request[keys.CALLER].address
        )
    except AccessRefused:
        return None


async def sent_in(request: web.Request) -> Sent:
    """Read what was sent, a form or a JSON object. Raises 400 for neither."""
    if request.content_type != "application/json":
        return await request.post()
    try:
        told = await request.json()
    except ValueError as error:
        raise web.HTTPBadRequest(text="The body is no JSON.") from error
    if not isinstance(told, dict):
        raise web.HTTPBadRequest(text="The body is no JSON object.")
    return told


def text_of(sent: Sent, *names: str) -> str:
    """Return the first of some fields that holds text; empty when none does."""
    found = (sent.get(name) for name in names)
    return next((value for value in found if isinstance(value, str) and value), "")
