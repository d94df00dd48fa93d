"""Queries of views: GET, POST with keys or options in the body, and several in one request."""

from collections.abc import Mapping, Sequence
from contextlib import aclosing
from typing import Any

import msgspec
from aiohttp import web
from yarl import URL

from replication.core.errors import Invalid
from replication.store.protocol import Database
from replication.wire import bulk_json
from server import keys
from server.data import access, reading
from server.data.dialect import DataDialect
from server.data.repeated_questions import Ask, Given, to_repeat
from server.data.view_answers import (
    Pieces,
    ViewAnswer,
    answer_of,
    answered_at_once,
    lasts,
    send,
)
from server.data.view_options import ViewOptions, check, read_options
from server.views.view_book import OpenView


class _Body(msgspec.Struct):
    queries: Any = None


async def get(request: web.Request) -> web.StreamResponse:
    """GET /{database}/_design/{ddoc}/_view/{view}."""
    view = await _view(request)
    options = read_options(request.query.items(), decoded=False)
    return await _answered(request, view, options)


async def post(request: web.Request) -> web.StreamResponse:
    """POST the same: options stand in the body, and those of the URL come on top."""
    text = await reading.json_body(request)
    options = posted_options(request.query, text)
    return await _answered(request, await _view(request), options, text)


def posted_options(query: Mapping[str, str], text: bytes) -> ViewOptions:
    """Read the options of a POST, whose body is given. Raises Invalid."""
    body = bulk_json.decode(text, dict[str, Any])
    if "queries" in body:
        reason = "The `queries` parameter is no longer supported at this endpoint"
        raise Invalid("bad_request", reason)
    if "keys" in body and not isinstance(body["keys"], list):
        raise Invalid("bad_request", "`keys` member must be an array.")
    from_body = read_options(body.items(), decoded=True)
    return read_options(query.items(), decoded=False, base=from_body)


async def queries(request: web.Request) -> web.StreamResponse:
    """POST …/queries: several queries of one view, answered in order."""
    asked = bulk_json.decode(await reading.json_body(request), _Body).queries
    if asked is None:
        raise Invalid("bad_request", "POST body must include `queries` parameter.")
    if not isinstance(asked, list) or not all(isinstance(query, dict) for query in asked):
        raise Invalid("bad_request", "`queries` member must be an array of objects.")
    view = await _view(request)
    base = read_options(request.query.items(), decoded=False)
    database = await access.reading(request)
    checked = [_checked(view, query, base) for query in asked]
    answers = [await answer_of(request, database, view, options) for options in checked]
    return await send(request, _joined(answers))


def _checked(view: OpenView, query: dict[str, Any], base: ViewOptions) -> ViewOptions:
    options = read_options(query.items(), decoded=True, base=base)
    return check(options, has_reduce=view.reducer is not None)


async def _joined(answers: Sequence[ViewAnswer]) -> Pieces:
    yield b'{"results":['
    for place, answer in enumerate(answers):
        yield b",\r\n" if place else b"\r\n"
        async with aclosing(answer.pieces()) as pieces:
            async for piece in pieces:
                yield piece
    yield b"\r\n]}"


async def _view(request: web.Request) -> OpenView:
    """Open the view that the path names, on every document of its database."""
    await access.reading(request)  # may the caller read it at all
    path = request.match_info
    views = request[keys.INSTANCE].designs.views
    return await views.view(access.database_name(request), path["design"], path["view"])


async def _answered(
    request: web.Request, view: OpenView, options: ViewOptions, body: bytes = b""
) -> web.StreamResponse:
    checked = check(options, has_reduce=view.reducer is not None)
    database = await access.reading(request)
    repeated = await to_repeat(request, _again(request, database))
    answer = await answer_of(request, database, view, checked)
    response = await send(request, answer.pieces())
    if repeated is not None:
        repeated.offer(request, response, body, lasts=lasts(checked))
    return response


def _again(request: web.Request, database: Database) -> Ask:
    """Return what answers further queries of the view for who sees all of this database."""
    views, path = request[keys.INSTANCE].designs.views, dict(request.match_info)

    async def ask(query: str, body: bytes) -> Given | None:
        given = URL(query, encoded=True).query
        options = (
            posted_options(given, body) if body else read_options(given.items(), decoded=False)
        )
        view = await views.view(database.name, path["design"], path["view"])
        checked = check(options, has_reduce=view.reducer is not None)
        return await answered_at_once(database, view, checked)

    return ask


async def temporary(_: web.Request) -> web.Response:
    """Refuse what CouchDB had before version 2."""
    raise web.HTTPGone(text="Temporary views are not supported in CouchDB")


def routes(dialect: DataDialect) -> list[web.RouteDef]:
    """Return the routes of views."""
    path = dialect.prefix + "/{database}/_design/{design}/_view/{view}"
    return [
        web.get(path, get),
        web.post(path, post),
        web.post(path + "/queries", queries),
        web.post(dialect.prefix + "/{database}/_temp_view", temporary),
    ]
