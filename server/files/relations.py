"""Who refers to a file: albums, applications, bills; and which devices leave a directory out."""

from aiohttp import web

from doctypes.files.amending import Reference, references
from doctypes.files.document import fields_of
from doctypes.permissions.rule import Verb
from server.files.answers import answer
from server.files.asking import by, require, tree_of
from server.files.reading import expected_revision, json_body, references_of


async def add_references(request: web.Request) -> web.Response:
    """POST /files/{id}/relationships/referenced_by `{data: [{type, id}]}`: those that are then."""
    return await _refer(request, adds=True)


async def remove_references(request: web.Request) -> web.Response:
    """DELETE /files/{id}/relationships/referenced_by."""
    return await _refer(request, adds=False)


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
    listed = references(fields_of(changed), "referenced_by")
    data = [{"type": one.type, "id": one.id} for one in listed]
    meta = {"rev": str(changed.revision), "count": len(data)}
    return answer({"data": data, "meta": meta})
