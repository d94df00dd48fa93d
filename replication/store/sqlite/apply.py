"""Applying edits to a database's tables, inside the writer's transaction.

All documents of a call are read with one statement, decided on in memory one after the other, and
written back with one statement for each table.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import apsw

from replication.core.document import Edit, Written
from replication.core.edit import AlreadyKnown, Attachments, Grafted, decide
from replication.core.errors import ReplicationError
from replication.core.revision import Revision
from replication.core.revision_tree import RevisionTree
from replication.store.protocol import Outcome
from replication.store.sqlite import catalogue, rows, stored_attachments, stored_tree
from replication.store.sqlite.catalogue import Counters, Entry
from replication.store.sqlite.field_rows import FieldRows
from replication.store.sqlite.rows import DELETED, SEVERAL_LEAVES, LoadedDocument, Row
from replication.store.sqlite.schema import Tables, id_hash
from replication.store.sqlite.stored_tree import KeptBody

OLD_BODIES = 32
"""How many bodies of superseded revisions a document keeps; leaves are always kept."""

_EMPTY = RevisionTree()


@dataclass(slots=True)
class _Bodies:
    """The body rows that a call adds and drops."""

    added: dict[int, tuple[bytes, bytes | None]] = field(default_factory=dict)
    dropped: list[int] = field(default_factory=list)

    def drop(self, key: int) -> None:
        if self.added.pop(key, None) is None:
            self.dropped.append(key)


class Application:
    """One call of `write`: what it has read, decided, and will write."""

    def __init__(self, connection: apsw.Connection, entry: Entry) -> None:
        self._connection = connection
        self._entry = entry
        self._tables: Tables = entry.tables
        self._counters: Counters = catalogue.counters(connection, entry.number)
        self._before: dict[str, Row] = {}
        self._documents: dict[str, LoadedDocument] = {}
        self._changed: dict[str, Row] = {}
        self._bodies = _Bodies()

    def run(self, edits: Sequence[Edit], *, together: bool) -> list[Outcome]:
        """Apply edits in order and store what came of them."""
        ids = (edit.document_id for edit in edits)
        self._before = rows.find_many(self._connection, self._tables, ids)
        outcomes: list[Outcome] = []
        for edit in edits:
            try:
                outcomes.append(self._apply(edit))
            except ReplicationError as error:
                if together:
                    raise
                outcomes.append(error)
        if self._changed:
            self._store()
        return outcomes

    def _loaded(self, document_id: str) -> LoadedDocument | None:
        found = self._documents.get(document_id)
        if found is None and document_id in self._before:
            found = LoadedDocument.of(self._before[document_id])
            self._documents[document_id] = found
        return found

    def _apply(self, edit: Edit) -> Written:
        document = self._loaded(edit.document_id)
        tree = document.tree if document else _EMPTY
        decision = decide(tree, edit, lambda revision: self._attachments(document, revision))
        if isinstance(decision, AlreadyKnown):
            return Written(edit.document_id, decision.revision, None)
        self._place(document, edit, decision)
        return Written(edit.document_id, decision.revision, self._counters.sequence)

    def _attachments(
        self, document: LoadedDocument | None, revision: Revision
    ) -> Attachments | None:
        if document is None:
            return None
        kept = document.kept.get(revision)
        if kept is not None and kept.key in self._bodies.added:
            return stored_attachments.unpack(self._bodies.added[kept.key][1])
        return document.attachments_of(self._connection, self._tables, revision)

    def _place(self, document: LoadedDocument | None, edit: Edit, decision: Grafted) -> None:
        """Give the new revision's body its place: in the row if it wins, beside it if not."""
        body, attachments = edit.body, stored_attachments.pack(decision.attachments)
        tree = decision.tree
        kept = dict(document.kept) if document else {}
        if tree.winner.leaf != decision.revision and document is not None:
            kept[decision.revision] = self._keep(body, attachments, deleted=edit.deleted)
            if tree.winner.leaf == document.tree.winner.leaf:
                body, attachments = document.row.body, document.row.attachments
            else:
                body, attachments = self._promote(document, tree.winner.leaf, kept)
        elif document is not None:
            row = document.row
            was_deleted = bool(row.state & DELETED)
            kept[document.tree.winner.leaf] = self._keep(
                row.body, row.attachments, deleted=was_deleted
            )
        self._forget_old(tree, kept)
        row = Row(
            self._counters.take_sequence(),
            edit.document_id,
            _state(tree),
            stored_tree.pack(tree, kept),
            body,
            attachments,
        )
        self._count(document, row)
        self._documents[edit.document_id] = LoadedDocument(row, tree, kept)
        self._changed[edit.document_id] = row

    def _keep(self, body: bytes, attachments: bytes | None, *, deleted: bool) -> KeptBody:
        key = self._counters.take_body()
        self._bodies.added[key] = (body, attachments)
        return KeptBody(deleted, key)

    def _promote(
        self, document: LoadedDocument, winner: Revision, kept: dict[Revision, KeptBody]
    ) -> tuple[bytes, bytes | None]:
        """Swap places: the winner so far is kept beside, the kept body that wins now moves in.

        Happens when a deletion ends the winning branch and another leaf takes over.
        """
        row = document.row
        place = kept.pop(winner)
        found = self._bodies.added.get(place.key) or document.body_of(
            self._connection, self._tables, winner
        )
        self._bodies.drop(place.key)
        old = document.tree.winner
        kept[old.leaf] = self._keep(row.body, row.attachments, deleted=old.deleted)
        return found

    def _forget_old(self, tree: RevisionTree, kept: dict[Revision, KeptBody]) -> None:
        leaves = set(tree.leaves())
        old = sorted(revision for revision in kept if revision not in leaves)
        for revision in old[: max(0, len(old) - OLD_BODIES)]:
            self._bodies.drop(kept.pop(revision).key)

    def _count(self, document: LoadedDocument | None, row: Row) -> None:
        counters = self._counters
        if document is not None:
            was_deleted = bool(document.row.state & DELETED)
            counters.deleted -= was_deleted
            counters.live -= not was_deleted
            counters.bytes -= 0 if was_deleted else len(document.row.body)
        is_deleted = bool(row.state & DELETED)
        counters.deleted += is_deleted
        counters.live += not is_deleted
        counters.bytes += 0 if is_deleted else len(row.body)

    def _store(self) -> None:
        connection, tables = self._connection, self._tables
        connection.executemany(
            f"DELETE FROM {tables.document} WHERE sequence = ?",
            [(row.sequence,) for name, row in self._before.items() if name in self._changed],
        )
        connection.executemany(
            f"INSERT INTO {tables.document} VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            [self._columns(row) for row in self._changed.values()],
        )
        connection.executemany(
            f"DELETE FROM {tables.body} WHERE key = ?",
            [(key,) for key in self._bodies.dropped],
        )
        connection.executemany(
            f"INSERT INTO {tables.body} VALUES (?, ?, ?)",
            [(key, *body) for key, body in self._bodies.added.items()],
        )
        moved = [(self._before.get(name), row) for name, row in self._changed.items()]
        for number, index in catalogue.field_indexes(connection, self._entry.number):
            FieldRows(number, index).move(connection, moved)
        catalogue.store_counters(connection, self._entry.number, self._counters)

    def _columns(self, row: Row) -> tuple[int, int, str, str, int, bytes, bytes, bytes | None]:
        winner = self._documents[row.document_id].tree.winner.leaf
        return (
            row.sequence,
            id_hash(row.document_id),
            row.document_id,
            str(winner),
            row.state,
            row.tree,
            row.body,
            row.attachments,
        )


def _state(tree: RevisionTree) -> int:
    several = SEVERAL_LEAVES if len(tree.branches) > 1 else 0
    return several | (DELETED if tree.winner.deleted else 0)
