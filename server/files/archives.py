"""Several files and folders as one archive, at once or by a link that is good for an hour."""

from collections.abc import AsyncIterator, Mapping
from datetime import datetime, timedelta
from http import HTTPStatus
from urllib.parse import quote

import msgspec
from aiohttp import web

from doctypes.files.file_tree import FileTree
from doctypes.files.names import ConflictNames, composed
from doctypes.files.node import Directory, File, Node
from doctypes.permissions.rule import Verb
from replication.core.errors import Conflict
from server import keys
from server.devices.device import hashed
from server.files.answers import answer
from server.files.asking import require, tree_of
from server.files.content_head import disposition
from server.files.problem import FileRequestRefused
from server.files.reading import json_body, member
from server.files.zip_stream import Member, zipped
from server.http.sending import send_stream
from server.instances.collection import Collection
from webdav.message import DavResponse

DOCTYPE = "io.cozy.files.archives"
LASTING = timedelta(hours=1)
ZIP = "application/zip"
_MOST = 10_000


class Archive(msgspec.Struct):
    """What an archive holds, by ids, and until when its link is good."""

    name: str
    ids: list[str]
    until: str


async def make(request: web.Request) -> web.StreamResponse:
    """POST /files/archive `{name, ids, files}`: a link; with `Accept: application/zip`, itself."""
    told = member(await json_body(request), "data", "attributes")
    if not isinstance(told, Mapping):
        raise FileRequestRefused(422, "data.attributes must be an object", "data")
    nodes = await _nodes(request, told)
    name = str(told.get("name") or "archive").removesuffix(".zip")
    if ZIP in request.headers.get("Accept", ""):
        return await _send(request, name, nodes)
    now = request.app[keys.NOW]()
    kept = _archives(request)
    await _forget_old(kept, now)
    secret = request.app[keys.NEW_ID]() + request.app[keys.NEW_ID]()
    until = (now + LASTING).isoformat()
    await kept.add(hashed(secret), Archive(name, [node.id for node in nodes], until))
    related = f"/files/archive/{secret}/{quote(name, safe='')}.zip"
    attributes = {"name": name, "ids": [node.id for node in nodes]}
    data = {"type": DOCTYPE, "id": hashed(secret), "attributes": attributes}
    return answer({"links": {"related": related}, "data": data})


async def follow(request: web.Request) -> web.StreamResponse:
    """GET /files/archive/{secret}/{name}: what a link was made for, while it lasts."""
    found = await _archives(request).get(hashed(request.match_info["secret"]))
    now = request.app[keys.NOW]()
    if found is None or datetime.fromisoformat(found.value.until) < now:
        raise FileRequestRefused(404, "This link is not, or no longer, good. Ask for another.")
    tree = request[keys.INSTANCE].files
    nodes = [await tree.get(node_id) for node_id in found.value.ids]
    return await _send(request, found.value.name, nodes)


async def _nodes(request: web.Request, told: Mapping[str, object]) -> list[Node]:
    tree, ids, paths = tree_of(request), told.get("ids") or [], told.get("files") or []
    if not isinstance(ids, list) or not isinstance(paths, list) or not (ids or paths):
        raise FileRequestRefused(422, "Name what to archive by ids or files", "ids")
    if len(ids) + len(paths) > _MOST:
        raise FileRequestRefused(422, f"At most {_MOST} can be named at once", "ids")
    nodes = [await tree.get(str(one)) for one in ids]
    nodes += [await tree.at(str(one)) for one in paths]
    for node in nodes:
        await require(request, Verb.GET, node)
    return nodes


async def _send(request: web.Request, name: str, nodes: list[Node]) -> web.StreamResponse:
    headers = {
        "Content-Type": ZIP,
        "Content-Disposition": disposition(f"{name}.zip", download=True),
        "Cache-Control": "private, no-store",
    }
    members = members_of(request[keys.INSTANCE].files, name, nodes)
    return await send_stream(request, DavResponse(HTTPStatus.OK, headers), zipped(members))


async def members_of(tree: FileTree, top: str, nodes: list[Node]) -> AsyncIterator[Member]:
    """Yield what an archive of these nodes holds, each below a folder of the archive's name.

    Contents of the same name in different folders get numbers, as they would in one folder.
    """
    taken: set[str] = set()
    for node in nodes:
        name = node.name or "files"
        if composed(name) in taken:
            name = ConflictNames(name, is_file=isinstance(node, File)).first_free(taken)
        taken.add(composed(name))
        async for found in _below(tree, node, f"{top}/{name}"):
            yield found


async def _below(tree: FileTree, node: Node, path: str) -> AsyncIterator[Member]:
    waiting = [(node, path)]
    while waiting:
        here, place = waiting.pop()
        if isinstance(here, Directory):
            yield Member(place, here.updated_at)
            waiting += [
                (child, f"{place}/{child.name}")
                async for page in tree.children(here)
                for child in page
            ]
        else:
            yield Member(place, here.updated_at, here.size, tree.read(here), here.executable)


def _archives(request: web.Request) -> Collection[Archive]:
    home = request.get(keys.HOME) or request[keys.INSTANCE]
    return Collection(home.store, DOCTYPE, Archive)


async def _forget_old(kept: Collection[Archive], now: datetime) -> None:
    old = [
        found.id async for found in kept.all() if datetime.fromisoformat(found.value.until) < now
    ]
    for archive_id in old:
        try:
            await kept.delete(archive_id)
        except Conflict:
            continue
