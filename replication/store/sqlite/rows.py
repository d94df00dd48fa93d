"""Reading a database's tables: rows into values. Plain functions over a connection, no waiting."""

import array
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

import apsw

from replication.core.attachment import Attachment
from replication.core.document import StoredRevision
from replication.core.errors import DocumentMissing
from replication.core.revision import Revision
from replication.core.revision_tree import RevisionTree
from replication.store.sqlite import stored_attachments, stored_tree
from replication.store.sqlite.hash_rows import places
from replication.store.sqlite.schema import Tables, id_hash
from replication.store.sqlite.stored_tree import KeptBody

DELETED = 1
"""Bit of `state`: the winner is a tombstone."""
SEVERAL_LEAVES = 2
"""Bit of `state`: there are conflicts, or other tombstones, beside the winner."""
OLD_BODIES = 4
"""Bit of `state`: bodies of superseded revisions are kept."""

COLUMNS = "sequence, id, state, tree, body, attachments"
DOCUMENT_COLUMNS = ", ".join(f"document.{column}" for column in COLUMNS.split(", "))
"""The columns of a row, where the table of documents is called `document` in a join."""
Bodies = tuple[bytes, bytes | None]


class Row(NamedTuple):
    """A document's row as it lies in the table."""

    sequence: int
    document_id: str
    state: int
    tree: bytes
    body: bytes
    attachments: bytes | None

    def winner(self) -> StoredRevision:
        """Return the winner with its body."""
        tree, _ = stored_tree.unpack(self.tree)
        return StoredRevision(
            self.document_id,
            tree.winner.leaf,
            bool(self.state & DELETED),
            self.body,
            stored_attachments.unpack(self.attachments),
            tree,
            self.sequence,
        )


@dataclass(frozen=True, slots=True)
class LoadedDocument:
    """A document with its tree unpacked, able to reach the bodies of its other revisions."""

    row: Row
    tree: RevisionTree
    kept: Mapping[Revision, KeptBody]

    @classmethod
    def of(cls, row: Row) -> "LoadedDocument":
        """Unpack a row."""
        tree, kept = stored_tree.unpack(row.tree)
        return cls(row, tree, kept)

    def body_of(self, connection: apsw.Connection, tables: Tables, revision: Revision) -> Bodies:
        """Return body and packed attachments of a revision. Raises DocumentMissing."""
        if revision == self.tree.winner.leaf:
            return self.row.body, self.row.attachments
        place = self.kept.get(revision)
        if place is None:
            raise DocumentMissing(self.row.document_id)
        sql = f"SELECT body, attachments FROM {tables.body} WHERE key = ?"
        body, attachments = next(connection.execute(sql, (place.key,)))
        return body, attachments

    def attachments_of(
        self, connection: apsw.Connection, tables: Tables, revision: Revision
    ) -> Mapping[str, Attachment] | None:
        """Return what a revision has attached, or None when its body is not kept."""
        try:
            _, packed = self.body_of(connection, tables, revision)
        except DocumentMissing:
            return None
        return stored_attachments.unpack(packed)

    def read(
        self, connection: apsw.Connection, tables: Tables, revision: Revision
    ) -> StoredRevision:
        """Return a revision with its body. Raises DocumentMissing when it is not kept."""
        body, attachments = self.body_of(connection, tables, revision)
        kept = self.kept.get(revision)
        deleted = kept.deleted if kept else bool(self.row.state & DELETED)
        return StoredRevision(
            self.row.document_id,
            revision,
            deleted,
            body,
            stored_attachments.unpack(attachments),
            self.tree,
            self.row.sequence,
        )


def find(connection: apsw.Connection, tables: Tables, document_id: str) -> Row | None:
    """Look one document up by its id."""
    sql = (
        f"SELECT {DOCUMENT_COLUMNS} FROM {places(tables)} AS place "
        f"CROSS JOIN {tables.document} AS document ON document.sequence = place.sequence "
        "WHERE place.hash = ? AND document.id = ?"
    )
    for found in connection.execute(sql, (id_hash(document_id), document_id)):
        return Row(*found)
    return None


def find_many(
    connection: apsw.Connection, tables: Tables, document_ids: Iterable[str]
) -> dict[str, Row]:
    """Look many documents up with one statement; ids without a document are left out."""
    wanted = set(document_ids)
    hashes = array.array("q", sorted(id_hash(name) for name in wanted))
    if not hashes:
        return {}
    sql = (
        f"SELECT {DOCUMENT_COLUMNS} FROM carray(?) AS wanted "
        f"CROSS JOIN {places(tables)} AS place ON place.hash = wanted.value "
        f"CROSS JOIN {tables.document} AS document ON document.sequence = place.sequence"
    )
    rows = (Row(*found) for found in connection.execute(sql, (apsw.carray(hashes),)))
    return {row.document_id: row for row in rows if row.document_id in wanted}


def count_of(cursor: apsw.Cursor) -> int:
    """Return the one number that a counting statement gives."""
    (number,) = next(cursor)
    return int(str(number))
