"""Writing the rows of an index, inside the writer's transaction."""

from collections.abc import Collection, Iterable, Sequence

import apsw

from replication.index.definition import IndexDefinition
from replication.store.index_protocol import IndexBatch, MappedDocument
from replication.store.sqlite import index_runs, index_tables
from replication.store.sqlite.catalogue import Entry
from replication.store.sqlite.index_runs import Place
from replication.store.sqlite.index_tables import ViewTables

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
        index_tables.settle(connection, index)
    ids = [document.document_id for document in batch.documents]
    for view, tables in enumerate(index.all_tables()):
        gone = _remove(connection, tables, ids) if index.settled else []
        here = _insert(connection, tables, batch.documents, view)
        index.counts[view] += len(here) - len(gone)
        index_runs.moved(connection, tables, gone, here)
    index.through = batch.through
    index_tables.store(connection, index)
    return True


def forget(connection: apsw.Connection, entry: Entry, document_ids: Collection[str]) -> None:
    """Take documents out of all indexes of a database: they were purged, no feed tells of it."""
    if not document_ids:
        return
    for index in index_tables.every(connection, entry):
        index_tables.settle(connection, index)
        for view, tables in enumerate(index.all_tables()):
            gone = _remove(connection, tables, document_ids)
            index.counts[view] -= len(gone)
            index_runs.moved(connection, tables, gone, ())
        index_tables.store(connection, index)


def _remove(
    connection: apsw.Connection, tables: ViewTables, document_ids: Iterable[str]
) -> list[Place]:
    ids = tuple(document_ids)
    sql = f"DELETE FROM {tables.rows} WHERE id IN (SELECT value FROM carray(?)) RETURNING sort, id"
    plain = tuple(name for name in ids if "\0" not in name)
    gone = list(connection.execute(sql, (apsw.carray(plain),))) if plain else []
    for name in ids:
        if "\0" in name:  # which an array of C strings cannot hold
            sql = f"DELETE FROM {tables.rows} WHERE id = ? RETURNING sort, id"
            gone += connection.execute(sql, (name,))
    return [(bytes(sort), name) for sort, name in gone]


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
