"""Reading the changes feed from the tables, a page at a time."""

from collections.abc import Iterable

import apsw

from replication.core.change import Change, ChangesPage, ChangesQuery
from replication.core.revision import Revision
from replication.core.sequence import UpdateSequence
from replication.store.sqlite import catalogue, rows, stored_tree
from replication.store.sqlite.catalogue import Entry
from replication.store.sqlite.rows import DELETED, SEVERAL_LEAVES, Row, count_of
from replication.store.sqlite.schema import Tables

PAGE_ROWS = 1000
MOST_COUNTED = 10_000
"""Rows still to come that are counted one by one."""

_Found = tuple[int, str, str, int, bytes, bytes, bytes | None]


def page(connection: apsw.Connection, entry: Entry, query: ChangesQuery) -> ChangesPage:
    """Read one page of the feed."""
    current = catalogue.sequence(connection, entry)
    if query.document_ids is not None:
        return _page_of_ids(connection, entry.tables, query, current)
    found = _scan(connection, entry.tables, query, PAGE_ROWS)
    accepted: list[Change] = []
    last, scanned, ended = query.since, 0, True
    for row in found:
        if len(accepted) == query.limit:
            ended = False
            break
        scanned += 1
        last = row[0]
        if change := _change(row, query):
            accepted.append(change)
    whole = ended and scanned < PAGE_ROWS
    end, pending = reached(connection, entry, query, current, last, whole=whole)
    return ChangesPage(tuple(accepted), end, pending)


def reached(
    connection: apsw.Connection,
    entry: Entry,
    query: ChangesQuery,
    current: UpdateSequence,
    last: int,
    *,
    whole: bool,
) -> tuple[UpdateSequence, int]:
    """Return where reading stopped, and how many rows lie beyond.

    `last` is the sequence of the last row that was looked at, `whole` tells that there is no other.
    """
    pending = 0 if whole else _count_beyond(connection, entry, query, last)
    if pending:
        return UpdateSequence(last, current.epoch), pending
    end = last if query.descending else max(current.number, query.since)
    return UpdateSequence(end, current.epoch), 0


def _last_page(
    accepted: list[Change], last: int, query: ChangesQuery, current: UpdateSequence
) -> ChangesPage:
    end = last if query.descending else max(current.number, query.since)
    return ChangesPage(tuple(accepted), UpdateSequence(end, current.epoch), 0)


def part_of(query: ChangesQuery) -> tuple[str, list[int]]:
    """Return which sequences a query is about, as a condition with what is bound in it."""
    if query.before is None:
        return "sequence > ?", [query.since]
    return "sequence > ? AND sequence < ?", [query.since, query.before]


def _scan(
    connection: apsw.Connection, tables: Tables, query: ChangesQuery, limit: int
) -> Iterable[_Found]:
    where, bound = part_of(query)
    order = "DESC" if query.descending else "ASC"
    bodies = query.include_documents or query.accept is not None
    columns = "body, attachments" if bodies else "x'', NULL"
    tree = "tree" if bodies else f"CASE WHEN state & {SEVERAL_LEAVES} THEN tree END"
    sql = (
        f"SELECT sequence, id, revision, state, {tree}, {columns} FROM {tables.document} "
        f"WHERE {where} ORDER BY sequence {order} LIMIT {limit}"
    )
    return connection.execute(sql, bound)


def _count_beyond(connection: apsw.Connection, entry: Entry, query: ChangesQuery, last: int) -> int:
    """Count the rows that are still to come, without a look at each of a million.

    Where each write has left its row, they are as many as the writes; elsewhere they are counted
    up to MOST_COUNTED, and beyond that the writes say how many they are at most.
    """
    low, high = (query.since, last) if query.descending else (last, query.before)
    counters = catalogue.counters(connection, entry.number)
    end = counters.sequence + 1
    high = end if high is None else min(high, end)
    writes, rows_of_all = max(0, high - low - 1), counters.live + counters.deleted
    if rows_of_all == counters.sequence:
        return writes
    sql = (
        f"SELECT count(*) FROM (SELECT 1 FROM {entry.tables.document} "
        f"WHERE sequence > ? AND sequence < ? LIMIT {MOST_COUNTED + 1})"
    )
    counted = count_of(connection.execute(sql, (low, high)))
    return counted if counted <= MOST_COUNTED else min(writes, rows_of_all)


def _change(found: _Found, query: ChangesQuery) -> Change | None:
    sequence, document_id, revision, state, tree, body, attachments = found
    deleted = bool(state & DELETED)
    document = None
    if query.include_documents or query.accept is not None:
        document = Row(sequence, document_id, state, tree, body, attachments).winner()
        if query.accept is not None and not query.accept(document):
            return None
    if state & SEVERAL_LEAVES:
        leaves = stored_tree.unpack(tree)[0].leaves()
    else:
        leaves = (Revision.parse(revision),)
    shown = document if query.include_documents else None
    return Change(sequence, document_id, leaves, deleted, shown)


def _page_of_ids(
    connection: apsw.Connection, tables: Tables, query: ChangesQuery, current: UpdateSequence
) -> ChangesPage:
    """Read the rows of some documents: found by id, then put in order and cut to the limit."""
    found = rows.find_many(connection, tables, query.document_ids or ())
    inside = sorted(
        (row for row in found.values() if _inside(row.sequence, query)),
        key=lambda row: row.sequence,
        reverse=query.descending,
    )
    accepted: list[Change] = []
    for scanned, row in enumerate(inside):
        if len(accepted) == query.limit:
            last = UpdateSequence(inside[scanned - 1].sequence if scanned else query.since)
            pending = len(inside) - scanned
            return ChangesPage(tuple(accepted), last._replace(epoch=current.epoch), pending)
        revision = str(stored_tree.unpack(row.tree)[0].winner.leaf)
        parts = (row.sequence, row.document_id, revision, *row[2:])
        if change := _change(parts, query):
            accepted.append(change)
    last_seen = inside[-1].sequence if inside else query.since
    return _last_page(accepted, last_seen, query, current)


def _inside(sequence: int, query: ChangesQuery) -> bool:
    return sequence > query.since and (query.before is None or sequence < query.before)
