"""Content given out: of files and of their versions, whole or in part, to who may read it."""

from http import HTTPStatus

from aiohttp import hdrs, web

from doctypes.files.errors import IsADirectory
from doctypes.files.names import numbered_page
from doctypes.files.node import Directory, File
from doctypes.files.version import Version
from doctypes.permissions.rule import Verb
from replication.core.errors import BlobMissing
from server import keys
from server.files import links
from server.files.answers import answer
from server.files.asking import require, tree_of
from server.files.content_head import Content, headers_of
from server.files.jsonapi import node_object
from server.files.nodes import named
from server.files.problem import FileRequestRefused
from server.files.reading import number as positive
from server.files.thumbnail_links import links_of
from server.http.sending import send_file, send_stream
from server.media.media import MEDIA
from webdav.message import DavResponse, FileSlice, fold_headers
from webdav.model.errors import DavError
from webdav.wire.conditional import Conditions
from webdav.wire.ranges import is_range_current, parse_range


async def download(request: web.Request) -> web.StreamResponse:
    """GET or HEAD /files/download/{id}, /files/download?Path=; `Dl=1` has it saved.

    `Page=n` gives one page of a PDF.
    """
    node = await named(request)
    await require(request, Verb.GET, node)
    if request.query.get("Page"):
        return await _send_page(request, node)
    return await _send_node(request, node, download=request.query.get("Dl") == "1")


async def download_version(request: web.Request) -> web.StreamResponse:
    """GET or HEAD /files/download/{id}/{version}."""
    tree = tree_of(request)
    node = await tree.get(request.match_info["id"])
    await require(request, Verb.GET, node)
    version = await tree.version(version_id(request))
    return await send_version(request, node, version)


def version_id(request: web.Request) -> str:
    """Return the whole id of the version that a path names."""
    return f"{request.match_info['id']}/{request.match_info['version']}"


async def make_link(request: web.Request) -> web.Response:
    """POST /files/downloads?Path=|Id=|VersionId=: an address that opens without a credential."""
    tree, query = tree_of(request), request.query
    version = query.get("VersionId")
    if version:
        old = await tree.version(version)
        node = await tree.get(old.file_id)
        wanted = links.Wanted(node.id, old.id, query.get("Filename") or node.name)
    else:
        node = await tree.get(query["Id"]) if query.get("Id") else await named(request)
        wanted = links.Wanted(node.id, "", query.get("Filename") or node.name)
    await require(request, Verb.GET, node)
    if isinstance(node, Directory):
        raise IsADirectory(node.id)
    related = links.address(request[keys.HOME], wanted, request.app[keys.NOW]())
    data = node_object(node, links=links_of(request, node))
    return answer({"links": {"related": related}, "data": data})


async def follow_link(request: web.Request) -> web.StreamResponse:
    """GET /files/downloads/{secret}/{name}: what a link was made for, while it lasts."""
    instance = request[keys.INSTANCE]
    wanted = links.read(instance, request.match_info["secret"], request.app[keys.NOW]())
    if wanted is None:
        raise FileRequestRefused(404, "This link is not, or no longer, good. Ask for another.")
    node = await instance.files.get(wanted.file_id)
    asked = request.query.get("Dl") == "1"
    if wanted.version_id:
        version = await instance.files.version(wanted.version_id)
        return await send_version(request, node, version, wanted.name)
    return await _send_node(request, node, download=asked, name=wanted.name)


async def _send_page(request: web.Request, node: File | Directory) -> web.Response:
    if isinstance(node, Directory):
        raise IsADirectory(node.id)
    number = positive(request.query, "Page", 1, _MOST_PAGES)
    page = await request.app[MEDIA].page(request[keys.HOME], node, number)
    if page is None:
        raise FileRequestRefused(422, "The file has no such page", "Page")
    content = Content(numbered_page(node.name, number), "", len(page), node.mime, node.updated_at)
    told = headers_of(content, download=request.query.get("Dl") == "1")
    # It is made anew each time, and never quite the same: no part of one fits another.
    headers = {name: value for name, value in told.items() if name not in _OF_WHOLE_FILES}
    return web.Response(body=page, headers=headers)


_OF_WHOLE_FILES = ("ETag", "Accept-Ranges")


_MOST_PAGES = 1_000_000


async def _send_node(
    request: web.Request, node: File | Directory, *, download: bool, name: str = ""
) -> web.StreamResponse:
    if isinstance(node, Directory):
        raise IsADirectory(node.id)
    content = Content(name or node.name, node.md5sum, node.size, node.mime, node.updated_at)
    return await _send(request, node, content, download=download)


async def send_version(
    request: web.Request, node: File | Directory, version: Version, name: str = ""
) -> web.StreamResponse:
    """Send the content of a version, under the name that the file has now."""
    mime = node.mime if isinstance(node, File) else ""
    shown = name or node.name
    content = Content(shown, version.md5sum, version.size, mime, version.updated_at)
    return await _send(request, version, content, download=request.query.get("Dl") == "1")


async def _send(
    request: web.Request, source: File | Version, content: Content, *, download: bool
) -> web.StreamResponse:
    headers, folded = headers_of(content, download=download), fold_headers(request.headers.items())
    resource = content.resource
    try:
        conditions = Conditions.from_headers(folded)
        conditions.check_state(resource)
        if conditions.is_known(resource):
            return web.Response(status=304, headers={hdrs.ETAG: resource.etag})
        part = None
        if request.method != hdrs.METH_HEAD and is_range_current(folded.get("if-range"), resource):
            part = parse_range(folded.get("range"), content.size)
    except DavError as error:
        beyond = error.status == HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE
        told = {"Content-Range": f"bytes */{content.size}"} if beyond else {}  # RFC 9110 14.4
        reason = str(error) or "The range is beyond the end"
        raise FileRequestRefused(error.status, reason, headers=told) from error
    start, stop = part or (0, content.size)
    status = HTTPStatus.OK if part is None else HTTPStatus.PARTIAL_CONTENT
    if part is not None:
        headers["Content-Range"] = f"bytes {start}-{stop - 1}/{content.size}"
    headers["Content-Length"] = str(stop - start)
    head = DavResponse(status, headers)
    if request.method == hdrs.METH_HEAD or start == stop:
        return web.Response(status=status, headers=headers)
    return await _send_bytes(request, source, head, start, stop)


async def _send_bytes(
    request: web.Request, source: File | Version, head: DavResponse, start: int, stop: int
) -> web.StreamResponse:
    tree = request[keys.INSTANCE].files
    path = await tree.content_path(source)
    try:
        if path is not None:
            return await send_file(request, head, FileSlice(path, start, stop))
        return await send_stream(request, head, tree.read(source, start, stop))
    except (BlobMissing, FileNotFoundError) as error:
        raise FileRequestRefused(404, "The content of this file is gone") from error
