"""Forms that only our own pages can send: a token in the form and in a cookie, which must agree.

A page of another site can make a browser send a form, and the cookie with it, but it can read
neither; `SameSite` and what the browser says of the sender stand before that (cozy.md B3).
"""

import hmac
import secrets

from aiohttp import web

from server.auth.errors import FormForged

COOKIE = "_csrf"
FIELD = "csrf_token"
_BYTES = 24
_LENGTH = 32


def form_token(request: web.Request) -> str:
    """Return the token for the forms of a page: the browser's, so that several tabs share one."""
    kept = request.cookies.get(COOKIE, "")
    return kept if len(kept) == _LENGTH and kept.isascii() else secrets.token_urlsafe(_BYTES)


def keep_form_token(request: web.Request, response: web.Response, token: str, path: str) -> None:
    """Give the token to the browser too, for the pages under `path`."""
    response.set_cookie(
        COOKIE, token, path=path, httponly=True, samesite="Strict", secure=request.scheme == "https"
    )


def check_form(request: web.Request, sent: object) -> None:
    """Raise FormForged unless a form comes from a page of ours; `sent` is its field."""
    kept = request.cookies.get(COOKIE, "")
    site = request.headers.get("Sec-Fetch-Site")
    if site not in (None, "same-origin", "none"):
        raise FormForged
    if not (kept and isinstance(sent, str) and hmac.compare_digest(kept.encode(), sent.encode())):
        raise FormForged
