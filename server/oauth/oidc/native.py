"""Native applications whose person signed in at the provider (cozy.md B4): tokens without a page.

They bring the provider's ID token, or a code that whoever runs the host got for it.
"""

import msgspec
from aiohttp import web

from server import keys
from server.devices.device import Device
from server.instances.collection import Kept
from server.oauth.authorization import RequestRefused, checked_scope
from server.oauth.errors import GrantRefused
from server.oauth.granting import Granting
from server.oauth.oauth import OAUTH
from server.oauth.oidc.errors import OidcRefused
from server.oauth.oidc.id_token import Expected
from server.oauth.oidc.providers import is_owners, provider_of
from server.oauth.one_time_code import Codes, Opens
from server.oauth.registering import check_private


class Brought(msgspec.Struct, kw_only=True):
    """What an application brings: an ID token or a code, and its own id and secret."""

    client_id: str
    client_secret: str
    scope: str = ""
    code: str = ""
    id_token: str = ""


async def give_tokens(request: web.Request) -> web.Response:
    """POST /oidc/access_token: tokens for somebody whom the provider vouched for."""
    check_private(request)
    try:
        brought = msgspec.json.decode(await request.read(), type=Brought)
    except msgspec.DecodeError as error:
        raise GrantRefused("invalid request", str(error)) from error
    granting = Granting(request[keys.INSTANCE], request.app[OAUTH].clock())
    client = await granting.proven(brought.client_id, brought.client_secret)
    scope = _scope(brought, client)
    if brought.id_token:
        await _check_token(request, brought.id_token)
    else:
        await _take_code(request, brought.code)
    tokens = await granting.of_scope(client.id, scope)
    return web.json_response(tokens.told(), headers={"Cache-Control": "no-store"})


def _scope(brought: Brought, client: Kept[Device]) -> str:
    try:
        return checked_scope(brought.scope, client.value)
    except RequestRefused as refused:
        raise GrantRefused(refused.error, refused.description) from refused


async def _check_token(request: web.Request, token: str) -> None:
    try:
        provider = provider_of(request)
        settings = provider.settings
        expected = Expected(settings.issuer, [settings.client_id, *settings.native_client_ids])
        claims = await provider.claims(request.app[keys.HTTP_CLIENT], token, expected)
    except OidcRefused as refused:
        raise GrantRefused("invalid id_token", refused.why) from refused
    if not is_owners(claims, settings, request[keys.INSTANCE]):
        raise GrantRefused("invalid id_token", "the provider vouches for somebody else")


async def _take_code(request: web.Request, code: str) -> None:
    codes = Codes(request[keys.INSTANCE].store)
    kept = await codes.look(code, Opens.DELEGATED, request.app[OAUTH].clock())
    if kept is None or not await codes.take(kept):
        raise GrantRefused("invalid code")
