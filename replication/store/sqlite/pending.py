"""The rows that one job of the writer changes: read together, worked on in memory, stored together.

All documents of a call are read with one statement and written back with one for each table, so a
batch costs a handful of statements however many documents it holds.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field

import apsw

from replication.core.document import Edit
from replication.core.edit import Attachments, revision_of
from replication.core.revision import Revision
from replication.core.revision_tree import RevisionTree
from replication.store.sqlite import catalogue, hash_rows, rows, stored_attachments, stored_tree
from replication.store.sqlite.catalogue import Counters, Entry
from replication.store.sqlite.field_rows import FieldRows
from replication.store.sqlite.hash_rows import Place
from replication.store.sqlite.rows import (
    DELETED,
    OLD_BODIES,
    SEVERAL_LEAVES,
    Bodies,
    LoadedDocument,
    Row,
)
from replication.store.sqlite.schema import id_hash
from replication.store.sqlite.stored_tree import KeptBody, Limits

MOST_OLD_BODIES = 32
"""How many bodies of superseded revisions a document keeps; leaves are always kept."""


@dataclass(slots=True)
class _BodyRows:
    """The rows of the body table that are added and dropped."""

    added: dict[int, Bodies] = field(default_factory=dict)
    dropped: list[int] = field(default_factory=list)

    def drop(self, key: int) -> None:
        if self.added.pop(key, None) is None:
            self.dropped.append(key)


class Pending:
    """Changes under way in the writer's transaction."""

    def __init__(
        self, connection: apsw.Connection, entry: Entry, document_ids: Iterable[str]
    ) -> None:
        self._connection = connection
        self._entry = entry
        self._tables = entry.tables
        self.counters: Counters = catalogue.counters(connection, entry.number)
        self._start = self.counters.sequence
        self._before = rows.find_many(connection, self._tables, document_ids)
        self._documents: dict[str, LoadedDocument] = {}
        self._changed: dict[str, Row] = {}
        self._winners: dict[str, Revision] = {}  # of those
        self._removed: set[str] = set()
        self._bodies = _BodyRows()

    def document(self, document_id: str) -> LoadedDocument | None:
        """Return a document as it stands in this transaction."""
        found = self._documents.get(document_id)
        if found is None:
            row = self._row(document_id)
            if row is not None:
                found = self._documents[document_id] = LoadedDocument.of(row)
        return found

    def _row(self, document_id: str) -> Row | None:
        changed = self._changed.get(document_id)
        if changed is not None or document_id in self._removed:
            return changed
        return self._before.get(document_id)

    def next_in_line(self, edit: Edit) -> Revision | None:
        """Write an edit without history and attachments on the one leaf that a document has.

        Returns the new revision; None, and nothing is done, where it is not as simple as that:
        there are several leaves, or `edit.base` is not the one.
        """
        row = self._row(edit.document_id)
        if (row is None) != (edit.base is None):
            return None
        revision = revision_of(edit)
        if row is None or edit.base is None:
            tree = stored_tree.begun(revision, deleted=edit.deleted)
            self._put(row, edit, revision, DELETED if edit.deleted else 0, tree)
            return revision
        former = KeptBody(bool(row.state & DELETED), self.counters.next_body)
        limits = Limits(self.counters.revs_limit, MOST_OLD_BODIES)
        grown = stored_tree.grown(
            row.tree, revision, edit.base, former, limits, deleted=edit.deleted
        )
        if grown is None:
            return None
        self.keep((row.body, row.attachments), deleted=former.deleted)
        self._put(row, edit, revision, OLD_BODIES | (DELETED if edit.deleted else 0), grown)
        return revision

    def _put(
        self, before: Row | None, edit: Edit, revision: Revision, state: int, tree: bytes
    ) -> None:
        row = Row(self.counters.take_sequence(), edit.document_id, state, tree, edit.body, None)
        self._count(before, row)
        self._documents.pop(edit.document_id, None)
        self._enter(row, revision)

    def _enter(self, row: Row, winner: Revision) -> None:
        self._changed[row.document_id] = row
        self._winners[row.document_id] = winner
        self._removed.discard(row.document_id)

    def attachments_of(
        self, document: LoadedDocument | None, revision: Revision
    ) -> Attachments | None:
        """Return what a revision has attached, or None when its body is not kept."""
        if document is None:
            return None
        kept = document.kept.get(revision)
        if kept is not None and kept.key in self._bodies.added:
            return stored_attachments.unpack(self._bodies.added[kept.key][1])
        return document.attachments_of(self._connection, self._tables, revision)

    def keep(self, bodies: Bodies, *, deleted: bool) -> KeptBody:
        """Put a body beside the document's row."""
        key = self.counters.take_body()
        self._bodies.added[key] = bodies
        return KeptBody(deleted, key)

    def keep_winner(self, document: LoadedDocument) -> KeptBody:
        """Put the body of a winner that is about to be one no longer beside the row."""
        row = document.row
        return self.keep((row.body, row.attachments), deleted=bool(row.state & DELETED))

    def fetch(self, document: LoadedDocument, place: KeptBody, revision: Revision) -> Bodies:
        """Take a kept body from beside the row, to become the row's own."""
        found = self._bodies.added.get(place.key)
        if found is None:
            found = document.body_of(self._connection, self._tables, revision)
        self._bodies.drop(place.key)
        return found

    def forget(self, place: KeptBody) -> None:
        """Drop a kept body."""
        self._bodies.drop(place.key)

    def replace(
        self, document_id: str, tree: RevisionTree, kept: dict[Revision, KeptBody], winner: Bodies
    ) -> None:
        """Give a document a new tree, its bodies' places and its winner's, at a new sequence."""
        self._forget_old(tree, kept)
        row = Row(
            self.counters.take_sequence(),
            document_id,
            state_of(tree, kept),
            stored_tree.pack(tree, kept),
            *winner,
        )
        self._count(self._row(document_id), row)
        self._documents[document_id] = LoadedDocument(row, tree, kept)
        self._enter(row, tree.winner.leaf)

    def remove(self, document: LoadedDocument) -> None:
        """Remove a document with all that is kept of it, at a new sequence."""
        document_id = document.row.document_id
        self.counters.take_sequence()
        self._count(document.row, None)
        for place in document.kept.values():
            self._bodies.drop(place.key)
        self._documents.pop(document_id, None)
        self._changed.pop(document_id, None)
        self._removed.add(document_id)

    def _forget_old(self, tree: RevisionTree, kept: dict[Revision, KeptBody]) -> None:
        if len(kept) <= MOST_OLD_BODIES:
            return
        leaves = set(tree.leaves())
        old = sorted(revision for revision in kept if revision not in leaves)
        for revision in old[: max(0, len(old) - MOST_OLD_BODIES)]:
            self._bodies.drop(kept.pop(revision).key)

    def _count(self, before: Row | None, after: Row | None) -> None:
        for row, sign in ((before, -1), (after, 1)):
            if row is None:
                continue
            if row.state & DELETED:
                self.counters.deleted += sign
            else:
                self.counters.live += sign
                self.counters.bytes += sign * len(row.body)

    def store(self) -> None:
        """Write everything back."""
        connection, tables = self._connection, self._tables
        touched = self._changed.keys() | self._removed
        if self._before:
            connection.executemany(
                f"DELETE FROM {tables.document} WHERE sequence = ?",
                [(row.sequence,) for name, row in self._before.items() if name in touched],
            )
        stored = [self._columns(row) for row in self._changed.values()]
        connection.executemany(
            f"INSERT INTO {tables.document} VALUES (?, ?, ?, ?, ?, ?, ?, ?)", stored
        )
        self._move_places(touched, [(columns[1], columns[0]) for columns in stored])
        if self._bodies.dropped:
            sql = f"DELETE FROM {tables.body} WHERE key = ?"
            connection.executemany(sql, [(key,) for key in self._bodies.dropped])
        if self._bodies.added:
            sql = f"INSERT INTO {tables.body} VALUES (?, ?, ?)"
            connection.executemany(sql, [(k, *body) for k, body in self._bodies.added.items()])
        moved = [(self._before.get(name), self._changed.get(name)) for name in touched]
        for number, index in catalogue.field_indexes(connection, self._entry.number):
            FieldRows(number, index).move(connection, moved)
        catalogue.store_counters(connection, self._entry.number, self.counters)

    def _move_places(self, touched: Collection[str], after: Sequence[Place]) -> None:
        connection, tables, counters = self._connection, self._tables, self.counters
        before = {
            name: (id_hash(name), row.sequence)
            for name, row in self._before.items()
            if name in touched
        }
        hash_rows.moved(connection, tables, list(before.values()), after)
        gone = [before[name] for name in self._removed if name in before]
        hash_rows.forget(connection, tables, gone)
        documents = counters.live + counters.deleted
        hash_rows.merge_due(connection, tables, documents, self._start, counters.sequence)

    def _columns(self, row: Row) -> tuple[int, int, str, str, int, bytes, bytes, bytes | None]:
        return (
            row.sequence,
            id_hash(row.document_id),
            row.document_id,
            str(self._winners[row.document_id]),
            row.state,
            row.tree,
            row.body,
            row.attachments,
        )


def state_of(tree: RevisionTree, kept: Collection[Revision]) -> int:
    """Return the bits of a document's `state` column."""
    state = DELETED if tree.winner.deleted else 0
    if len(tree.branches) > 1:
        state |= SEVERAL_LEAVES
        leaves = set(tree.leaves())
        return state | (OLD_BODIES if any(revision not in leaves for revision in kept) else 0)
    return state | (OLD_BODIES if kept else 0)
