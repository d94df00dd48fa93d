"""The indexes of one database of an instance's file."""

from collections.abc import Callable, Collection, Mapping
from typing import TypeVar

import apsw

from replication.core.errors import DatabaseMissing
from replication.index.definition import IndexDefinition
from replication.index.rows import IndexPage, IndexRow, IndexText, KeyRange
from replication.store.index_protocol import IndexBatch, IndexStore, Piece, Pieces
from replication.store.sqlite import index_rows, index_runs, index_tables, index_text
from replication.store.sqlite.catalogue import Entry
from replication.store.sqlite.index_pieces import FEW_READ, MOST_READ, pieces
from replication.store.sqlite.index_reading import count_outside, rows_of
from replication.store.sqlite.index_tables import IndexEntry, ViewTables
from replication.store.sqlite.readers import Readers
from replication.store.sqlite.rows import count_of
from replication.store.sqlite.writer import GroupWriter

T = TypeVar("T")

PAGE_ROWS = 2000
FEW_ROWS = 50
"""Reads up to this many rows run in the event loop: a hop to a thread would cost more."""
TEXT_HERE = 256 * 1024
"""Bytes of rows that SQLite writes there as text, where rows read before tell how long they are."""
UNCUT_ROWS = 4 * index_runs.RUN_ROWS
"""Views up to this size are counted and reduced row by row."""


