"""The clients that are connected, for Cozy's settings application (cozy.md B9)."""

from datetime import UTC

from aiohttp import web

from doctypes.permissions.rule import Verb
from server import keys
from server.auth.errors import NotForThisCredential
from server.auth.principal import Kind
from server.devices.api import revoke_known
from server.devices.device import DOCTYPE, Device, devices_of
from server.devices.errors import DeviceMissing
from server.devices.room import DEVICES
from server.devices.shown import attributes, shown_devices
from server.http.jsonapi import Resource, answer_many

_PAGE = 100
_LARGEST_PAGE = 1000


async def clients(request: web.Request) -> web.Response:
    """GET /settings/clients[?page[limit]&page[cursor]]: OAuth clients and app passwords."""
    request[keys.PRINCIPAL].permissions.require_type(Verb.GET, DOCTYPE)
    limit = _limit(request.query.get("page[limit]", ""))
    after = request.query.get("page[cursor]", "")
    found = sorted(await shown_devices(request[keys.HOME]), key=lambda one: one.id)
    rest = [one for one in found if one.id > after]
    shown, links = rest[:limit], {}
    if len(rest) > limit:
        chosen = "" if limit == _PAGE else f"&page[limit]={limit}"
        links["next"] = f"/settings/clients?page[cursor]={shown[-1].id}{chosen}"
    resources = [
        Resource(DOCTYPE, one.id, attributes(one), one.revision, f"/settings/clients/{one.id}")
        for one in shown
    ]
    return answer_many(resources, links=links)


async def revoke_client(request: web.Request) -> web.Response:
    """DELETE /settings/clients/{id}: 204, and the client is out at once."""
    request[keys.PRINCIPAL].permissions.require_type(Verb.DELETE, DOCTYPE)
    await revoke_known(request, request.match_info["id"])
    return web.Response(status=204)


async def synchronized(request: web.Request) -> web.Response:
    """POST /settings/synchronized: 204; a client says that it has everything (cozy.md C2)."""
    principal = request[keys.PRINCIPAL]
    if principal.kind not in (Kind.OAUTH, Kind.DEVICE):
        raise NotForThisCredential
    now = request.app[DEVICES].passwords.now().astimezone(UTC).isoformat()

    def stamped(device: Device) -> Device:
        device.synchronized_at = now
        return device

    devices = devices_of(request[keys.HOME].store)
    if await devices.update(principal.credential, stamped) is None:
        raise DeviceMissing(principal.credential)
    return web.Response(status=204)


def _limit(text: str) -> int:
    asked = int(text) if text.isascii() and text.isdigit() else _PAGE
    return asked if 0 < asked <= _LARGEST_PAGE else _PAGE
