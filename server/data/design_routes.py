"""Functions of design documents that answer requests: `_show` and `_update`."""

from hashlib import blake2b
from typing import Any
from urllib.parse import quote

import msgspec
from aiohttp import hdrs, web
from aiohttp.typedefs import Handler

from replication.core.document import StoredRevision
from replication.core.errors import DocumentMissing, Invalid
from replication.store.protocol import Database
from replication.wire.document_json import (
    Shown,
    encode,
    parse_document,
    parse_members,
    render_document,
)
from server import keys
from server.data import access, reading
from server.data.answers import json_answer
from server.data.dialect import DataDialect
from server.data.documents import write_one
from server.data.found_design import found_design
from server.data.function_answers import function_answer
from server.data.request_object import request_object
from server.data.user_context import user_context
from server.functions.calls import read
from server.functions.design import Design

MOST_BODY = 16 * 1024 * 1024
"""Bytes of a request that a function gets to see."""

_SHOWN = Shown(revisions=True, conflicts=True)


class _Answer(msgspec.Struct):
    response: dict[str, Any] = {}
    document: msgspec.Raw = msgspec.Raw(b"null")


async def show(request: web.Request) -> web.Response:
    """Any method on /{database}/_design/{design}/_show/{function}[/{id}]."""
    database = await access.reading(request)
    path = ("shows", request.match_info["function"])
    design = await found_design(database, request.match_info["design"], path)
    document_id, stored = await _named_document(request, database)
    etag = _etag(request, database, design, stored)
    if request.headers.get(hdrs.IF_NONE_MATCH) == etag:
        return web.Response(status=304, headers={"ETag": etag})
    given = await _given(request, database, document_id, stored)
    told = await request[keys.INSTANCE].designs.functions.render(design, "show", path, given)
    headers = {"ETag": etag, "Vary": "Accept"}
    return function_answer(read(told, _Answer).response, headers=headers)


def _etag(
    request: web.Request, database: Database, design: Design, stored: StoredRevision | None
) -> str:
    parts = (
        design.key,
        str(stored.revision) if stored else "",
        request.headers.get("Accept", ""),
        user_context(request, database.name).decode(),
        request.query_string,
    )
    return f'"{blake2b(encode(parts), digest_size=16).hexdigest()}"'


async def _named_document(
    request: web.Request, database: Database
) -> tuple[str | None, StoredRevision | None]:
    document_id = request.match_info.get("id")
    if not document_id:
        return None, None
    try:
        return document_id, await database.get(document_id)
    except DocumentMissing:
        return document_id, None


async def _given(
    request: web.Request,
    database: Database,
    document_id: str | None,
    stored: StoredRevision | None,
) -> bytes:
    body = await _body(request) if request.can_read_body else None
    asked = await request_object(request, database, document_id=document_id, body=body)
    document = render_document(stored, _SHOWN) if stored else b"null"
    return b'{"document":%s,"request":%s}' % (document, asked)


async def _body(request: web.Request) -> bytes:
    return b"".join([piece async for piece in reading.pieces_of(request, MOST_BODY)])


class UpdateRoutes:
    """Writing what an update function makes of a request."""

    def __init__(self, dialect: DataDialect) -> None:
        self._dialect = dialect

    async def update(self, request: web.Request) -> web.Response:
        """Any method on /{database}/_design/{design}/_update/{function}[/{id}].

        What the function gives back is written as any document is: with the same permissions, and
        the consent of all design documents.
        """
        database = await access.writing(request, self._dialect)
        path = ("updates", request.match_info["function"])
        design = await found_design(database, request.match_info["design"], path)
        document_id, stored = await _named_document(request, database)
        given = await _given(request, database, document_id, stored)
        functions = request[keys.INSTANCE].designs.functions
        answer = read(await functions.render(design, "update", path, given), _Answer)
        if not bytes(answer.document).startswith(b"{"):
            return function_answer(answer.response)
        return await _written(request, database, answer)

    def routes(self) -> list[web.RouteDef]:
        """Return the routes of update functions."""
        return _with_document(self._dialect, "_update", self.update)


async def _written(request: web.Request, database: Database, answer: _Answer) -> web.Response:
    members = parse_members(bytes(answer.document))
    if "_id" not in members:
        raise Invalid("illegal_docid", "Document id must not be empty")
    written = await write_one(request, database, parse_document(members))
    headers = {
        "X-Couch-Update-NewRev": str(written.revision),
        "X-Couch-Id": quote(written.document_id, safe=""),
    }
    return function_answer(answer.response, code=201, headers=headers)


def _with_document(dialect: DataDialect, kind: str, handler: Handler) -> list[web.RouteDef]:
    root = dialect.prefix + "/{database}/_design/{design}/" + kind
    return [
        web.route(method, root + path, answering)
        for path, answering in (
            ("/{function}/{id:.+}", handler),
            ("/{function}{tail:/?}", handler),
            ("{tail:/?}", _invalid_path),
        )
        for method in _METHODS
    ]


_METHODS = ("GET", "POST", "PUT", "DELETE", "PATCH")
"""HEAD comes with GET. OPTIONS is not among them: it is answered to who has not logged in."""


async def _invalid_path(request: web.Request) -> web.Response:
    kind = "show" if "/_show" in request.path else "update"
    told = {"error": f"{kind}_error", "reason": "Invalid path."}
    return json_answer(encode(told), status=404)


def routes(dialect: DataDialect) -> list[web.RouteDef]:
    """Return the routes of functions that answer requests; Cozy's dialect has none."""
    if dialect.is_cozy:
        return []
    return [*_with_document(dialect, "_show", show), *UpdateRoutes(dialect).routes()]
