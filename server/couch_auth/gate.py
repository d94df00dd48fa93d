"""The last middleware of a CouchDB with users: who asks, may they, and what they get to see."""

from dataclasses import replace

from aiohttp import web
from aiohttp.typedefs import Handler

from server import keys
from server.auth.errors import ConnectionReadable
from server.auth.principal import Kind, Principal
from server.auth.public import is_public, route_of
from server.couch_auth.cookies import COOKIE
from server.couch_auth.errors import NOT_SERVER_ADMIN, LoginNeeded
from server.couch_auth.guarded_database import SecuredDatabase
from server.couch_auth.guarded_store import GuardedStore
from server.couch_auth.keys import AUTHENTICATOR, NODE_CONFIG, UNGUARDED
from server.couch_auth.repeated import noted_facts
from server.couch_auth.rules import LISTS_OF_DATABASES, WITHOUT_LOGIN, Need, need_of
from server.couch_auth.security import parse_security
from server.couch_auth.session_cookie import renew_cookie
from server.couch_auth.user import User
from server.data.access import database_name
from server.http.cors import answer_preflight
from server.instances.instance import Instance


@web.middleware
async def admit_users(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Let in who may, with the databases as they may use them."""
    if keys.INSTANCE not in request:  # about the process, whoever asks
        return await handler(request)
    instance, config = request[keys.INSTANCE], request.app[NODE_CONFIG]
    await config.load(instance.store)
    preflight = answer_preflight(request, config.cors)
    if preflight is not None:
        return preflight
    if is_public(request):
        return await handler(request)
    if not request[keys.CALLER].private:
        raise ConnectionReadable
    request[UNGUARDED] = instance
    noted = await noted_facts(request, instance)
    user = await _user(request, instance)
    request[keys.USER] = user
    standing = noted.standing_of(user) if noted is not None else None
    if standing is not None:
        request[keys.STANDING] = standing
    request[keys.PRINCIPAL] = Principal(user.name or "", instance.domain, kind=Kind.COUCH)
    await _check(request, user, instance)
    request[keys.INSTANCE] = replace(instance, store=GuardedStore(instance.store, user))
    return await handler(request)


async def _user(request: web.Request, instance: Instance) -> User:
    authenticator, address = request.app[AUTHENTICATOR], request[keys.CALLER].address
    header, cookie = request.headers.get("Authorization"), request.cookies.get(COOKIE)
    return await authenticator.user(header, cookie, instance, address)


async def _check(request: web.Request, user: User, instance: Instance) -> None:
    """Refuse what takes more than this user is. Raises LoginNeeded."""
    if user.is_server_admin:
        return
    route, config = route_of(request), request.app[NODE_CONFIG]
    nobody = user.name is None
    if nobody and route not in WITHOUT_LOGIN and config.needs_login:
        raise LoginNeeded("Authentication required.")
    need = need_of(request.method, route, request.match_info.get("database", ""))
    if route in LISTS_OF_DATABASES and not config.hides_databases:
        return
    if need is Need.USER and nobody:
        raise LoginNeeded("You are not an authenticated user")
    if need is Need.SERVER_ADMIN:
        raise LoginNeeded(NOT_SERVER_ADMIN)
    if need is Need.DATABASE_ADMIN and not await _rules_database(request, user, instance):
        raise LoginNeeded("You are not a server or db admin.")


async def _rules_database(request: web.Request, user: User, instance: Instance) -> bool:
    database = await instance.store.open(database_name(request))
    security = parse_security(await SecuredDatabase(database).security())
    return security.is_admin(user)


async def renew_session(request: web.Request, response: web.StreamResponse) -> None:
    """Give a session that is in use its whole time again: a signal of the application."""
    await renew_cookie(request, response)


async def ask_as_configured(request: web.Request, response: web.StreamResponse) -> None:
    """Say in refusals what the configuration wants asked: a signal of the application.

    With nothing to ask, browsers show no dialog of their own over a page's form.
    """
    if "WWW-Authenticate" not in response.headers:
        return
    challenge = request.app[NODE_CONFIG].challenge
    if challenge:
        response.headers["WWW-Authenticate"] = challenge
    else:
        del response.headers["WWW-Authenticate"]
