"""Rows of a view as a function of a design document makes them up: `_list`."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any

import msgspec
from aiohttp import hdrs, web

from replication.core.errors import Invalid
from replication.store.protocol import Database
from replication.wire import bulk_json
from replication.wire.document_json import encode
from server import keys
from server.data import access, reading
from server.data.all_docs import ALL_DOCS, options_of
from server.data.answers import json_answer
from server.data.dialect import DataDialect
from server.data.found_design import found_design
from server.data.function_answers import function_answer
from server.data.request_object import request_object
from server.data.view_answers import Parts, answer_of
from server.data.view_options import check, read_options
from server.data.view_routes import posted_options
from server.functions.calls import read
from server.functions.design import Design

FIRST_ROWS = 1024 * 1024
"""Bytes of rows that a function is given at first: many look at a few rows, whatever the view."""

MOST_ROWS = 16 * 1024 * 1024
"""Bytes of rows that it may have at all: it runs in a bounded memory, where they stand twice."""

_GROWTH = 4

Json = Any


class _Answer(msgspec.Struct):
    response: dict[str, Json] = {}
    body: str = ""
    more: bool = False


class _Listed(msgspec.Struct):
    rows: list[msgspec.Raw]
    total_rows: int | None = None
    offset: int | None = None
    update_seq: str | msgspec.UnsetType = msgspec.UNSET

    def head(self) -> bytes:
        told = {"total_rows": self.total_rows, "offset": self.offset}
        moment = {} if self.update_seq is msgspec.UNSET else {"update_seq": self.update_seq}
        return encode(told | moment)


async def listed(request: web.Request) -> web.Response:
    """GET or POST /{database}/_design/{design}/_list/{function}[/{view_design}]/{view}.

    Options are those of views, or of `_all_docs` where that stands for the view. The function sees
    the rows one after the other; what it sends goes out once it has ended.
    """
    database = await access.reading(request)
    path = ("lists", request.match_info["function"])
    design = await found_design(database, request.match_info["design"], path)
    body = await reading.json_body(request) if request.method == hdrs.METH_POST else None
    parts = await _parts(request, database, body)
    asked = await request_object(request, database, body=body)
    async with aclosing(parts):
        answer = await _answered(request, design, parts, asked)
    response = {name: answer.response[name] for name in _SAID if name in answer.response}
    headers = response.get("headers") or {}
    if isinstance(headers, dict) and "content-type" not in {name.lower() for name in headers}:
        response["headers"] = {**headers, "Content-Type": "application/json"}
    return function_answer({**response, "body": answer.body})


_SAID = ("code", "headers")
"""What a list says with `start`; its body is what it sends."""


async def _parts(request: web.Request, database: Database, body: bytes | None) -> Parts:
    """Return the head of all rows and then the rows, in JSON, as views give them."""
    name = request.match_info["view"]
    if name == "_all_docs":
        return _of_all_docs(request, body)
    design = request.match_info.get("view_design", request.match_info["design"])
    views = request[keys.INSTANCE].designs.views
    view = await views.view(database.name, design, name)
    options = (
        posted_options(request.query, body)
        if body is not None
        else read_options(request.query.items(), decoded=False)
    )
    checked = check(options, has_reduce=view.reducer is not None)
    return (await answer_of(request, database, view, checked)).parts()


async def _of_all_docs(request: web.Request, body: bytes | None) -> AsyncGenerator[list[bytes]]:
    options = options_of(request)
    if body is not None:
        options |= bulk_json.decode(body, dict[str, Json])
    text = await ALL_DOCS.listed(request, options)
    found = msgspec.json.decode(text, type=_Listed)
    yield [found.head()]
    yield [bytes(row) for row in found.rows]


async def _answered(request: web.Request, design: Design, parts: Parts, asked: bytes) -> _Answer:
    """Call the function, with more rows while it asks for more. Raises Refused, Invalid."""
    functions = request[keys.INSTANCE].designs.functions
    path = ("lists", request.match_info["function"])
    (head,) = await anext(parts)
    rows, most = bytearray(), FIRST_ROWS
    while most <= MOST_ROWS:
        ended = await _gather(rows, parts, most)
        given = b'{"head":%s,"request":%s,"rows":%s,"more":%s}' % (
            head,
            asked,
            encode(rows.decode()),
            b"false" if ended else b"true",
        )
        answer = read(await functions.render(design, "list", path, given), _Answer)
        if not answer.more:
            return answer
        most *= _GROWTH
    raise Invalid(
        "list_error",
        f"A list function gets {MOST_ROWS} bytes of rows here, and asked for more: ask for fewer "
        "rows with limit, or startkey and endkey.",
    )


async def _gather(rows: bytearray, parts: Parts, most: int) -> bool:
    """Add rows, a line each, until there are so many bytes; tell whether there are no others."""
    while len(rows) < most:
        some = await anext(parts, None)
        if some is None:
            return True
        for row in some:
            # a line end in JSON stands between tokens, where a space says the same
            rows += row.replace(b"\n", b" ") + b"\n"
    return False


async def _invalid_path(_: web.Request) -> web.Response:
    told = {"error": "list_error", "reason": "Invalid path."}
    return json_answer(encode(told), status=404)


def routes(dialect: DataDialect) -> list[web.RouteDef]:
    """Return the routes of lists; Cozy's dialect has none."""
    if dialect.is_cozy:
        return []
    root = dialect.prefix + "/{database}/_design/{design}/_list"
    found = []
    for path in (root + "/{function}/{view}", root + "/{function}/{view_design}/{view}"):
        found += [web.get(path, listed), web.post(path, listed)]
    for path in (root, root + "/{tail:.*}"):
        found += [web.get(path, _invalid_path), web.post(path, _invalid_path)]
    return found
