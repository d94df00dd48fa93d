"""The last middleware of a home: who asks, may they, and what they get to see."""

from collections.abc import Mapping
from dataclasses import replace
from http import HTTPMethod

from aiohttp import hdrs, web
from aiohttp.typedefs import Handler

from server import keys
from server.audit.counting import count_change, count_refusal
from server.auth.access import Need, access_of, check_access, check_lock, check_origin
from server.auth.errors import (
    ConnectionReadable,
    TokenElsewhere,
    TokenRefused,
    TooManyAttempts,
    Unauthenticated,
)
from server.auth.principal import Kind, Principal
from server.auth.public import is_public, route_of
from server.auth.repeated import noted_facts
from server.auth.shown import Shown, read_shown
from server.dav.mount import answer_options
from server.devices.profiles import reading_profile
from server.http.cors import answer_preflight, of_home
from server.instances.instance import Instance
from server.permissions.data_access import guards_documents, is_whole
from server.permissions.guarded_store import GuardedStore
from server.sign_in.session_routes import redeemed

_DOORS_WITHOUT_TOKENS = ("/dav", "/couchdb", "/remote.php", "/ocs", "/index.php")
"""Doors whose clients know no tokens: to them one that is refused is a wrong password."""

_WITH_SIGHT = ("/dav/", "/remote.php/")
"""Doors that hold a device to its profile by themselves: there it may change the profile."""


@web.middleware
async def admit(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Let in who shows a credential of this home, over a connection that nobody reads along."""
    preflight = answer_preflight(request, of_home(request))
    if preflight is not None:
        return preflight
    if request.method == HTTPMethod.OPTIONS and request.match_info.http_exception is not None:
        return answer_options()
    opened = await redeemed(request)
    if opened is not None:
        return opened
    if is_public(request):
        return await handler(request)
    if not request[keys.CALLER].private:  # and no challenge: a client would answer it
        raise ConnectionReadable
    route = route_of(request)
    access = access_of(request.method, route, request.app[keys.ROOMS])
    live = request.app[keys.LIVE]
    cuts = live.cuts
    noted = noted_facts(request, _shown(request), route)
    principal = await _principal(request)
    if principal.kind is Kind.SESSION and not access.cookie and access.need is not Need.PERSON:
        request[keys.PRINCIPAL] = principal  # signing in once more would open nothing either
        raise request.match_info.http_exception or Unauthenticated  # cozy.md 0: no API by cookie
    check_lock(principal, request.cookies)
    check_access(access, principal)
    check_origin(principal, request.method, *_origin(request))
    request[keys.PRINCIPAL] = principal
    request[keys.HOME] = request[keys.INSTANCE]
    standing = noted.standing_of(principal) if noted is not None else None
    if standing is not None:
        request[keys.STANDING] = standing
    if guards_documents(route):
        request[keys.INSTANCE] = _guarded(request, principal, route)
    with live.entered(principal):
        if live.cuts != cuts and await _principal(request) != principal:
            raise Unauthenticated
        address = request[keys.CALLER].address
        await request.app[keys.LAST_SEEN].note(principal, request[keys.HOME], address)
        await request.app[keys.SESSION_SEEN].note(principal, request[keys.HOME], address)
        response = await handler(request)
    count_change(request, response.status)
    return response


def _shown(request: web.Request) -> Shown:
    return read_shown(request.headers, request.query, request.cookies)


async def _principal(request: web.Request) -> Principal:
    shown = _shown(request)
    home = request.get(keys.HOME, request[keys.INSTANCE])
    try:
        principal = await request.app[keys.AUTHENTICATOR].principal(
            shown, home, request[keys.CALLER].address
        )
    except (Unauthenticated, TooManyAttempts) as refused:
        count_refusal(request, refused)
        raise
    except TokenElsewhere:
        raise
    except TokenRefused as refused:
        if request.path.startswith(_DOORS_WITHOUT_TOKENS):
            raise Unauthenticated from refused
        raise
    return principal if route_of(request).startswith(_WITH_SIGHT) else principal.held


def _origin(request: web.Request) -> tuple[str | None, str | None]:
    headers: Mapping[str, str] = request.headers
    origin = headers.get(hdrs.ORIGIN)
    own = f"{request.scheme}://{request.host}"
    return headers.get("Sec-Fetch-Site"), "" if origin == own else origin


def _guarded(request: web.Request, principal: Principal, route: str) -> Instance:
    instance = request[keys.INSTANCE]
    whole = is_whole(request.method, route)
    device = principal.device
    read = reading_profile(instance, device)
    files = instance.files.changes_for(device, read) if device else None
    store = GuardedStore(instance.store, principal.permissions, whole=whole, files=files)
    return replace(instance, store=store)
