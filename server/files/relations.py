"""Who refers to a file: albums, applications, bills; and which devices leave a directory out."""

from aiohttp import web

from doctypes.files.amending import Reference, references
from doctypes.files.document import fields_of
from doctypes.files.exclusions import DEVICES, NOT_SYNCHRONIZED_ON
from doctypes.files.node import Node
from doctypes.permissions.rule import Verb
from server.files.answers import answer
from server.files.asking import by, require, tree_of
from server.files.problem import FileRequestRefused
from server.files.reading import expected_revision, json_body, references_of


async def add_references(request: web.Request) -> web.Response:
    """POST /files/{id}/relationships/referenced_by `{data: [{type, id}]}`: those that are then."""
    return await _refer(request, adds=True)


async def remove_references(request: web.Request) -> web.Response:
    """DELETE /files/{id}/relationships/referenced_by."""
    return await _refer(request, adds=False)


async def exclude(request: web.Request) -> web.Response:
    """POST /files/{id}/relationships/not_synchronized_on: devices that leave a directory out."""
    return await _leave_out(request, adds=True)


async def include(request: web.Request) -> web.Response:
    """DELETE /files/{id}/relationships/not_synchronized_on: devices that take it in again."""
    return await _leave_out(request, adds=False)


async def _leave_out(request: web.Request, *, adds: bool) -> web.Response:
    tree = tree_of(request)
    node = await tree.get(request.match_info["id"])
    await require(request, Verb.PATCH, node)
    told = references_of(await json_body(request))
    devices = [device for kind, device in told if kind == DEVICES]
    if len(devices) < len(told):
        raise FileRequestRefused(422, f"data must name {DEVICES}", "data")
    verb = tree.exclude if adds else tree.include
    expected = expected_revision(request)
    changed = await verb(node.id, devices, expected=expected, by=by(request))
    return _listed(changed, NOT_SYNCHRONIZED_ON)


async def _refer(request: web.Request, *, adds: bool) -> web.Response:
    tree = tree_of(request)
    node = await tree.get(request.match_info["id"])
    await require(request, Verb.PATCH, node)
    told = [Reference(*pair) for pair in references_of(await json_body(request))]
    changed = await tree.refer(
        node.id,
        add=told if adds else (),
        remove=() if adds else told,
        expected=expected_revision(request),
        by=by(request),
    )
    return _listed(changed, "referenced_by")


def _listed(node: Node, name: str) -> web.Response:
    data = [{"type": one.type, "id": one.id} for one in references(fields_of(node), name)]
    meta = {"rev": str(node.revision), "count": len(data)}
    return answer({"data": data, "meta": meta})
