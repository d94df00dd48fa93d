"""Where the rows of each document lie in an index, so that they are found when it changes.

`emitted_K` has a line for each document with rows, in the order in which they came, and two tables
of hashes lead there as those of documents lead to theirs (`hash_rows`): ids are random, and an
index on them would have a page of its own to write for each document of a batch, in each view.
"""

import array
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import apsw
import msgspec

from replication.store.index_protocol import MappedDocument
from replication.store.sqlite import hash_rows
from replication.store.sqlite.index_tables import IndexEntry, PlaceTables
from replication.store.sqlite.schema import id_hash

Sorts = list[list[bytes]]
"""The keys of a document's rows in order, for each view."""

_pack = msgspec.msgpack.Encoder().encode
_unpack = msgspec.msgpack.Decoder(Sorts).decode


class Emitted(NamedTuple):
    """What a document emitted when it was last mapped, at a sequence."""

    sequence: int
    document_id: str
    sorts: Sorts

    @property
    def place(self) -> hash_rows.Place:
        """Where it lies, by hash."""
        return id_hash(self.document_id), self.sequence


def find(
    connection: apsw.Connection, tables: PlaceTables, document_ids: Iterable[str]
) -> list[Emitted]:
    """Look up what documents emitted; those without rows are left out."""
    wanted = set(document_ids)
    hashes = array.array("q", sorted(map(id_hash, wanted)))
    if not hashes:
        return []
    sql = (
        "SELECT found.sequence, found.id, found.sorts FROM carray(?) AS wanted "
        f"CROSS JOIN {hash_rows.places(tables)} AS place ON place.hash = wanted.value "
        f"CROSS JOIN {tables.document} AS found ON found.sequence = place.sequence"
    )
    rows = connection.execute(sql, (apsw.carray(hashes),))
    return [Emitted(at, name, _unpack(sorts)) for at, name, sorts in rows if name in wanted]


def replace(
    connection: apsw.Connection,
    index: IndexEntry,
    before: Sequence[Emitted],
    documents: Sequence[MappedDocument],
) -> None:
    """Enter what documents emit now in place of what they did, `before`."""
    tables = index.places
    forget(connection, tables, before, staying={document.document_id for document in documents})
    lines = [
        (sequence, name, _pack([[row[0] for row in rows] for rows in by_view]))
        for name, sequence, by_view in documents
        if any(by_view)
    ]
    connection.executemany(f"INSERT INTO {tables.document} VALUES (?, ?, ?)", lines)
    if index.settled:
        after = [(id_hash(name), sequence) for sequence, name, _ in lines]
        hash_rows.moved(connection, tables, [], after)


def forget(
    connection: apsw.Connection,
    tables: PlaceTables,
    gone: Sequence[Emitted],
    staying: Iterable[str] = (),
) -> None:
    """Take lines out; of documents that are `staying` the hashes lead nowhere until a merge."""
    if not gone:
        return
    sql = f"DELETE FROM {tables.document} WHERE sequence = ?"
    connection.executemany(sql, [(emitted.sequence,) for emitted in gone])
    hash_rows.moved(connection, tables, [emitted.place for emitted in gone], [])
    left = set(staying)
    lost = [emitted.place for emitted in gone if emitted.document_id not in left]
    hash_rows.forget(connection, tables, lost)


def settle(connection: apsw.Connection, tables: PlaceTables) -> None:
    """Let all lines be found that were written without it, sorted once."""
    connection.execute(
        f"INSERT INTO {tables.old} "
        f"SELECT id_hash(id), sequence FROM {tables.document} ORDER BY 1, 2"
    )
