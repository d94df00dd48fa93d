"""Questions over HTTP: `_find`, in both dialects, and `_explain`."""

import time
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any

import msgspec
from aiohttp import web

from replication.core.errors import Invalid
from replication.index.index import Freshness, Index
from replication.mango.book import Listing, MangoBook
from replication.mango.explaining import explained
from replication.mango.finding import Answer
from replication.mango.planning import Plan, plan, warnings
from replication.mango.question import Question, read_question
from replication.query.selector import has_patterns
from replication.store.protocol import Database
from replication.wire.document_json import encode
from server import keys
from server.data import access, reading
from server.data.answers import HEADERS, json_answer
from server.data.dialect import DataDialect
from server.data.repeated_questions import Given, to_repeat
from server.data.seen_rows import hides_some
from server.views.view_book import ViewBook

Json = Any

COZY_LIMIT, COZY_MOST = 100, 1000
_LONGEST_REMEMBERED = 2048  # bytes of a question
_MOST_REMEMBERED = 256
_OPENING = b'{"docs":[\r\n'
_FEW = 40  # documents, which are read and matched in the event loop
_STREAMED_FROM = 1024 * 1024  # bytes of documents; less is answered in one piece


async def object_body(request: web.Request) -> dict[str, Json]:
    """Read a JSON object. Raises Invalid, and what `json_body` raises."""
    return _object(await reading.json_body(request))


def _object(text: bytes) -> dict[str, Json]:
    try:
        body = msgspec.json.decode(text)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise Invalid("bad_request", "invalid UTF-8 JSON") from None
    if not isinstance(body, dict):
        raise Invalid("bad_request", "Request body must be a JSON object")
    return body


def _question(text: bytes, for_cozy: bool) -> Question:  # noqa: FBT001  # part of a key
    body = _object(text)
    return read_question(_for_cozy(body) if for_cozy else body)


_remembered = lru_cache(_MOST_REMEMBERED)(_question)
"""Apps ask the same again and again; what is read of it is never changed."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A database as who asks may see it, the same whole, and the book of its indexes."""

    database: Database
    whole: Database
    book: MangoBook
    views: ViewBook

    async def plan(
        self, question: Question, *, explain: bool = False, remember: bool = False
    ) -> tuple[Plan, Listing]:
        """Choose an index that is defined at this moment. Raises Invalid when none fits."""
        listing = await self.book.indexes(self.whole)
        if remember:
            return listing.plan(question), listing
        return plan(question, listing.indexes, explain=explain), listing

    def index_of(self, found: Plan, listing: Listing) -> tuple[Index | None, int]:
        """Return the index that a plan reads, and which of its views."""
        if found.index is None or found.index.design is None:
            return None, 0
        mapper, view = listing.mapper_of(found.index)
        return self.views.index(self.whole, listing.epoch, mapper), view


async def asked(request: web.Request) -> Asked:
    """Open the database that the path names. Raises Invalid, DatabaseMissing."""
    designs = request[keys.INSTANCE].designs
    database = await access.reading(request)
    whole = await designs.store.open(database.name)
    return Asked(database, whole, designs.mango, designs.views)


