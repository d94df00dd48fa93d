"""How much of the home is used: bytes, and connected clients (cozy.md B9)."""

from aiohttp import web

from doctypes.permissions.rule import Verb
from server import keys
from server.auth.principal import Kind
from server.devices.shown import shown_devices
from server.home_settings.flags import MOST_CLIENTS, flags_of
from server.home_settings.rights import require_setting
from server.home_settings.settings_document import DOCTYPE
from server.http.jsonapi import Resource, answer_one
from server.instances.context import Contexts
from server.instances.instance import Instance

_DISK = "io.cozy.settings.disk-usage"
_CLIENTS = "io.cozy.settings.clients-usage"


async def disk_usage(request: web.Request) -> web.Response:
    """GET /settings/disk-usage[?include=trash]: numbers of bytes, as strings.

    Every application in the owner's session may ask: they show it in their bar.
    """
    if request[keys.PRINCIPAL].kind is not Kind.APP:
        require_setting(request, Verb.GET, _DISK)
    home = request[keys.HOME]
    usage = await home.files.usage()
    told = {
        "used": str(usage.total),
        "files": str(usage.files),
        "versions": str(usage.versions),
    }
    quota = home.record.quota
    if quota is not None:
        told["quota"] = str(quota)
    if request.query.get("include") == "trash":
        told["trash"] = str(usage.trash)
    return answer_one(Resource(DOCTYPE, _DISK, told, path="/settings/disk-usage"))


async def clients_usage(request: web.Request) -> web.Response:
    """GET /settings/clients-usage: how many clients are connected, and how many may be."""
    require_setting(request, Verb.GET, _CLIENTS)
    count, limit = await counted_clients(request[keys.HOME], request.app[keys.CONTEXTS])
    told: dict[str, object] = {
        "count": count,
        "limitReached": limit is not None and count >= limit,
        "limitExceeded": limit is not None and count > limit,
    }
    if limit is not None:
        told["limit"] = limit
    return answer_one(Resource(DOCTYPE, _CLIENTS, told, path="/settings/clients-usage"))


async def limit_exceeded(request: web.Request) -> web.Response:
    """GET /settings/clients/limit-exceeded: on to the devices, where there are too many."""
    count, limit = await counted_clients(request[keys.HOME], request.app[keys.CONTEXTS])
    raise web.HTTPFound("/devices" if limit is not None and count > limit else "/")


async def counted_clients(home: Instance, contexts: Contexts) -> tuple[int, int | None]:
    """Return how many devices people connected, and how many may be (None: as many as they like).

    Programs that say no `client_kind` are no devices of a person (cozy-stack counts so too).
    """
    devices = [one for one in await shown_devices(home) if one.device.client_kind]
    limit = (await flags_of(home, contexts)).get(MOST_CLIENTS)
    if isinstance(limit, bool) or not isinstance(limit, int | float) or limit < 0:
        return len(devices), None
    return len(devices), int(limit)
