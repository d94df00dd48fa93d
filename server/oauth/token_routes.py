"""The token endpoint, and the one that revokes tokens (RFC 6749 3.2, RFC 7009, cozy.md B4)."""

from collections.abc import Mapping
from urllib.parse import unquote_plus

from aiohttp import web

from server import keys
from server.auth.basic import read_basic
from server.auth.errors import TokenRefused
from server.auth.tokens import Audience, keys_of
from server.devices.device import Device, devices_of
from server.devices.pairing_grant import GRANT_TYPE as DEVICE_GRANT
from server.devices.pairing_grant import PairedDevice
from server.devices.room import DEVICES
from server.instances.collection import Kept
from server.oauth.errors import ClientUnproven, GrantRefused
from server.oauth.granting import Granting, Tokens
from server.oauth.oauth import OAUTH
from server.oauth.registering import check_private

_NO_STORE = {"Cache-Control": "no-store", "Pragma": "no-cache"}

Form = Mapping[str, str]


async def give_tokens(request: web.Request) -> web.Response:
    """POST /auth/access_token: tokens for a code or for a refresh token."""
    check_private(request)
    form = await read_form(request)
    granting = Granting(request[keys.INSTANCE], request.app[OAUTH].clock())
    _require(form, "grant_type", "client_id", "client_secret")
    client = await granting.proven(form["client_id"], form["client_secret"])
    if form["grant_type"] == DEVICE_GRANT:
        device = PairedDevice(request.app[DEVICES], granting.instance, form.get("device_code", ""))
        return web.json_response(await device.granted(client.id), headers=_NO_STORE)
    tokens = await _granted(granting, client, form)
    return web.json_response(tokens.told(), headers=_NO_STORE)


async def revoke(request: web.Request) -> web.Response:
    """POST /auth/revoke: end all tokens of a client, and what it has under way with them.

    They are one grant: with any of them all end. 200 also for what is no token of the client.
    """
    check_private(request)
    form = await read_form(request)
    instance, oauth = request[keys.INSTANCE], request.app[OAUTH]
    try:
        granting = Granting(instance, oauth.clock())
        client = await granting.proven(form.get("client_id", ""), form.get("client_secret", ""))
    except GrantRefused as refused:
        raise ClientUnproven from refused
    if _is_token_of(client.id, form.get("token", ""), request):
        stamp = oauth.new_stamp()
        await devices_of(instance.store).update(client.id, lambda device: _stamped(device, stamp))
        request.app[keys.LIVE].cut_off(instance.domain, client.id)
    return web.Response(headers=_NO_STORE)


async def read_form(request: web.Request) -> dict[str, str]:
    """Return the texts of a form; a client may show its id and secret in Basic (RFC 6749 2.3.1)."""
    form = {name: value for name, value in (await request.post()).items() if isinstance(value, str)}
    login = read_basic(request.headers.get("Authorization"))
    if login is not None and "client_secret" not in form:
        form["client_id"] = unquote_plus(login.name)
        form["client_secret"] = unquote_plus(login.password)
    return form


async def _granted(granting: Granting, client: Kept[Device], form: Form) -> Tokens:
    match form["grant_type"]:
        case "authorization_code":
            _require(form, "code")
            verifier, redirect_uri = form.get("code_verifier", ""), form.get("redirect_uri", "")
            return await granting.for_code(client, form["code"], verifier, redirect_uri)
        case "refresh_token":
            token = form.get("refresh_token", "")
            return await granting.refreshed(client, token, form.get("scope", ""))
        case _:
            raise GrantRefused("invalid grant type")


def _require(form: Form, *names: str) -> None:
    for name in names:
        if not form.get(name):
            raise GrantRefused(f"the {name} parameter is mandatory")


def _is_token_of(client_id: str, token: str, request: web.Request) -> bool:
    instance, now = request[keys.INSTANCE], request.app[OAUTH].clock().timestamp()
    try:
        claims = keys_of(instance).read(token, now)
    except TokenRefused:
        return False
    return claims.subject == client_id and claims.audience in (Audience.ACCESS, Audience.REFRESH)


def _stamped(device: Device, stamp: str) -> Device:
    device.stamp = stamp
    return device