class FindRoutes:
    """Questions in one dialect."""

    def __init__(self, dialect: DataDialect) -> None:
        self._dialect = dialect

    async def find(self, request: web.Request) -> web.StreamResponse:
        """POST /{database}/_find."""
        started = time.perf_counter()
        database = await asked(request)
        text = await reading.json_body(request)
        remember = len(text) <= _LONGEST_REMEMBERED
        question = (_remembered if remember else _question)(text, self._dialect.is_cozy)
        repeated = await to_repeat(request, partial(self._again, database))
        found, listing = await database.plan(question, remember=remember)
        if self._dialect.is_cozy:
            _refuse_unindexed(found)
        index, view = database.index_of(found, listing)
        hides = await hides_some(request, database.database)
        answer = Answer(
            found, database.database, database.book.select, index, view, hides_some=hides
        )
        async with aclosing(answer.batches()) as batches:
            response = await self._respond(request, answer, found, batches, started)
        if repeated is not None:
            repeated.offer(request, response, text, lasts=_lasts(question))
        return response

    async def _again(self, database: Asked, query: str, text: bytes) -> Given | None:
        """Answer a question for who sees all documents; None where that may take waiting."""
        if query or len(text) > _LONGEST_REMEMBERED:
            return None
        question = _remembered(text, self._dialect.is_cozy)
        found, listing = await database.plan(question, remember=True)
        index, view = database.index_of(found, listing)
        if has_patterns(question.node) or question.skip + question.limit > _FEW:
            return None
        if index is None or not await index.is_as_fresh(question.freshness):
            return None
        answer = Answer(found, database.database, database.book.select, index, view)
        documents = [document async for some in answer.batches() for document in some]
        end = b"\r\n]" + self._closing(answer, found, 0) + b"\n"
        return Given(_OPENING + b",\r\n".join(documents) + end, _lasts(question))

    async def _respond(
        self,
        request: web.Request,
        answer: Answer,
        found: Plan,
        batches: AsyncGenerator[list[bytes]],
        started: float,
    ) -> web.StreamResponse:
        """Answer in one piece what is small, and stream the rest as it is found."""
        response: web.StreamResponse | None = None
        head = _OPENING
        held: list[bytes] = []
        size = 0
        async for documents in batches:
            held += documents
            size += sum(map(len, documents))
            if size > _STREAMED_FROM:
                response = response or await _begun(request)
                await response.write(head + b",\r\n".join(held))
                head, held, size = b",\r\n", [], 0
        end = b"\r\n]" + self._closing(answer, found, time.perf_counter() - started)
        if response is None:
            return json_answer(head + b",\r\n".join(held) + end)
        await response.write((head if held else b"") + b",\r\n".join(held) + end)
        await response.write_eof()
        return response

    def _closing(self, answer: Answer, found: Plan, seconds: float) -> bytes:
        """Return what stands behind the documents, and the end of the object."""
        facts: dict[str, Json] = {}
        if self._dialect.is_cozy:
            limit = found.question.limit
            facts |= {"limit": limit, "next": answer.tally.results >= limit}
        if self._dialect.is_cozy or not found.nothing:
            facts["bookmark"] = answer.bookmark
        if found.question.options["execution_stats"] and not found.nothing:
            facts["execution_stats"] = _statistics(answer, found.question, seconds)
        warning = warnings(found, answer.tally.documents, answer.tally.results)
        if warning is not None:
            facts["warning"] = warning
        return b"," + encode(facts)[1:] if facts else b"}"

    async def explain(self, request: web.Request) -> web.Response:
        """POST /{database}/_explain."""
        database = await asked(request)
        question = read_question(await object_body(request))
        found, _ = await database.plan(question, explain=True)
        return json_answer(encode(explained(database.database.name, found)))

    def routes(self) -> list[web.RouteDef]:
        """Return the routes of questions."""
        database = self._dialect.prefix + "/{database}"
        return [
            web.post(database + "/_find", self.find),
            web.post(database + "/_explain", self.explain),
        ]


def _lasts(question: Question) -> bool:
    """Tell whether an answer is the same until the database moves."""
    return question.freshness is Freshness.NOW and not question.options["execution_stats"]


def _for_cozy(body: Mapping[str, Json]) -> dict[str, Json]:
    """Give a question the limits of Cozy's dialect (cozy.md B6)."""
    limit = body.get("limit", COZY_LIMIT)
    if isinstance(limit, int) and limit > COZY_MOST:
        limit = COZY_MOST
    return {**body, "limit": limit}


def _refuse_unindexed(found: Plan) -> None:
    if found.index is not None and found.index.design is None and not found.nothing:
        raise Invalid("no_index", "no matching index found, create an index")


def _statistics(answer: Answer, question: Question, seconds: float) -> dict[str, Json]:
    tally = answer.tally
    by_quorum = question.options["r"] > 1
    return {
        "total_keys_examined": tally.keys,
        "total_docs_examined": 0 if by_quorum else tally.documents,
        "total_quorum_docs_examined": tally.documents if by_quorum else 0,
        "results_returned": tally.results,
        "execution_time_ms": round(seconds * 1000, 3),
    }


async def _begun(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse(headers=HEADERS)
    await response.prepare(request)
    return response
