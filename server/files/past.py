"""The past of a folder: what it held at a moment, and bringing it back to that."""

from aiohttp import web

from doctypes.files.node import DOCTYPE, ROOT_ID, TRASH_ID, Directory, Node
from doctypes.files.past import PastNode
from doctypes.permissions.rule import Verb
from server import keys
from server.audit.trail import audited
from server.files.answers import answer
from server.files.asking import by, require, tree_of
from server.files.jsonapi import Object
from server.files.problem import FileRequestRefused
from server.files.reading import json_body, member, read_date
from server.files.sight import sees_whole

PAST = "io.cozy.files.past"
_MOMENT = "At"


async def show(request: web.Request) -> web.Response:
    """GET /files/{id}/past?At=: what a folder held at a moment, with what is lost of it."""
    tree = tree_of(request)
    folder = await tree.get(request.match_info["id"])
    await require(request, Verb.GET, folder)
    await _require_whole(request, folder)
    if not request.query.get(_MOMENT):
        raise FileRequestRefused(422, "At must be a date of RFC 3339", _MOMENT)
    moment = read_date(request.query[_MOMENT], _MOMENT)
    past = await tree.past_of(folder.id, moment)
    newcomers = [{"type": DOCTYPE, "id": node.id} for node in past.newcomers]
    data = [_object(node) for node in past.nodes]
    return answer({"data": data, "meta": {"newcomers": newcomers}})


async def bring_back(request: web.Request) -> web.Response:
    """POST /files/{id}/restore_at `{at}`: the folder as it was; what came since is in the trash.

    Answers how many nodes were placed, reverted and thrown away, and what could not be; `before` is
    the moment to which the folder is brought back to undo it.
    """
    tree = tree_of(request)
    folder = await tree.get(request.match_info["id"])
    for verb in (Verb.POST, Verb.PUT, Verb.PATCH):
        await require(request, verb, folder)
    await _require_whole(request, folder)
    if folder.id == TRASH_ID:
        raise FileRequestRefused(422, "The trash has no past", "id")
    text = member(await json_body(request), "data", "attributes", "at")
    moment = read_date(text, "at")
    before = request.app[keys.NOW]()
    if moment > before:
        raise FileRequestRefused(422, "at lies in the future", "at")
    done = await tree.rewind(folder.id, moment, by=by(request))
    name = folder.name if folder.id != ROOT_ID else "/"
    await audited(request, "folder.rewound", name, at=moment.isoformat())
    attributes = {
        "placed": done.placed,
        "reverted": done.reverted,
        "thrown_away": done.thrown_away,
        "lost": done.lost,
        "before": before.isoformat(),
    }
    return answer({"data": {"type": PAST, "id": folder.id, "attributes": attributes}})


async def _require_whole(request: web.Request, folder: Node) -> None:
    if not await sees_whole(request, folder):
        reason = "This device does not see all of the folder, so it is not told of its past"
        raise FileRequestRefused(403, reason, "id")


def _object(past: PastNode) -> Object:
    attributes: Object = {
        "type": "directory" if isinstance(past.node, Directory) else "file",
        "name": past.place.name,
        "dir_id": past.place.dir_id,
        "path": past.path,
        "moved": past.is_moved,
        "lost": past.lost,
    }
    if past.version is not None:
        attributes["version"] = past.version.id
    return {"type": PAST, "id": past.node.id, "attributes": attributes}
