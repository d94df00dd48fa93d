"""Rows of a view as JSON, in pieces: a large answer goes out while it is read."""

from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import aclosing

from aiohttp import web

from replication.index.index import Freshness
from replication.index.reducers import BuiltIn
from replication.index.reducing import EXACT as EQUAL_KEYS
from replication.index.reducing import reduce_groups, reduce_range
from replication.index.rows import (
    BETWEEN,
    IndexPage,
    IndexRow,
    IndexText,
    KeyRange,
    row_text,
)
from replication.index.walk import walk, walk_text
from replication.query.sort_key import sort_key
from replication.store.protocol import Database
from replication.wire.document_json import encode
from server.data.answers import HEADERS
from server.data.linked_documents import LinkedDocuments
from server.data.repeated_questions import Given
from server.data.seen_rows import hides_some, reduced, seen_pages
from server.data.view_options import EXACT, MOST, ViewOptions
from server.views.raw_order import raw_key
from server.views.view_book import OpenView

WRITTEN_AT_ONCE = 64 * 1024
"""Bytes gathered before they go out: each write is a system call."""

Pieces = AsyncGenerator[bytes]
Parts = AsyncGenerator[list[bytes]]


class ViewAnswer:
    """The answer to one query of a view; `database` is what the caller may see of it.

    `documents` reads those of rows, where they are asked for; with `hides_some` the database leaves
    some out. Raises Invalid for ranges that run the wrong way.
    """

    def __init__(
        self,
        database: Database,
        view: OpenView,
        options: ViewOptions,
        documents: LinkedDocuments | None = None,
        *,
        hides_some: bool = False,
    ) -> None:
        self._database = database
        self._view = view
        self._options = options
        self._documents = documents
        self._ranges = options.ranges(raw_key if view.view.raw else sort_key)
        self._hides_some = hides_some

    async def prepare(self) -> None:
        """Bring the index up to date as far as is asked. Raises Refused."""
        await self._view.index.update(self._options.update)

    async def pieces(self) -> Pieces:
        """Yield the answer's JSON, a piece at a time."""
        async with aclosing(self._head_and_rows()) as texts:
            head = await anext(texts)
            held = head[:-1] + (b"," if len(head) > len(b"{}") else b"") + b'"rows":[\r\n'
            separator = b""
            async for text in texts:
                yield held
                held, separator = separator + text, BETWEEN
            yield held + b"\r\n]}"

    def _head_and_rows(self) -> Pieces:
        """Yield an object in JSON, and then rows, some at a time, with BETWEEN between them."""
        options = self._options
        taken_apart = options.reduce or self._documents is not None or self._hides_some
        return self._joined() if taken_apart or len(self._ranges) != 1 else self._written()

    async def _joined(self) -> Pieces:
        async with aclosing(self.parts()) as parts:
            async for some in parts:
                if some:
                    yield BETWEEN.join(some)

    async def _written(self) -> Pieces:
        """Have the store write the rows of a range, which takes nothing but what it keeps."""
        (key_range,), options = self._ranges, self._options
        view, position = self._view.index, self._view.position
        pages = walk_text(view, position, key_range, skip=options.skip, limit=options.limit)
        async with aclosing(pages):
            told = False
            async for page in pages:
                if not told:
                    yield await self._head(page)
                    told = True
                if page.count:
                    yield page.text

    def parts(self) -> Parts:
        """Yield first what is told of all rows, an object in JSON, and then rows, some at a time.

        Raises what reading and reducing raise.
        """
        if not self._options.reduce:
            return self._mapped()
        return self._reduced_whole() if self._options.level == 0 else self._reduced_in_groups()

    async def _mapped(self) -> Parts:
        options = self._options
        pages = self._walk(self._ranges, skip=options.skip, limit=options.limit, offset=True)
        async with aclosing(pages):
            page = await anext(pages)
            yield [await self._head(page)]
            yield await self._lines(page.rows)
            async for page in pages:
                yield await self._lines(page.rows)

    def _walk(
        self, ranges: Sequence[KeyRange], *, skip: int = 0, limit: int = MOST, offset: bool = False
    ) -> AsyncGenerator[IndexPage]:
        index, position = self._view.index, self._view.position
        if not self._hides_some:
            return walk(index, position, ranges, skip=skip, limit=limit, with_offset=offset)
        pages = walk(index, position, ranges, limit=MOST, with_offset=offset)
        return seen_pages(pages, self._database, skip=skip, limit=limit)

    async def _head(self, page: IndexPage | IndexText) -> bytes:
        told: dict[str, object] = {"total_rows": page.total, "offset": page.offset}
        return encode(told | await self._moment(page.through))

    async def _moment(self, number: int) -> dict[str, object]:
        if not self._options.update_seq:
            return {}
        sequence = (await self._database.sequence())._replace(number=number)
        return {"update_seq": str(sequence)}

    async def _lines(self, rows: Sequence[IndexRow]) -> list[bytes]:
        if self._documents is None:
            return [row_text(row) for row in rows]
        found = await self._documents.of(rows)
        return [
            row_text(row)[:-1] + b',"doc":' + document + b"}"
            for row, document in zip(rows, found, strict=True)
        ]

    async def _reduced_whole(self) -> Parts:
        """All rows come to one, without a key; none come to none."""
        view, options = self._view, self._options
        yield [await self._reduced_head()]
        if view.reducer is not None and options.limit > 0 and options.skip == 0:
            indexes = self._database.indexes
            (key_range,) = self._ranges
            if self._hides_some:
                value = await reduced(_rows(self._walk([key_range])), view.reducer)
            else:
                value = await reduce_range(
                    view.index, indexes, view.position, key_range, view.reducer
                )
            if value is not None:
                yield [b'{"key":null,"value":' + value + b"}"]

    async def _reduced_head(self) -> bytes:
        return encode(await self._moment((await self._database.sequence()).number))

    async def _reduced_in_groups(self) -> Parts:
        options = self._options
        yield [await self._reduced_head()]
        skip, left = options.skip, options.limit
        groups = self._groups()
        async with aclosing(groups):
            async for some in groups:
                kept = some[skip:][:left]
                skip, left = max(0, skip - len(some)), left - len(kept)
                yield [b'{"key":%s,"value":%s}' % group for group in kept]
                if left <= 0:
                    break

    async def _groups(self) -> AsyncGenerator[Sequence[tuple[bytes, bytes]]]:
        """Yield groups; where keys are asked for, each of them is a group of its own."""
        level = self._options.level
        if self._view.reducer is None:
            return
        for key_range in self._ranges:
            pages = self._walk([key_range])
            async with aclosing(pages):
                rows = _rows(pages)
                exact = EQUAL_KEYS if level == EXACT else int(level)
                async for some in reduce_groups(rows, exact, self._view.reducer):
                    yield some


