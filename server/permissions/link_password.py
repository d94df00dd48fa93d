"""The password of a link: given once in a browser, and a cookie stands for it (cozy.md B5)."""

import asyncio

from aiohttp import web

from server import keys
from server.auth.access import LINK_COOKIE
from server.auth.errors import ConnectionReadable, TooManyAttempts
from server.auth.passwords import PasswordChecker
from server.auth.throttle import Throttle
from server.http.jsonapi import answer
from server.permissions.codes import password_proof
from server.permissions.permission import permissions_of

LONGEST_WAIT = 5.0
"""Seconds an attempt is held back; one that would have to wait longer is refused at once."""

_SHORTEST_ID = 8


class LinkPasswords:
    """Checks passwords of links, as slowly as those of the owner; `throttle` counts attempts."""

    def __init__(self, throttle: Throttle) -> None:
        self._throttle = throttle
        self._passwords = PasswordChecker()

    async def is_right(self, password: str, password_hash: str, address: str) -> bool:
        """Tell whether this is the password. Raises TooManyAttempts."""
        wait = self._throttle.wait(address)
        if wait > LONGEST_WAIT:
            raise TooManyAttempts(wait)
        self._throttle.attempted(address)
        await asyncio.sleep(wait)
        right = await self._passwords.is_password(password, password_hash)
        if right:
            self._throttle.succeeded(address)
        return right


LINK_PASSWORDS = web.AppKey("link_passwords", LinkPasswords)


async def give(request: web.Request) -> web.Response:
    """POST /auth/share-by-link/password: form `password`, `perm_id`; 403 for a wrong one."""
    if not request[keys.CALLER].private:
        raise ConnectionReadable
    form = await request.post()
    password, link_id = str(form.get("password", "")), str(form.get("perm_id", ""))
    home = request[keys.INSTANCE]
    kept = await permissions_of(home.store).get(link_id) if len(link_id) >= _SHORTEST_ID else None
    # A link that is none, or has no password, costs the same: nobody learns which there are.
    password_hash = kept.value.password_hash if kept else ""
    address = request[keys.CALLER].address
    right = await request.app[LINK_PASSWORDS].is_right(
        password, password_hash or home.owner.password_hash, address
    )
    if not (right and password_hash):
        raise web.HTTPForbidden(text="Invalid password")
    response = answer({"password": True})
    keep_proof(request, response, link_id, password_hash)
    return response


def keep_proof(
    request: web.Request, response: web.Response, link_id: str, password_hash: str
) -> None:
    """Let a browser show from now on that the password of a link was given in it."""
    response.set_cookie(
        LINK_COOKIE + link_id,
        password_proof(request[keys.INSTANCE].secret, link_id, password_hash),
        path="/",
        secure=request[keys.CALLER].https,
        httponly=True,
        samesite="Lax",
    )


def routes() -> list[web.RouteDef]:
    """Return the route."""
    return [web.post("/auth/share-by-link/password", give)]
