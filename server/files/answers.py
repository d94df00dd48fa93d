"""Answers: nodes as JSON:API, with what belongs to them."""

from http import HTTPStatus
from urllib.parse import quote, urlencode

from aiohttp import web

from doctypes.files.node import Directory, Node
from server.files import jsonapi
from server.files.asking import tree_of
from server.files.contents import children_of
from server.files.reading import number, offset
from server.files.sight import shown_to
from server.files.thumbnail_links import links_of

CHILDREN = 30
"""Children that a directory shows at once (cozy.md 0)."""

MOST = 1000


def answer(told: object, status: int = 200, headers: dict[str, str] | None = None) -> web.Response:
    """Return a JSON:API answer."""
    return web.Response(
        body=jsonapi.encode(told),
        status=status,
        headers={**(headers or {}), "Content-Type": jsonapi.CONTENT_TYPE},
    )


async def node_answer(request: web.Request, node: Node, status: int = 200) -> web.Response:
    """Return one node: a directory with a page of what is in it, a file with its versions."""
    headers = {"Location": f"/files/{node.id}"} if status == HTTPStatus.CREATED else {}
    if isinstance(node, Directory):
        return answer(await directory_told(request, node), status, headers)
    tree = tree_of(request)
    # What was just made has no past.
    versions = [] if status == HTTPStatus.CREATED else await tree.versions_of(node.id)
    path, links = await tree.path_of(node), links_of(request, node)
    told: jsonapi.Object = {"data": jsonapi.file_object(node, versions, path=path, links=links)}
    if versions:
        told["included"] = [jsonapi.version_object(version) for version in versions]
    return answer(told, status, headers)


async def directory_told(request: web.Request, directory: Directory) -> jsonapi.Object:
    """Return a directory, and the page of its children that the request asks for."""
    listed, link = await listed_of(request, directory, f"/files/{quote(directory.id)}")
    told: jsonapi.Object = {
        "data": jsonapi.directory_object(directory, listed, link),
        "included": objects_of(request, listed),
    }
    return {**told, "links": {"next": link}} if link else told


async def listed_of(
    request: web.Request, directory: Directory, here: str
) -> tuple[jsonapi.Listed, str | None]:
    """Return a page of children, and the address of the next."""
    limit = number(request.query, "page[limit]", CHILDREN, MOST)
    cursor, skip = request.query.get("page[cursor]", ""), offset(request.query, "page[skip]")
    tree, shown = tree_of(request), shown_to(request)
    listed = await children_of(tree, directory, shown, limit, cursor, skip)
    if listed.cursor is None:
        return listed, None
    return listed, f"{here}?{urlencode({'page[limit]': limit, 'page[cursor]': listed.cursor})}"


def objects_of(request: web.Request, listed: jsonapi.Listed) -> list[jsonapi.Object]:
    """Return the objects of a page."""
    return [jsonapi.node_object(node, links=links_of(request, node)) for node in listed.nodes]
