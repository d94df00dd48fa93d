"""Handing out the session's cookie, renewing it, and taking it back."""

from email.utils import formatdate
from typing import Literal

from aiohttp import web

from server import keys
from server.couch_auth.accounts import Account
from server.couch_auth.cookies import COOKIE, make_cookie, read_cookie
from server.couch_auth.keys import AUTHENTICATOR, NODE_CONFIG, UNGUARDED

SameSite = Literal["Lax", "Strict", "None"]


def give_cookie(request: web.Request, response: web.StreamResponse, account: Account) -> None:
    """Begin a session, or give it its whole time again.

    The end is told in both ways: nano reads only Expires.
    """
    now = request.app[AUTHENTICATOR].now()
    seconds = request.app[NODE_CONFIG].session_seconds
    value = make_cookie(account.name, now, request[UNGUARDED].secret, account.salt)
    response.set_cookie(
        COOKIE,
        value,
        expires=formatdate(now + seconds, usegmt=True),
        max_age=seconds,
        path="/",
        httponly=True,
        secure=request[keys.CALLER].https,
        samesite=_same_site(request),
    )


def take_cookie_back(response: web.StreamResponse) -> None:
    """End a session in the browser."""
    response.del_cookie(COOKIE, path="/", httponly=True)


async def renew_cookie(request: web.Request, response: web.StreamResponse) -> None:
    """Give a fresh cookie to whoever comes with one that has been used a while.

    A session so lasts as long as it is used, like CouchDB's.
    """
    user = request.get(keys.USER)
    if user is None or user.handler != "cookie" or COOKIE in response.cookies:
        return
    authenticator = request.app[AUTHENTICATOR]
    cookie = read_cookie(request.cookies.get(COOKIE, ""))
    seconds = request.app[NODE_CONFIG].session_seconds
    if cookie is None or not cookie.is_old(authenticator.now(), seconds):
        return
    account = await authenticator.account_named(cookie.name, request[UNGUARDED])
    if account is not None:
        give_cookie(request, response, account)
        # aiohttp has written the cookies into the headers by the time that it asks for more
        response.headers.add("Set-Cookie", response.cookies[COOKIE].OutputString())


def _same_site(request: web.Request) -> SameSite:
    """Return what browsers may do with it: unless configured, pages of other sites do without."""
    chosen = (request.app[NODE_CONFIG].get("chttpd_auth", "same_site") or "").lower()
    if chosen == "none":
        return "None"
    return "Strict" if chosen == "strict" else "Lax"
