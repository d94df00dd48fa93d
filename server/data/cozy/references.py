"""The files that refer to a document (cozy.md B6)."""

import base64
from collections.abc import Sequence

import msgspec
from aiohttp import web

from doctypes.files.amending import Reference
from doctypes.files.errors import NotANode
from doctypes.files.node import DOCTYPE as FILES
from doctypes.files.node import parse_node
from doctypes.permissions.errors import PermissionDenied
from doctypes.permissions.rule import Subject, Verb
from doctypes.profiles.view import WHOLE
from replication.index.rows import IndexRow
from server import keys
from server.data import reading
from server.data.cozy.references_index import VIEWS, referring
from server.data.cozy.refusals import CozyRefused
from server.data.dialect import COZY
from server.files.asking import by, tree_of
from server.files.jsonapi import node_object
from server.files.reading import json_body, references_of
from server.files.sight import require_seen, shown_to, view_of
from server.http.jsonapi import answer
from server.permissions.seeing import may_see, subject_of

_USUAL, _MOST = 100, 1000


async def listed(request: web.Request) -> web.Response:
    """GET …/relationships/references?page[limit]&page[cursor]&sort&include=files."""
    _require(request, Verb.GET, Verb.GET)
    sort = request.query.get("sort", "id")
    descending = sort.startswith("-")
    view = VIEWS.get(sort.removeprefix("-"))
    if view is None:
        raise CozyRefused("Invalid sort parameter")
    home = request[keys.HOME]
    rows = await referring(home, FILES, _document(request), view, descending=descending)
    rows = await _seen(request, rows)
    page, more = _page(request, rows, descending=descending)
    document: dict[str, object] = {
        "data": [{"type": FILES, "id": row.document_id} for row in page],
        "meta": {"count": len(rows)},
        "links": _next(request, page[-1]) if more and page else {},
    }
    if request.query.get("include") == "files":
        document["included"] = await _included(request, page)
    return answer(document)


async def add(request: web.Request) -> web.Response:
    """POST …/relationships/references `{data: [{type, id}]}`: those files refer to it too."""
    _require(request, Verb.PUT, Verb.PATCH)
    return await _refer(request, adds=True)


async def remove(request: web.Request) -> web.Response:
    """DELETE …/relationships/references: those files no longer do."""
    _require(request, Verb.DELETE, Verb.PATCH)
    return await _refer(request, adds=False)


async def _refer(request: web.Request, *, adds: bool) -> web.Response:
    tree, document = tree_of(request), [Reference(*_document(request))]
    ids = await _named(request)
    for file_id in ids:  # 404 for one that is not there before anything is changed
        await require_seen(request, await tree.get(file_id))
    for file_id in ids:
        await tree.refer(
            file_id,
            add=document if adds else (),
            remove=() if adds else document,
            by=by(request),
        )
    return web.Response(status=204)


async def _named(request: web.Request) -> list[str]:
    return [node_id for _, node_id in references_of(await json_body(request))]


def _document(request: web.Request) -> tuple[str, str]:
    return request.match_info["database"], request.match_info["id"]


def _require(request: web.Request, verb: Verb, of_files: Verb) -> None:
    """Raise PermissionDenied unless the caller may do this to the document, or to all files."""
    permissions = request[keys.PRINCIPAL].permissions
    doctype, document_id = _document(request)
    if not permissions.allows_type(of_files, FILES) and not permissions.allows(
        verb, doctype, Subject(document_id, {})
    ):
        raise PermissionDenied(verb, doctype, document_id)


async def _included(request: web.Request, page: Sequence[IndexRow]) -> list[dict[str, object]]:
    """Return those of the files that the caller may read."""
    database = await request[keys.HOME].store.open(FILES)
    included = []
    for row in await database.get_many([row.document_id for row in page]):
        if row is None or row.deleted:
            continue
        subject = await subject_of(database, row.document_id, row.body)
        if may_see(request[keys.PRINCIPAL], Verb.GET, FILES, subject):
            try:
                included.append(node_object(parse_node(row)))
            except NotANode:
                continue
    return included


async def _seen(request: web.Request, rows: list[IndexRow]) -> list[IndexRow]:
    if await view_of(request) is WHOLE:
        return rows
    nodes = await tree_of(request).get_many([row.document_id for row in rows])
    seen = {node.id for node in await shown_to(request)(nodes)}
    return [row for row in rows if row.document_id in seen]


def _page(
    request: web.Request, rows: Sequence[IndexRow], *, descending: bool
) -> tuple[list[IndexRow], bool]:
    """Return one page of the rows, and whether there are more."""
    limit = min(reading.number(request, "page[limit]") or _USUAL, _MOST)
    after = _read_cursor(request.query.get("page[cursor]", ""))
    if after is not None:
        rows = [row for row in rows if (_place(row) < after if descending else _place(row) > after)]
    skip = reading.number(request, "page[skip]") or 0
    return list(rows[skip : skip + limit]), len(rows) > skip + limit


def _place(row: IndexRow) -> tuple[bytes, str]:
    return row.sort, row.document_id


def _next(request: web.Request, last: IndexRow) -> dict[str, str]:
    cursor = msgspec.json.encode((last.sort.hex(), last.document_id))
    bare = request.rel_url.without_query_params("page[cursor]", "page[skip]", "bearer_token")
    page = bare.extend_query({"page[cursor]": base64.urlsafe_b64encode(cursor).decode()})
    return {"next": str(page)}


def _read_cursor(text: str) -> tuple[bytes, str] | None:
    if not text:
        return None
    try:
        told = base64.b64decode(text, altchars=b"-_", validate=True)
        sort, document_id = msgspec.json.decode(told, type=tuple[str, str])
        return bytes.fromhex(sort), document_id
    except ValueError:
        raise CozyRefused("page[cursor] is none that was given", 422) from None


def routes() -> list[web.RouteDef]:
    """Return the routes."""
    references = COZY.prefix + "/{database}/{id}/relationships/references"
    return [
        web.get(references, listed),
        web.post(references, add),
        web.delete(references, remove),
    ]
