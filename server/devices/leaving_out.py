"""Directories that a device leaves out, asked and changed by the device (cozy.md C5).

What a device leaves out stands in the directories' own documents; here it is seen from its side.
"""

from collections.abc import Sequence
from urllib.parse import urlencode

from aiohttp import web

from doctypes.files.document import fields_of
from doctypes.files.node import DOCTYPE as FILES
from doctypes.files.node import Directory
from doctypes.permissions.rule import Subject, Verb
from server import keys
from server.devices.device import DOCTYPE, devices_of
from server.devices.errors import DeviceMissing
from server.files.asking import by
from server.files.jsonapi import node_object
from server.http.jsonapi import answer, read_identifiers

PATH = "/data/io.cozy.oauth.clients/{id}/relationships/not_synchronizing"
_PAGE = 100
_LARGEST_PAGE = 1000


async def listed(request: web.Request) -> web.Response:
    """GET [?page[limit]&page[cursor]&include=files]: the directories that are left out."""
    device_id = await _device(request, Verb.GET, Verb.GET)
    directories = await request[keys.HOME].files.excluded_by(device_id)
    limit = _number(request.query.get("page[limit]", ""), _PAGE)
    begin = _number(request.query.get("page[cursor]", ""), 0, least=0, most=len(directories))
    shown, links = directories[begin : begin + limit], {}
    if begin + limit < len(directories):
        more = urlencode({"page[limit]": limit, "page[cursor]": begin + limit})
        links["next"] = f"{request.path}?{more}"
    told: dict[str, object] = {
        "data": [{"type": FILES, "id": directory.id} for directory in shown],
        "meta": {"count": len(directories)},
        "links": links,
    }
    if request.query.get("include") == "files":
        told["included"] = [_told(request, directory) for directory in shown]
    return answer(told)


async def leave_out(request: web.Request) -> web.Response:
    """POST `{data: [{type, id}]}`: 204; the device sees these directories no longer."""
    device_id = await _device(request, Verb.PUT, Verb.PATCH)
    tree = request[keys.HOME].files
    for directory in await _directories(request):
        await tree.exclude(directory, [device_id], by=by(request))
    return web.Response(status=204)


async def take_in(request: web.Request) -> web.Response:
    """DELETE `{data: [{type, id}]}`: 204; the device sees these directories again."""
    device_id = await _device(request, Verb.DELETE, Verb.PATCH)
    tree = request[keys.HOME].files
    for directory in await _directories(request):
        await tree.include(directory, [device_id], by=by(request))
    return web.Response(status=204)


def routes() -> list[web.AbstractRouteDef]:
    """Return the routes of the relationship."""
    return [
        web.get(PATH, listed, allow_head=False),
        web.post(PATH, leave_out),
        web.delete(PATH, take_in),
    ]


async def _device(request: web.Request, verb: Verb, on_files: Verb) -> str:
    """Return the device's id, once who asks may do this: by the device, or by all files (B6)."""
    device_id, permissions = request.match_info["id"], request[keys.PRINCIPAL].permissions
    if not permissions.allows_type(on_files, FILES):
        permissions.require(verb, DOCTYPE, Subject(device_id, {}))
    if await devices_of(request[keys.HOME].store).get(device_id) is None:
        raise DeviceMissing(device_id)
    return device_id


async def _directories(request: web.Request) -> Sequence[str]:
    """Return the ids that were sent, all of which are directories. Raises NodeMissing and kin."""
    ids = await read_identifiers(request, FILES)
    tree = request[keys.HOME].files
    for node_id in ids:
        if not isinstance(await tree.get(node_id), Directory):
            raise web.HTTPUnprocessableEntity(text=f"{node_id} is a file; name directories.")
    return ids


def _told(request: web.Request, directory: Directory) -> object:
    permissions = request[keys.PRINCIPAL].permissions
    if not permissions.allows(Verb.GET, FILES, Subject(directory.id, fields_of(directory))):
        return {"type": FILES, "id": directory.id}
    return node_object(directory)


def _number(text: str, default: int, *, least: int = 1, most: int = _LARGEST_PAGE) -> int:
    asked = int(text) if text.isascii() and text.isdigit() else default
    return asked if least <= asked <= most else default
