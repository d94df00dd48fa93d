"""How a browser that is signed in at a home enters an application, and what token that gets.

Cookies are bound to one host name, so an application's has one of its own: the home gives a code
that is good once (`/auth/app`), and the application's host a cookie for it. That cookie opens the
pages of this application alone, for as long as the session at the home lasts.
"""

from datetime import datetime

import msgspec
from aiohttp import web

from doctypes.permissions.permission_set import PermissionSet
from server import keys
from server.apps.installed import id_of
from server.auth.authenticator import Found
from server.auth.errors import NotForThisCredential, TokenRefused
from server.auth.principal import Kind, Principal
from server.auth.sealing import unseal
from server.auth.tokens import EXPIRED, INVALID, LIFETIMES, Audience, Claims, keys_of
from server.devices.entering import permissions_of
from server.instances.hosts import app_host
from server.instances.instance import Instance
from server.oauth.linked import scope_of, slug_of
from server.oauth.one_time_code import CODE_LENGTH, Codes, OneTimeCode, Opens
from server.permissions.permission import APP, of_source
from server.permissions.permission import DOCTYPE as GRANTS
from server.sign_in.room import SIGN_IN
from server.sign_in.session import DOCTYPE, Session, sessions_of

CODE = "app_code"
COOKIE = "foyer_app"
DOOR = "/auth/app"


class _Entered(msgspec.Struct):
    session: str
    slug: str


async def hand_over(request: web.Request) -> web.Response:
    """GET /auth/app?slug=…&to=…[&flat=1]: on to the application, with a code for its host."""
    principal, home = request[keys.PRINCIPAL], request[keys.HOME]
    if principal.kind is not Kind.SESSION:
        raise NotForThisCredential
    slug, way = request.query.get("slug", ""), request.query.get("to", "/")
    if await of_source(home.store, id_of(slug), APP) is None or not _is_path(way):
        raise web.HTTPNotFound(text="This home has no such application.")
    room = request.app[SIGN_IN]
    code = room.random(CODE_LENGTH).hex()
    issued = room.now().isoformat()
    made = OneTimeCode(
        opens=Opens.APP, issued_at=issued, client_id=slug, scope=principal.credential
    )
    await Codes(home.store).add(code, made)
    name, colon, port = request.host.partition(":")
    host = app_host(name, slug, flat=request.query.get("flat") == "1") + colon + port
    mark = "&" if "?" in way else "?"
    location = f"{request.scheme}://{host}{way}{mark}{CODE}={code}"
    return web.Response(status=303, headers={"Location": location, "Cache-Control": "no-store"})


async def entered(request: web.Request, home: Instance, slug: str) -> str | None:
    """Return what the cookie is to hold for the code in an address; None for none."""
    room, codes = request.app[SIGN_IN], Codes(home.store)
    kept = await codes.look(request.query.get(CODE, ""), Opens.APP, room.now())
    if kept is None or kept.value.client_id != slug or not await codes.take(kept):
        return None
    told = _Entered(session=kept.value.scope, slug=slug)
    return room.sealed(home, _purpose(slug), msgspec.json.encode(told))


async def session_of(request: web.Request, home: Instance, slug: str, now: datetime) -> str | None:
    """Return the id of the session that an application's cookie stands for; None for none."""
    plain = unseal(home.secret, _purpose(slug), request.cookies.get(COOKIE, ""))
    if plain is None:
        return None
    session = msgspec.json.decode(plain, type=_Entered).session
    kept = await sessions_of(home.store).get(session)
    return session if kept is not None and _lasts(kept.value, now.timestamp()) else None


def app_token(home: Instance, slug: str, session: str, now: datetime) -> str:
    """Return a token for an application in a session: it may do what it was granted."""
    told = keys_of(home)
    return told.token(Audience.APP, slug, now.timestamp(), scope_of(slug), session)


async def by_app_token(claims: Claims, instance: Instance, now: float) -> Found:
    """Find the application that a token of a session speaks for. Raises TokenRefused.

    The home's own app has its rights in the token; others have what they are granted by now.
    """
    kept = await sessions_of(instance.store).get(claims.session_id)
    if kept is None or not _lasts(kept.value, now):
        raise TokenRefused(EXPIRED, expired=True)
    until = claims.issued_at + (LIFETIMES[claims.audience] or 0.0)
    slug = slug_of(claims.scope)
    rights = await _granted(slug, claims, instance) if slug else permissions_of(claims.scope)
    principal = Principal(claims.subject, instance.domain, Kind.APP, rights, kept.id)
    return Found(principal, DOCTYPE, until, rights_in=GRANTS if slug else "")


async def _granted(slug: str, claims: Claims, instance: Instance) -> PermissionSet:
    granted = await of_source(instance.store, id_of(slug), APP)
    if granted is None or slug != claims.subject:
        raise TokenRefused(INVALID)
    return granted.value.rules


def _is_path(way: str) -> bool:
    return way.startswith("/") and way.isascii() and way.isprintable() and "\\" not in way


def _lasts(session: Session, now: float) -> bool:
    return now < session.ends_at


def _purpose(slug: str) -> str:
    return f"application {slug}"
