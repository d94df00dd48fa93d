"""Several files and folders as one archive, at once or by a link that is good for an hour."""

from collections.abc import AsyncIterator, Mapping
from datetime import datetime, timedelta
from http import HTTPStatus
from urllib.parse import quote

import msgspec
from aiohttp import web

from doctypes.files.file_tree import FileTree
from doctypes.files.names import ConflictNames, composed, legal_name, numbered_page
from doctypes.files.node import Directory, File, Node
from doctypes.permissions.rule import Verb
from doctypes.profiles.profile import EVERYTHING, Profile
from doctypes.profiles.view import WHOLE, View
from replication.core.errors import Conflict
from server import keys
from server.devices.device import hashed
from server.files.answers import answer
from server.files.asking import require, tree_of
from server.files.content_head import disposition
from server.files.problem import FileRequestRefused
from server.files.reading import json_body, member
from server.files.sight import profile_view, shown_by, view_of
from server.files.zip_stream import Member, zipped
from server.http.sending import send_stream
from server.instances.collection import Collection
from server.media.media import MEDIA
from webdav.message import DavResponse

DOCTYPE = "io.cozy.files.archives"
LASTING = timedelta(hours=1)
ZIP = "application/zip"
_MOST = 10_000
_MOST_PAGES = 1000


class Page(msgspec.Struct, frozen=True):
    """One page of a PDF, counted from 1."""

    id: str
    page: int


class Archive(msgspec.Struct):
    """What an archive holds, by ids, and until when its link is good.

    `profile` is what whoever made it sees of that.
    """

    name: str
    ids: list[str]
    until: str
    pages: list[Page] = []
    profile: Profile = EVERYTHING


async def make(request: web.Request) -> web.StreamResponse:
    """POST /files/archive `{name, ids, files, pages}`: a link.

    With `Accept: application/zip` it is the archive itself.
    """
    told = member(await json_body(request), "data", "attributes")
    if not isinstance(told, Mapping):
        raise FileRequestRefused(422, "data.attributes must be an object", "data")
    pages = await _pages(request, told.get("pages"))
    nodes = await _nodes(request, told, needed=not pages)
    name = legal_name(str(told.get("name") or "archive").removesuffix(".zip"))
    if ZIP in request.headers.get("Accept", ""):
        return await _send(request, name, nodes, pages, await view_of(request))
    now = request.app[keys.NOW]()
    kept = _archives(request)
    await _forget_old(kept, now)
    secret = request.app[keys.NEW_ID]() + request.app[keys.NEW_ID]()
    until = (now + LASTING).isoformat()
    ids, profile = [node.id for node in nodes], request[keys.PRINCIPAL].profile
    await kept.add(hashed(secret), Archive(name, ids, until, pages, profile))
    related = f"/files/archive/{secret}/{quote(name, safe='')}.zip"
    attributes = {"name": name, "ids": ids}
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
    view = await profile_view(tree, found.value.profile)
    return await _send(request, found.value.name, nodes, found.value.pages, view)


async def send_archive(request: web.Request, name: str, nodes: list[Node]) -> web.StreamResponse:
    """Give out nodes as an archive, once it is known that they may be read."""
    return await _send(request, legal_name(name), nodes, [], WHOLE)


async def _pages(request: web.Request, told: object) -> list[Page]:
    """Read which pages of which documents are wanted; each is there, and may be read."""
    try:
        pages = msgspec.convert(told or [], list[Page])
    except msgspec.ValidationError as error:
        raise FileRequestRefused(422, "pages must be objects with id and page", "pages") from error
    if len(pages) > _MOST_PAGES:
        raise FileRequestRefused(422, f"At most {_MOST_PAGES} pages at once", "pages")
    tree, counts = tree_of(request), dict[str, int]()
    for wanted in pages:
        if wanted.id not in counts:
            node = await tree.get(wanted.id)
            await require(request, Verb.GET, node)
            media, home = request.app[MEDIA], request[keys.HOME]
            counts[node.id] = await media.pages(home, node) if isinstance(node, File) else 0
        if not 1 <= wanted.page <= counts[wanted.id]:
            raise FileRequestRefused(422, f"{wanted.id} has no page {wanted.page}", "pages")
    return pages


async def _nodes(request: web.Request, told: Mapping[str, object], *, needed: bool) -> list[Node]:
    tree, ids, paths = tree_of(request), told.get("ids") or [], told.get("files") or []
    if not isinstance(ids, list) or not isinstance(paths, list) or (needed and not (ids or paths)):
        raise FileRequestRefused(422, "Name what to archive by ids or files", "ids")
    if len(ids) + len(paths) > _MOST:
        raise FileRequestRefused(422, f"At most {_MOST} can be named at once", "ids")
    nodes = [await tree.get(str(one)) for one in ids]
    nodes += [await tree.at(str(one)) for one in paths]
    for node in nodes:
        await require(request, Verb.GET, node)
    return nodes


async def _send(
    request: web.Request, name: str, nodes: list[Node], pages: list[Page], view: View
) -> web.StreamResponse:
    headers = {
        "Content-Type": ZIP,
        "Content-Disposition": disposition(f"{name}.zip", download=True),
        "Cache-Control": "private, no-store",
    }
    members = _members(request, name, nodes, pages, view)
    return await send_stream(request, DavResponse(HTTPStatus.OK, headers), zipped(members))


async def _members(
    request: web.Request, top: str, nodes: list[Node], pages: list[Page], view: View
) -> AsyncIterator[Member]:
    """Yield what an archive holds, each below a folder of the archive's name.

    What has the same name in different folders gets numbers, as it would in one folder.
    """
    tree, taken = request[keys.INSTANCE].files, set[str]()
    for node in await shown_by(tree, view, nodes):
        name = _free(node.name or "files", taken, is_file=isinstance(node, File))
        async for found in _below(tree, node, f"{top}/{name}", view):
            yield found
    for wanted in pages:
        file = await tree.get(wanted.id)
        if isinstance(file, File):
            name = _free(numbered_page(file.name, wanted.page), taken, is_file=True)
            content = _page(request, file, wanted.page)
            yield Member(f"{top}/{name}", file.updated_at, file.size, content)


def _free(name: str, taken: set[str], *, is_file: bool) -> str:
    if composed(name) in taken:
        name = ConflictNames(name, is_file=is_file).first_free(taken)
    taken.add(composed(name))
    return name


async def _page(request: web.Request, file: File, number: int) -> AsyncIterator[bytes]:
    """Yield one page. An archive that lacks one would look whole: it is cut off instead."""
    page = await request.app[MEDIA].page(request[keys.INSTANCE], file, number)
    if page is None:
        raise FileRequestRefused(404, f"{file.id} has no page {number} any more", "pages")
    yield page


async def _below(tree: FileTree, node: Node, path: str, view: View) -> AsyncIterator[Member]:
    waiting = [(node, path)]
    while waiting:
        here, place = waiting.pop()
        if isinstance(here, Directory):
            yield Member(place, here.updated_at)
            waiting += [
                (child, f"{place}/{child.name}")
                async for page in tree.children(here)
                for child in await shown_by(tree, view, page)
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
