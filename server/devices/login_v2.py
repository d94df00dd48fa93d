"""How Nextcloud's clients are let in: login flow v2 (webdav.md 5), for our own programs too.

A program asks for a link, opens it in the browser, and asks at `poll` until its owner said yes:
404 until then, and once the name and an app password.
"""

from urllib.parse import quote

import msgspec
from aiohttp import web

from server import keys
from server.auth.errors import NotForThisCredential
from server.auth.principal import Kind
from server.devices.api import revoke_known
from server.devices.app_passwords import LONGEST_NAME
from server.devices.kinds import PasswordKind
from server.devices.pairing import Answer, Pairing
from server.devices.pairing_grant import make_password, wanted_of
from server.devices.pairing_routes import VERIFICATION
from server.devices.room import DEVICES
from server.oauth.registering import check_private
from server.oauth.token_routes import read_form

_LINK_LENGTH = 24
"""Random bytes of the code in a link, which nobody types."""
_NO_STORE = {"Cache-Control": "no-store"}
_PROGRAMS = (
    *(("mirall", "Nextcloud Desktop"), ("Nextcloud-android", "Nextcloud Android")),
    *(("Nextcloud-iOS", "Nextcloud iOS"), ("ownCloud-android", "ownCloud Android")),
)


async def begin(request: web.Request) -> web.Response:
    """POST /index.php/login/v2: a link for the browser, and where to ask with which token."""
    check_private(request)
    room, home = request.app[DEVICES], request[keys.INSTANCE]
    await room.hold_back(request[keys.CALLER].address)
    pairing = Pairing(
        secret_hash="",
        begun_at=room.passwords.now().isoformat(),
        name=program_name(request.headers.get("User-Agent", "")),
        address=request[keys.CALLER].address,
        kind=str(PasswordKind.WEBDAV),
        by_link=True,
    )
    pairing.scope = wanted_of(pairing).scope
    code = room.passwords.random(_LINK_LENGTH).hex()
    begun = await room.pairings(home).begin(pairing, code, room.passwords.random)
    base = f"{request.scheme}://{request.host}"
    told = {
        "poll": {"token": begun.device_code, "endpoint": f"{base}/index.php/login/v2/poll"},
        "login": f"{base}/index.php/login/v2/flow/{begun.user_code}",
    }
    return _json(told)


async def go_to_page(request: web.Request) -> web.Response:
    """GET /index.php/login/v2/flow/{code}: on to the page where a device is let in."""
    raise web.HTTPSeeOther(f"{VERIFICATION}?flow={quote(request.match_info['code'], safe='')}")


async def poll(request: web.Request) -> web.Response:
    """POST /index.php/login/v2/poll `token`: 404, and once `{server, loginName, appPassword}`.

    The iOS library has the token in the query, others in a form.
    """
    check_private(request)
    form = await read_form(request)
    room, home = request.app[DEVICES], request[keys.INSTANCE]
    pairings = room.pairings(home)
    kept = await pairings.asked(form.get("token") or request.query.get("token", ""))
    if kept is None or kept.value.answer is Answer.NONE or not kept.value.by_link:
        return _json([], status=404)
    if not await pairings.take(kept) or kept.value.answer is Answer.DENIED:
        return _json([], status=404)
    made = await make_password(room, home, kept.value)
    server = f"{request.scheme}://{request.host}"
    told = {"server": server, "loginName": home.owner.name, "appPassword": made.password}
    return _json(told)


async def give_back(request: web.Request) -> web.Response:
    """DELETE /ocs/v2.php/core/apppassword: a program that signs out gives its password back."""
    principal = request[keys.PRINCIPAL]
    if principal.kind is not Kind.DEVICE:
        raise NotForThisCredential
    await revoke_known(request, principal.credential)
    meta = {"status": "ok", "statuscode": 200, "message": "OK"}
    if request.query.get("format") == "json" or "json" in request.headers.get("Accept", ""):
        return _json({"ocs": {"meta": meta, "data": []}})
    text = "".join(f"<{name}>{value}</{name}>" for name, value in meta.items())
    return web.Response(
        text=f'<?xml version="1.0"?>\n<ocs><meta>{text}</meta><data/></ocs>\n',
        content_type="text/xml",
        headers=_NO_STORE,
    )


def program_name(user_agent: str) -> str:
    """Return what a program calls itself, for its owner to know it again."""
    for token, name in _PROGRAMS:
        if token.lower() in user_agent.lower():
            return name
    printable = "".join(letter for letter in user_agent if letter.isprintable()).strip()
    return printable[:LONGEST_NAME].rstrip() or "WebDAV"


def routes() -> list[web.AbstractRouteDef]:
    """Return its routes, at both addresses that programs know."""
    found: list[web.AbstractRouteDef] = [
        web.delete("/ocs/v2.php/core/apppassword", give_back),
        web.delete("/ocs/v1.php/core/apppassword", give_back),
    ]
    for prefix in ("/index.php", ""):
        found += [
            web.post(f"{prefix}/login/v2", begin),
            web.post(f"{prefix}/login/v2/poll", poll),
            web.get(f"{prefix}/login/v2/flow/{{code}}", go_to_page),
        ]
    return found


def _json(told: object, *, status: int = 200) -> web.Response:
    headers = {**_NO_STORE, "Content-Type": "application/json"}
    return web.Response(status=status, body=msgspec.json.encode(told), headers=headers)