class SqliteIndexes:
    """Keeps rows in tables of their own, written by the file's writer."""

    def __init__(self, entry: Entry, writer: GroupWriter, readers: Readers) -> None:
        self._entry = entry
        self._writer = writer
        self._readers = readers
        self._row_bytes: dict[tuple[str, int], int] = {}

    async def through(self, definition: IndexDefinition) -> int | None:
        """Return the sequence that an index has reached."""
        index = self._readers.once(lambda connection: self._find(connection, definition))
        return index.through if index else None

    def _find(self, connection: apsw.Connection, definition: IndexDefinition) -> IndexEntry | None:
        return index_tables.find(connection, self._entry, definition.signature)

    async def apply(self, definition: IndexDefinition, batch: IndexBatch) -> bool:
        """Take the rows of a batch in. Raises DatabaseMissing when it was dropped meanwhile."""

        def job(connection: apsw.Connection) -> bool:
            sql = "SELECT 1 FROM catalogue WHERE number = ?"
            if not connection.execute(sql, (self._entry.number,)).fetchall():
                raise DatabaseMissing(self._entry.name)
            return index_rows.apply(connection, self._entry, definition, batch)

        return await self._writer.run(job, lasting=False)

    async def settle(self, definition: IndexDefinition) -> None:
        """Let the rows of a document be found from now on."""

        def job(connection: apsw.Connection) -> None:
            if index := self._find(connection, definition):
                index_rows.settle(connection, index)

        await self._writer.run(job)

    async def read(
        self,
        definition: IndexDefinition,
        view: int,
        key_range: KeyRange,
        *,
        skip: int = 0,
        limit: int | None = None,
        after: IndexRow | None = None,
        with_offset: bool = False,
    ) -> IndexPage:
        """Read rows of a view in the direction of the range."""
        if with_offset and (key_range.lower or key_range.upper):
            await self._cut(definition, view)
        most = PAGE_ROWS if limit is None else min(limit, PAGE_ROWS)

        def read(connection: apsw.Connection) -> IndexPage:
            index = self._find(connection, definition)
            if index is None:
                return IndexPage((), 0, 0, ended=True, through=0)
            tables, total = index.tables(view), index.counts[view]
            found = rows_of(connection, tables, key_range, skip=skip, limit=most + 1, after=after)
            rows = tuple(found[:most])
            offset = count_outside(connection, tables, key_range, total) if with_offset else 0
            offset += skip if with_offset and rows else 0
            return IndexPage(rows, total, offset, len(found) <= most, index.through)

        return await self._run(read, few=most + skip <= FEW_ROWS)

    async def read_text(
        self,
        definition: IndexDefinition,
        view: int,
        key_range: KeyRange,
        *,
        skip: int = 0,
        limit: int | None = None,
        after: IndexRow | None = None,
        with_offset: bool = False,
    ) -> IndexText:
        """Let SQLite write rows of a view as JSON."""
        if with_offset and (key_range.lower or key_range.upper):
            await self._cut(definition, view)
        most = PAGE_ROWS if limit is None else min(limit, PAGE_ROWS)

        def read(connection: apsw.Connection) -> IndexText:
            index = self._find(connection, definition)
            if index is None:
                return IndexText(b"", 0, 0, 0, None, through=0)
            tables, total = index.tables(view), index.counts[view]
            text, count = index_text.written(
                connection, tables, key_range, skip=skip, limit=most, after=after
            )
            offset = count_outside(connection, tables, key_range, total) if with_offset else 0
            offset += skip if with_offset and count else 0
            last = None
            if count == most and limit != most:
                behind = skip + most - 1
                beyond = rows_of(connection, tables, key_range, skip=behind, limit=2, after=after)
                last = beyond[0] if len(beyond) > 1 else None
            return IndexText(text, count, total, offset, last, index.through)

        view_read = (definition.signature, view)
        expected = (most + skip) * self._row_bytes.get(view_read, TEXT_HERE // FEW_ROWS)
        page = await self._run(read, few=expected <= TEXT_HERE)
        if page.count:
            self._row_bytes[view_read] = len(page.text) // page.count + 1
        return page

    async def _run(self, read: Callable[[apsw.Connection], T], *, few: bool) -> T:
        if few:
            return self._readers.here(read)
        return await self._readers.aside(read)

    async def pieces(self, definition: IndexDefinition, view: int, key_range: KeyRange) -> Pieces:
        """Cut a range, read in key order, into runs for a reduction."""

        def read(connection: apsw.Connection, most: int) -> Pieces | None:
            """Return nothing of a large view that is not cut yet, if little is to be read."""
            index = self._find(connection, definition)
            if index is None:
                return Pieces([Piece(None, None, ())], None, 0)
            tables = index.tables(view)
            top = index_runs.height(connection, tables)
            if top is None and most == FEW_READ and index.counts[view] > UNCUT_ROWS:
                return None
            return pieces(connection, tables, key_range, index.through, top, most)

        found = self._readers.here(lambda connection: read(connection, FEW_READ))
        if found is None:
            await self._cut(definition, view)
        if found is None or found.rest is not None:
            found = await self._readers.aside(lambda connection: read(connection, MOST_READ))
        return found or Pieces([], None, 0)

    async def _cut(self, definition: IndexDefinition, view: int) -> None:
        """Cut a large view that was not cut before into runs."""
        index = self._readers.once(lambda connection: self._find(connection, definition))
        if index is None or index.counts[view] <= UNCUT_ROWS:
            return
        tables, through = index.tables(view), index.through
        if self._readers.once(lambda connection: index_runs.height(connection, tables)) is not None:
            return
        made = await self._readers.aside(lambda connection: index_runs.cuts(connection, tables))

        def job(connection: apsw.Connection) -> None:
            now = self._find(connection, definition)
            if now is None or index_runs.height(connection, now.tables(view)) is not None:
                return
            still = now.through == through and now.counts[view] == sum(n for _, n in made[0])
            cuts = made if still else index_runs.cuts(connection, now.tables(view))
            index_runs.keep_cuts(connection, now.tables(view), cuts)

        await self._writer.run(job, lasting=False)

    async def keep_reductions(
        self,
        definition: IndexDefinition,
        view: int,
        through: int,
        reductions: Mapping[bytes, bytes],
    ) -> None:
        """Remember what runs reduced to, unless the index has moved since."""

        def job(connection: apsw.Connection) -> None:
            index = self._find(connection, definition)
            if index is not None and index.through == through:
                index_runs.keep_reductions(connection, index.tables(view), reductions)

        await self._writer.run(job, lasting=False)

    async def signatures(self) -> list[str]:
        """Return the signatures of all indexes that are kept."""
        found = self._readers.here(lambda connection: index_tables.every(connection, self._entry))
        return sorted(index.signature for index in found)

    async def size(self, definition: IndexDefinition) -> int:
        """Return the bytes of all keys and values, and what a row costs beside them."""

        def read(connection: apsw.Connection) -> int:
            index = self._find(connection, definition)
            return sum(_size(connection, tables) for tables in index.all_tables()) if index else 0

        return await self._readers.aside(read)

    async def drop(self, signatures: Collection[str]) -> None:
        """Forget these indexes."""

        def job(connection: apsw.Connection) -> None:
            for signature in signatures:
                if index := index_tables.find(connection, self._entry, signature):
                    index_tables.remove(connection, index)

        if signatures:
            await self._writer.run(job)


def _size(connection: apsw.Connection, tables: ViewTables) -> int:
    sql = (
        "SELECT coalesce(sum(2 * (length(sort) + length(id)) + length(key) + length(value) + 16), "
        f"0) FROM {tables.rows}"
    )
    return count_of(connection.execute(sql))


_: type[IndexStore] = SqliteIndexes
