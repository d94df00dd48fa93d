"""One database of an instance's file."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import TypeVar

import apsw

from replication.core.change import ChangesPage, ChangesQuery, ChangesText, Style
from replication.core.document import (
    DocumentText,
    Edit,
    StoredRevision,
)
from replication.core.errors import DocumentMissing, StoreClosed
from replication.core.revision import Revision
from replication.core.sequence import UpdateSequence
from replication.feed.notifier import UpdateNotifier
from replication.store.protocol import (
    Database,
    DatabaseInfo,
    FieldIndex,
    IdRange,
    MissingRevisions,
    Outcome,
    PurgeInfo,
)
from replication.store.sqlite import (
    catalogue,
    feed_rows,
    id_rows,
    mark_rows,
    note_rows,
    purge_rows,
    rows,
    stored_attachments,
)
from replication.store.sqlite.apply import EditsOfOne, apply_edits, reached_by
from replication.store.sqlite.catalogue import Entry
from replication.store.sqlite.compact import forget_old_bodies, give_space_back
from replication.store.sqlite.document_text import winner_text, winner_texts
from replication.store.sqlite.feed_text import FeedTexts
from replication.store.sqlite.field_rows import FieldRows
from replication.store.sqlite.indexes import SqliteIndexes
from replication.store.sqlite.locals import SqliteLocals
from replication.store.sqlite.purge import purge
from replication.store.sqlite.readers import Readers
from replication.store.sqlite.revision_rows import missing_of
from replication.store.sqlite.rows import DELETED, LoadedDocument
from replication.store.sqlite.texts import SqliteTexts
from replication.store.sqlite.writer import GroupWriter

T = TypeVar("T")

FEW_ROWS = 50
"""Reads up to this many rows run in the event loop: a hop to a thread would cost more."""


class SqliteDatabase(SqliteLocals):
    """One database: its tables, seen through the file's writer and readers."""

    def __init__(self, entry: Entry, writer: GroupWriter, readers: Readers) -> None:
        super().__init__(entry.tables, writer, readers)
        self._entry = entry
        self._notifier = UpdateNotifier()
        self._ended = False
        self._indexes: dict[str, FieldRows] = {}
        self._edits = EditsOfOne(entry)
        self._feed_texts = FeedTexts(entry, readers, self._notifier)
        self.indexes = SqliteIndexes(entry, writer, readers)
        self.texts = SqliteTexts(entry.number, writer, readers)

    @property
    def entry(self) -> Entry:
        """Its line in the catalogue."""
        return self._entry

    @property
    def name(self) -> str:
        """The name it was created under."""
        return self._entry.name

    async def info(self) -> DatabaseInfo:
        """Return counts and the current sequence."""

        def read(connection: apsw.Connection) -> DatabaseInfo:
            found = catalogue.counters(connection, self._entry.number)
            sequence = UpdateSequence(found.sequence, self._entry.epoch)
            return DatabaseInfo(
                self.name, found.live, found.deleted, sequence, found.bytes, found.purges
            )

        return self._readers.once(read)

    async def get(
        self, document_id: str, revision: Revision | None = None, *, latest: bool = False
    ) -> StoredRevision:
        """Read the winner or a given revision."""

        def read(connection: apsw.Connection) -> StoredRevision:
            row = rows.find(connection, self._tables, document_id)
            if row is None:
                raise DocumentMissing(document_id)
            if revision is None:
                if row.state & DELETED:
                    raise DocumentMissing(document_id, deleted=True)
                return row.winner()
            document = LoadedDocument.of(row)
            wanted = (document.tree.grown_into(revision) or revision) if latest else revision
            return document.read(connection, self._tables, wanted)

        return self._readers.once(read) if revision is None else self._readers.here(read)

    async def document_text(self, document_id: str) -> DocumentText | None:
        """Let SQLite write a document as JSON. Raises StoreClosed once the database is deleted."""
        if self._ended:
            raise StoreClosed(self.name)
        return self._readers.once(lambda reader: winner_text(reader, self._tables, document_id))

    async def documents_text(
        self, document_ids: Sequence[str], *, history: bool
    ) -> dict[str, DocumentText]:
        """Let SQLite write winners as JSON."""

        def read(connection: apsw.Connection) -> dict[str, DocumentText]:
            return winner_texts(connection, self._tables, document_ids, history=history)

        return await self._read_one(read, len(document_ids))

    async def get_many(self, document_ids: Sequence[str]) -> list[StoredRevision | None]:
        """Read winners in the order asked."""

        def read(connection: apsw.Connection) -> list[StoredRevision | None]:
            found = rows.find_many(connection, self._tables, document_ids)
            return [found[name].winner() if name in found else None for name in document_ids]

        return await self._read_one(read, len(document_ids))

    async def leaves(self, document_id: str) -> list[StoredRevision]:
        """Read all leaves, the winner first."""

        def read(connection: apsw.Connection) -> list[StoredRevision]:
            row = rows.find(connection, self._tables, document_id)
            if row is None:
                raise DocumentMissing(document_id)
            document = LoadedDocument.of(row)
            leaves = document.tree.leaves()
            return [document.read(connection, self._tables, leaf) for leaf in leaves]

        return self._readers.here(read)

    async def write(self, edits: Sequence[Edit], *, together: bool = False) -> list[Outcome]:
        """Write edits in order, in one transaction."""
        if not together:
            return await self._writer.run_with_others(self._edits, edits, self.announce)

        def job(connection: apsw.Connection) -> list[Outcome]:
            return apply_edits(connection, self._entry, edits, together=True)

        return await self._writer.run(job, self.announce)

    def announce(self, outcomes: list[Outcome]) -> None:
        """Wake those who wait, if a write that is on the disk now has moved the sequence."""
        if reached := reached_by(outcomes):
            self._notifier.advance(reached)

    async def revs_diff(
        self, revisions: Mapping[str, Sequence[Revision]]
    ) -> dict[str, MissingRevisions]:
        """Tell which of these revisions are unknown here."""

        def read(connection: apsw.Connection) -> dict[str, MissingRevisions]:
            return missing_of(connection, self._tables, revisions)

        return await self._read(read, len(revisions))

    async def changes(self, query: ChangesQuery) -> ChangesPage:
        """Read rows of the changes feed in sequence order."""

        def read(connection: apsw.Connection) -> ChangesPage:
            return feed_rows.page(connection, self._entry, query)

        filtered = query.accept is not None
        few = (await self.sequence()).number - query.since <= FEW_ROWS
        bounded = query.limit is not None and query.limit <= FEW_ROWS and not filtered
        return await self._read(read, 1 if few or bounded else FEW_ROWS + 1)

    async def changes_text(
        self, query: ChangesQuery, style: Style, separator: bytes
    ) -> ChangesText | None:
        """Let SQLite write rows of the feed as JSON, where the tables say all there is to say."""
        return await self._feed_texts.page(query, style, separator, few=FEW_ROWS)

    async def sequence(self) -> UpdateSequence:
        """Return the current sequence."""
        return self._readers.once(lambda connection: catalogue.sequence(connection, self._entry))

    async def marks(self, names: Sequence[str]) -> list[int]:
        """Return the sequences that marks were put to."""
        return self._readers.once(lambda connection: mark_rows.read(connection, self._entry, names))

    async def notes(self, since: int, limit: int = 1000) -> list[tuple[int, str]]:
        """Return the notes of edits after a sequence."""
        return self._readers.once(
            lambda connection: note_rows.read(connection, self._entry, since, limit)
        )

    async def forget_notes(self, through: int) -> None:
        """Forget the notes of edits up to a sequence."""
        await self._writer.run(lambda writer: note_rows.forget(writer, self._entry, through))

    async def wait_past(self, number: int) -> None:
        """Return once the database stands past this sequence."""
        while not self._ended:
            moved = self._notifier.ticket()
            if self._notifier.reached > number or (await self.sequence()).number > number:
                return
            await moved.wait()
        raise StoreClosed(self.name)

    async def all_docs(self, ids: IdRange) -> tuple[list[StoredRevision], int]:
        """Return live documents in id order."""
        if self._readers.here(lambda connection: id_rows.is_behind(connection, self._entry)):
            await self._writer.run(lambda connection: id_rows.catch_up(connection, self._entry))

        def read(connection: apsw.Connection) -> tuple[list[StoredRevision], int]:
            found, offset = id_rows.listing(connection, self._entry, ids)
            return [row.winner() for row in found], offset

        return await self._readers.aside(read)

    async def find_by(
        self,
        index: FieldIndex,
        values: Sequence[str],
        *,
        prefix: bool = False,
        limit: int = 1000,
        after: StoredRevision | None = None,
    ) -> list[StoredRevision]:
        """Read live documents by the fields of an index. Raises KeyError for one not declared."""
        table = self._indexes[index.name]

        def read(connection: apsw.Connection) -> list[StoredRevision]:
            found = table.select(
                connection, self._tables, values, prefix=prefix, limit=limit, after=after
            )
            return [row.winner() for row in found]

        complete = len(values) == len(index.fields) and not prefix
        return await self._read_one(read, 1 if complete else limit)

    async def bodies_of(self, document_id: str) -> Mapping[Revision, bool]:
        """Return the revisions whose bodies are kept, and which are tombstones."""

        def read(connection: apsw.Connection) -> dict[Revision, bool]:
            row = rows.find(connection, self._tables, document_id)
            if row is None:
                raise DocumentMissing(document_id)
            document = LoadedDocument.of(row)
            beside = {revision: place.deleted for revision, place in document.kept.items()}
            return {document.tree.winner.leaf: bool(row.state & DELETED), **beside}

        return self._readers.here(read)

    async def purge(
        self, revisions: Mapping[str, Sequence[Revision]]
    ) -> dict[str, tuple[Revision, ...]]:
        """Forget these leaves as if they had never been."""
        return await self._writer.run(
            lambda connection: purge(connection, self._entry, revisions),
            lambda _: self._notifier.advance(),
        )

    async def purged_infos(self) -> list[PurgeInfo]:
        """Return what was asked to be purged lately."""
        return self._readers.here(
            lambda connection: purge_rows.listing(connection, self._entry.number)
        )

    async def purged_infos_limit(self) -> int:
        """Return how many of these are kept."""
        return self._readers.here(
            lambda connection: purge_rows.limit(connection, self._entry.number)
        )

    async def set_purged_infos_limit(self, limit: int) -> None:
        """Keep so many of these from the next purge on."""
        await self._writer.run(
            lambda connection: purge_rows.set_limit(connection, self._entry.number, limit)
        )

    async def compact(self) -> None:
        """Forget the bodies of superseded revisions, and give free space back to the disk."""
        after: int | None = 0
        while after is not None:
            job = partial(forget_old_bodies, entry=self._entry, after=after)
            after = await self._writer.run(job)
        while await self._writer.run(give_space_back):
            pass

    async def revs_limit(self) -> int:
        """Return how many revisions of a branch are remembered."""
        return self._readers.here(
            lambda connection: catalogue.counters(connection, self._entry.number).revs_limit
        )

    async def set_revs_limit(self, limit: int) -> None:
        """Remember this many revisions of a branch from the next write on."""
        await self._writer.run(
            lambda connection: catalogue.set_revs_limit(connection, self._entry.number, limit)
        )

    async def security(self) -> bytes:
        """Return the security object."""
        return self._readers.here(
            lambda connection: catalogue.security(connection, self._entry.number)
        )

    async def set_security(self, body: bytes) -> None:
        """Keep a security object."""
        await self._writer.run(
            lambda connection: catalogue.set_security(connection, self._entry.number, body)
        )

    async def attachment_blobs(self) -> Iterable[str]:
        """Return the digests of all blobs that attachments name."""
        documents, bodies = self._tables.document, self._tables.body
        sql = " UNION ALL ".join(
            f"SELECT attachments FROM {table} WHERE attachments IS NOT NULL"
            for table in (documents, bodies)
        )

        def read(connection: apsw.Connection) -> set[str]:
            return {
                attachment.blob
                for (packed,) in connection.execute(sql)
                for attachment in stored_attachments.unpack(packed).values()
            }

        return await self._readers.aside(read)

    async def declare(self, indexes: Sequence[FieldIndex]) -> None:
        """Build those of these field indexes that are not there yet, from all documents."""
        known = self._readers.here(self._read_indexes)
        if any(index not in {rows.index for rows in known} for index in indexes):
            known = await self._writer.run(lambda connection: self._build(connection, indexes))
        self._indexes = {rows.index.name: rows for rows in known}

    def _read_indexes(self, connection: apsw.Connection) -> list[FieldRows]:
        found = catalogue.field_indexes(connection, self._entry.number)
        return [FieldRows(number, index) for number, index in found]

    def _build(self, connection: apsw.Connection, indexes: Sequence[FieldIndex]) -> list[FieldRows]:
        for index in indexes:
            made = catalogue.declare_field_index(connection, self._entry.number, index)
            if made is None:
                continue
            table = FieldRows(made, index)
            connection.execute(table.creation())
            sql = f"SELECT {rows.COLUMNS} FROM {self._tables.document}"
            every = [rows.Row(*found) for found in connection.execute(sql)]
            table.move(connection, ((None, row) for row in every))
        return self._read_indexes(connection)

    async def _read(self, read: Callable[[apsw.Connection], T], expected: int) -> T:
        if expected <= FEW_ROWS:
            return self._readers.here(read)
        return await self._readers.aside(read)

    async def _read_one(self, read: Callable[[apsw.Connection], T], expected: int) -> T:
        """Run a read of one statement: where it is short, it needs no snapshot of its own."""
        return (
            self._readers.once(read) if expected <= FEW_ROWS else await self._read(read, expected)
        )

    def end(self) -> None:
        """Let all who wait go, with StoreClosed."""
        self._ended = True
        self._notifier.advance()


_: type[Database] = SqliteDatabase
