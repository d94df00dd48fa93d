"""Devices without a browser ask to be let in (RFC 8628): begin, and ask again until answered.

An OAuth client shows its secret and names a scope, and gets tokens. A program without one names the
kind of app password it needs (`kind`, `client_name`, `doctypes`), and gets that.
"""

from collections.abc import Mapping

import msgspec
from aiohttp import web

from doctypes.permissions.errors import RuleIllegal
from doctypes.permissions.scope import parse_scope
from server import keys
from server.devices.app_passwords import legal_name
from server.devices.errors import DeviceIllegal
from server.devices.kinds import read_kind
from server.devices.pace import INTERVAL
from server.devices.pairing import LIFETIME, Pairing
from server.devices.pairing_grant import GRANT_TYPE, PairedDevice, wanted_of
from server.devices.room import DEVICES
from server.devices.user_code import new_user_code, shown_user_code
from server.oauth.errors import GrantRefused
from server.oauth.granting import Granting
from server.oauth.registering import check_private
from server.oauth.token_routes import read_form

VERIFICATION = "/auth/device"
_NO_STORE = {"Cache-Control": "no-store", "Pragma": "no-cache", "Content-Type": "application/json"}

Form = Mapping[str, str]


async def begin(request: web.Request) -> web.Response:
    """POST /auth/device_authorization: two codes, and where the person goes (RFC 8628 3.2)."""
    check_private(request)
    form, room, home = await read_form(request), request.app[DEVICES], request[keys.INSTANCE]
    await room.hold_back(request[keys.CALLER].address)
    pairing = await _of_client(request, form) if "client_id" in form else _of_program(form)
    pairing.begun_at = room.passwords.now().isoformat()
    pairing.address = request[keys.CALLER].address
    user_code = new_user_code(room.passwords.random)
    begun = await room.pairings(home).begin(pairing, user_code, room.passwords.random)
    page = f"{request.scheme}://{request.host}{VERIFICATION}"
    shown = shown_user_code(begun.user_code)
    told = {
        "device_code": begun.device_code,
        "user_code": shown,
        "verification_uri": page,
        "verification_uri_complete": f"{page}?user_code={shown}",
        "expires_in": int(LIFETIME.total_seconds()),
        "interval": int(INTERVAL),
    }
    return _json(told)


async def ask(request: web.Request) -> web.Response:
    """POST /auth/device/token `grant_type, device_code`: an app password, once it is allowed.

    OAuth clients ask at their token endpoint.
    """
    check_private(request)
    form = await read_form(request)
    if form.get("grant_type") != GRANT_TYPE:
        raise GrantRefused("unsupported_grant_type")
    room, home = request.app[DEVICES], request[keys.INSTANCE]
    return _json(await PairedDevice(room, home, form.get("device_code", "")).granted(""))


async def _of_client(request: web.Request, form: Form) -> Pairing:
    room, scope = request.app[DEVICES], form.get("scope", "")
    granting = Granting(request[keys.INSTANCE], room.passwords.now())
    client = await granting.proven(form["client_id"], form.get("client_secret", ""))
    try:
        wanted = parse_scope(scope)
    except RuleIllegal as error:
        raise GrantRefused("invalid_scope", str(error)) from error
    if wanted.everything:  # as the authorization endpoint has it: there a proof is asked for
        raise GrantRefused(
            "invalid_scope", "A device that types no passphrase names what it needs."
        )
    return Pairing(
        secret_hash="",
        begun_at="",
        address="",
        name=client.value.client_name,
        client_id=client.id,
        scope=scope,
    )


def _of_program(form: Form) -> Pairing:
    try:
        pairing = Pairing(
            secret_hash="",
            begun_at="",
            address="",
            name=legal_name(form.get("client_name")),
            kind=str(read_kind(form.get("kind", ""))),
            doctypes=tuple(form.get("doctypes", "").split()),
            read_only=form.get("read_only") == "true",
        )
        pairing.scope = wanted_of(pairing).scope
    except DeviceIllegal as error:
        raise GrantRefused("invalid_request", str(error)) from error
    return pairing


def _json(told: Mapping[str, object]) -> web.Response:
    return web.Response(body=msgspec.json.encode(told), headers=_NO_STORE)
