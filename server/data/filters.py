"""What a feed leaves out: the filters of `_changes`, as the query and the body name them."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import msgspec
from aiohttp import web

from replication.core.document import DESIGN_PREFIX, StoredRevision
from replication.core.errors import Invalid
from replication.query.matching import Predicate, matcher
from replication.query.selector import has_patterns, parse_selector
from replication.store.protocol import Database
from replication.wire import bulk_json
from replication.wire.document_json import render_document
from server import keys
from server.data import design_filters, reading
from server.data.judged_changes import Judge, in_a_thread
from server.data.request_object import request_object
from server.functions.design_functions import DesignFunctions


class _Body(msgspec.Struct):
    doc_ids: list[str] | None = None
    selector: Any = None


@dataclass(frozen=True, slots=True)
class Filter:
    """Documents by id, by a condition that costs nothing, or by the verdict of a judge."""

    document_ids: frozenset[str] | None = None
    accept: Callable[[StoredRevision], bool] | None = None
    judge: Judge | None = None


async def read_filter(request: web.Request, database: Database) -> Filter:
    """Return the filter that a feed's request names.

    Raises Invalid, and for a function what `design_filters` raises.
    """
    name = request.query.get("filter", "")
    if not name:
        if request.method == "POST" and request.can_read_body:
            await _body(request)  # it says nothing here, but must be what it is called
        return Filter()
    if name == "_doc_ids":
        return Filter(document_ids=frozenset(await _document_ids(request)))
    if name == "_design":
        return Filter(accept=_is_design)
    functions = request[keys.INSTANCE].designs.functions
    if name == "_selector":
        return Filter(judge=selector_judge((await _body(request)).selector, functions))
    if name == "_view":
        view = request.query.get("view", "")
        return Filter(judge=await design_filters.view_judge(functions, database, view))
    if name.startswith("_"):
        raise Invalid("bad_request", "unknown builtin filter name")
    asked = await request_object(request, database)
    return Filter(judge=await design_filters.function_judge(functions, database, name, asked))


async def _body(request: web.Request) -> _Body:
    if request.method != "POST":
        raise Invalid("bad_request", "Selector must be specified in POST payload")
    return bulk_json.decode(await reading.json_body(request), _Body)


async def _document_ids(request: web.Request) -> list[str]:
    listed: list[str] | None = reading.json_parameter(request, "doc_ids", list[str])
    if request.method == "POST" and request.can_read_body:
        body = await _body(request)
        listed = body.doc_ids if body.doc_ids is not None else listed
    if listed is None:
        raise Invalid("bad_request", "`doc_ids` filter parameter is not a list of doc ids.")
    return listed


def _is_design(document: StoredRevision) -> bool:
    return document.document_id.startswith(DESIGN_PREFIX)


def selector_judge(selector: object, functions: DesignFunctions) -> Judge:
    """Return a judge by a Mango selector. Raises Invalid, always a `bad_request` on a feed.

    Regular expressions are tried where one that does not end can be stopped.
    """
    if not isinstance(selector, dict):
        raise Invalid("bad_request", "Selector error: expected a JSON object")
    try:
        node = parse_selector(selector)
    except Invalid as error:
        raise Invalid("bad_request", error.reason) from None
    if has_patterns(node):
        return lambda found: functions.select(selector, [render_document(one) for one in found])
    return in_a_thread(partial(_matches, matcher(node)))


def _matches(matches: Predicate, found: StoredRevision) -> bool:
    """Tell whether a document matches; one with a number that is too large for any does not."""
    try:
        document = msgspec.json.decode(render_document(found))
    except msgspec.DecodeError:
        return False
    return matches(document)
