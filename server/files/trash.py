"""The trash: what is in it, back out of it, and gone for good."""

from urllib.parse import urlencode

from aiohttp import web

from doctypes.files.node import TRASH_ID, Directory
from doctypes.permissions.rule import Verb
from server.audit.trail import audited
from server.files import removal
from server.files.answers import CHILDREN, MOST, answer, node_answer, objects_of
from server.files.asking import by, require, require_all, tree_of
from server.files.contents import children_of
from server.files.problem import FileRequestRefused
from server.files.reading import expected_revision, number, offset
from server.files.sight import shown_to


async def show(request: web.Request) -> web.Response:
    """GET /files/trash: what was thrown away, page by page."""
    tree = tree_of(request)
    trash = await tree.get(TRASH_ID)
    await require(request, Verb.GET, trash)
    if not isinstance(trash, Directory):
        raise FileRequestRefused(404, "There is no trash here")
    limit = number(request.query, "page[limit]", CHILDREN, MOST)
    skip, cursor = offset(request.query, "page[skip]"), request.query.get("page[cursor]", "")
    listed = await children_of(tree, trash, shown_to(request), limit, cursor, skip)
    told: dict[str, object] = {"data": objects_of(request, listed)}
    if listed.cursor is not None:
        query = urlencode({"page[limit]": limit, "page[cursor]": listed.cursor})
        told["links"] = {"next": f"{request.path}?{query}"}
    return answer(told)


async def empty(request: web.Request) -> web.Response:
    """DELETE /files/trash: all of it, for good; 204."""
    require_all(request, Verb.DELETE)
    count = await removal.empty(request)
    await audited(request, "trash.emptied", count=str(count))
    return web.Response(status=204)


async def restore(request: web.Request) -> web.Response:
    """POST /files/trash/{id}: back where it was, under a free name."""
    tree = tree_of(request)
    node = await tree.get(request.match_info["id"])
    await require(request, Verb.PATCH, node)
    return await node_answer(request, await tree.restore(node.id, by=by(request)))


async def destroy(request: web.Request) -> web.Response:
    """DELETE /files/trash/{id}: one thing of it, for good; 204."""
    node = await tree_of(request).get(request.match_info["id"])
    await require(request, Verb.DELETE, node)
    await removal.destroy(request, node, expected_revision(request), trashed=True)
    return web.Response(status=204)