async def _rows(pages: AsyncIterator[IndexPage]) -> AsyncIterator[Sequence[IndexRow]]:
    async for page in pages:
        yield page.rows


async def answer_of(
    request: web.Request, database: Database, view: OpenView, options: ViewOptions
) -> ViewAnswer:
    """Return the answer to a query, once the index is as fresh as it asks for.

    Raises Refused, and Invalid for ranges that run the wrong way.
    """
    documents = LinkedDocuments(request, database, options) if options.include_docs else None
    hides = await hides_some(request, database)
    answer = ViewAnswer(database, view, options, documents, hides_some=hides)
    await answer.prepare()
    return answer


async def answered_at_once(
    database: Database, view: OpenView, options: ViewOptions
) -> Given | None:
    """Answer a query for who sees all documents; None where that may take waiting."""
    waits = options.include_docs or (options.reduce and not isinstance(view.reducer, BuiltIn))
    if waits or not await view.index.is_as_fresh(options.update):
        return None
    answer = ViewAnswer(database, view, options)
    if options.update is not Freshness.NOW:
        await answer.prepare()
    pieces = [piece async for piece in answer.pieces()]
    return Given(b"".join([*pieces, b"\n"]), lasts(options))


def lasts(options: ViewOptions) -> bool:
    """Tell whether an answer is the same until the database moves."""
    return options.update is Freshness.NOW


async def send(request: web.Request, pieces: Pieces) -> web.StreamResponse:
    """Answer with pieces of JSON; at once if they are few, else while they are made."""
    async with aclosing(pieces):
        held: list[bytes] = []
        size = 0
        response: web.StreamResponse | None = None
        async for piece in pieces:
            if size >= WRITTEN_AT_ONCE:
                if response is None:
                    response = web.StreamResponse(headers=HEADERS)
                    await response.prepare(request)
                await response.write(b"".join(held))
                held.clear()
                size = 0
            held.append(piece)
            size += len(piece)
        held.append(b"\n")
        if response is None:
            return web.Response(body=b"".join(held), headers=HEADERS)
        await response.write(b"".join(held))
        await response.write_eof()
        return response
