"""The text index of one database in an instance's file: which there is, and how far it has come."""

import asyncio
from collections.abc import Iterable
from typing import NamedTuple

import apsw

from replication.store.sqlite import catalogue
from replication.store.sqlite.readers import Readers
from replication.store.sqlite.text_rows import TextRows
from replication.store.sqlite.writer import GroupWriter
from replication.store.text_protocol import (
    TextBatch,
    TextPage,
    TextPosition,
    TextStore,
    Wanted,
    column_weights,
)
from replication.text.definition import TextDefinition
from replication.text.question import Question


class SqliteTexts:
    """The text index of the database with this number in the catalogue."""

    def __init__(self, number: int, writer: GroupWriter, readers: Readers) -> None:
        self._number = number
        self._writer = writer
        self._readers = readers
        self._turn = asyncio.Lock()

    @property
    def turn(self) -> asyncio.Lock:
        """Held by whoever brings the index up to date."""
        return self._turn

    async def position(self, definition: TextDefinition) -> TextPosition:
        """Return where the index of this definition stands. Raises DatabaseMissing."""
        return self._readers.here(lambda connection: self._position(connection, definition))

    async def apply(self, definition: TextDefinition, batch: TextBatch) -> bool:
        """Take a batch in, in one transaction. Raises DatabaseMissing."""

        def job(connection: apsw.Connection) -> bool:
            if self._position(connection, definition) != batch.start:
                return False
            index = _ensured(connection, self._number, definition)
            index.put(connection, batch.documents)
            sql = "UPDATE text_index SET through = ? WHERE catalogue_number = ?"
            connection.execute(sql, (batch.through, self._number))
            return True

        return await self._writer.run(job)

    async def search(
        self, definition: TextDefinition, question: Question, wanted: Wanted
    ) -> TextPage:
        """Find documents, in a thread: common words may match all there are."""
        weights = column_weights(definition)

        def read(connection: apsw.Connection) -> TextPage:
            kept = _kept(connection, self._number)
            if kept is None or kept.signature != definition.signature:
                return TextPage((), 0)
            hits = tuple(kept.rows.hits(connection, weights, question, wanted))
            if wanted.after is None and len(hits) < wanted.limit:
                return TextPage(hits, len(hits))
            return TextPage(hits, kept.rows.count(connection, question, wanted))

        return await self._readers.aside(read)

    def _position(self, connection: apsw.Connection, definition: TextDefinition) -> TextPosition:
        purges = catalogue.counters(connection, self._number).purges
        kept = _kept(connection, self._number)
        known = kept is not None and kept.signature == definition.signature
        return TextPosition(kept.through if kept and known else 0, purges)


class _Kept(NamedTuple):
    rows: TextRows
    signature: str
    through: int


def _kept(connection: apsw.Connection, number: int) -> _Kept | None:
    sql = "SELECT number, signature, through FROM text_index WHERE catalogue_number = ?"
    for index, signature, through in connection.execute(sql, (number,)):
        return _Kept(TextRows(index), signature, through)
    return None


def _ensured(connection: apsw.Connection, number: int, definition: TextDefinition) -> TextRows:
    """Return the tables of this definition; those of another make room."""
    kept = _kept(connection, number)
    if kept is not None and kept.signature == definition.signature:
        return kept.rows
    remove_texts(connection, number)
    sql = "INSERT INTO text_index (catalogue_number, signature) VALUES (?, ?)"
    connection.execute(sql, (number, definition.signature))
    made = TextRows(connection.last_insert_rowid())
    made.create(connection, columns=2 * len(definition.fields))
    return made


def remove_texts(connection: apsw.Connection, number: int) -> None:
    """Drop the text index of the database with this number in the catalogue, if there is one."""
    kept = _kept(connection, number)
    if kept is not None:
        kept.rows.drop(connection)
        connection.execute("DELETE FROM text_index WHERE catalogue_number = ?", (number,))


def forget_texts(connection: apsw.Connection, number: int, document_ids: Iterable[str]) -> None:
    """Take documents that are purged out of the text index, in the transaction of the purge."""
    kept = _kept(connection, number)
    if kept is not None:
        kept.rows.forget(connection, document_ids)


_: type[TextStore] = SqliteTexts
