"""Writing the rows of an index, inside the writer's transaction."""

from collections.abc import Collection, Sequence

import apsw

from replication.index.definition import IndexDefinition
from replication.store.index_protocol import IndexBatch, MappedDocument
from replication.store.sqlite import (
    catalogue,
    hash_rows,
    index_places,
    index_runs,
    index_tables,
)
from replication.store.sqlite.catalogue import Entry
from replication.store.sqlite.index_places import Emitted
from replication.store.sqlite.index_runs import Place
from replication.store.sqlite.index_tables import IndexEntry, ViewTables

_Columns = tuple[bytes, str, int, int, bytes, bytes]


def apply(
    connection: apsw.Connection, entry: Entry, definition: IndexDefinition, batch: IndexBatch
) -> bool:
    """Take a batch in; False if the index does not stand where the batch begins."""
    index = index_tables.find(connection, entry, definition.signature)
    if (index.through if index else 0) != batch.since:
        return False
    index = index or index_tables.create(connection, entry, definition)
    if not batch.first_build:
        settle(connection, index)
    gone: list[Emitted] = []
    if index.settled:
        ids = [document.document_id for document in batch.documents]
        gone = index_places.find(connection, index.places, ids)
    index_places.replace(connection, index, gone, batch.documents)
    for view, tables in enumerate(index.all_tables()):
        left = _remove(connection, tables, gone, view)
        here = _insert(connection, tables, batch.documents, view)
        index.counts[view] += len(here) - len(left)
        index_runs.moved(connection, tables, left, here)
    if index.settled:
        documents = catalogue.counters(connection, entry.number).live
        ends = (batch.since, batch.through)
        hash_rows.merge_due(connection, index.places, documents, *ends)
    index.through = batch.through
    index_tables.store(connection, index)
    return True


def settle(connection: apsw.Connection, index: IndexEntry) -> None:
    """End a first build: let the rows of a document be found from now on."""
    if not index.settled:
        index_places.settle(connection, index.places)
        index.settled = True
        index_tables.store(connection, index)


def forget(connection: apsw.Connection, entry: Entry, document_ids: Collection[str]) -> None:
    """Take documents out of all indexes of a database: they were purged, no feed tells of it."""
    if not document_ids:
        return
    for index in index_tables.every(connection, entry):
        settle(connection, index)
        emitted = index_places.find(connection, index.places, document_ids)
        index_places.forget(connection, index.places, emitted)
        for view, tables in enumerate(index.all_tables()):
            gone = _remove(connection, tables, emitted, view)
            index.counts[view] -= len(gone)
            index_runs.moved(connection, tables, gone, ())
        index_tables.store(connection, index)


def _remove(
    connection: apsw.Connection, tables: ViewTables, emitted: Sequence[Emitted], view: int
) -> list[Place]:
    rows = [
        (sort, document_id, number)
        for _, document_id, sorts in emitted
        for number, sort in enumerate(sorts[view])
    ]
    rows.sort()
    sql = f"DELETE FROM {tables.rows} WHERE sort = ? AND id = ? AND number = ?"
    connection.executemany(sql, rows)
    return [(sort, document_id) for sort, document_id, _ in rows]


def _insert(
    connection: apsw.Connection,
    tables: ViewTables,
    documents: Sequence[MappedDocument],
    view: int,
) -> list[Place]:
    """Insert rows in the order of the table: neighbours share its pages."""
    rows: list[_Columns] = [
        (sort, name, number, sequence, key, value)
        for name, sequence, by_view in documents
        if by_view
        for number, (sort, key, value) in enumerate(by_view[view])
    ]
    rows.sort()
    connection.executemany(f"INSERT INTO {tables.rows} VALUES (?, ?, ?, ?, ?, ?)", rows)
    return [(row[0], row[1]) for row in rows]
