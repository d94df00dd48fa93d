"""Listing documents in id order: an index of ids that catches up with the feed when it is asked.

Kept in step with every write it would cost a random page for each new document; most databases are
never listed by id, and those that are pay once.
"""

import apsw

from replication.store.protocol import IdRange
from replication.store.sqlite.catalogue import Entry
from replication.store.sqlite.hash_rows import places_of
from replication.store.sqlite.rows import DELETED, DOCUMENT_COLUMNS, Row, count_of


def is_behind(connection: apsw.Connection, entry: Entry) -> bool:
    """Tell whether documents were written since the index last caught up."""
    sql = "SELECT sequence > ids_through FROM catalogue WHERE number = ?"
    return any(behind for (behind,) in connection.execute(sql, (entry.number,)))


def catch_up(connection: apsw.Connection, entry: Entry) -> None:
    """Add the ids of all documents written since; those of deleted documents stay, unlisted."""
    tables = entry.tables
    connection.execute(
        f"INSERT OR IGNORE INTO {tables.ids} SELECT id FROM {tables.document} "
        "WHERE sequence > (SELECT ids_through FROM catalogue WHERE number = ?) ORDER BY id",
        (entry.number,),
    )
    connection.execute(
        "UPDATE catalogue SET ids_through = sequence WHERE number = ?", (entry.number,)
    )


def listing(connection: apsw.Connection, entry: Entry, ids: IdRange) -> tuple[list[Row], int]:
    """Read live documents between two ids, and count the live ones before the first."""
    tables = entry.tables
    where, bound = bounds(ids, "ids.id")
    order = "DESC" if ids.descending else "ASC"
    source = (
        f"FROM {tables.ids} AS ids CROSS JOIN {tables.document} AS document "
        f"ON document.sequence IN {places_of('id_hash(ids.id)', tables)} "
        f"AND document.id = ids.id WHERE NOT document.state & {DELETED}"
    )
    sql = f"SELECT {DOCUMENT_COLUMNS} {source} AND {where} ORDER BY ids.id {order} LIMIT ? OFFSET ?"
    limit = -1 if ids.limit is None else ids.limit
    found = [Row(*row) for row in connection.execute(sql, (*bound, limit, ids.skip))]
    if not found or not ids.count_before or (ids.start is None and ids.skip == 0):
        return found, 0
    before = "ids.id > ?" if ids.descending else "ids.id < ?"
    sql = f"SELECT count(*) {source} AND {before}"
    return found, count_of(connection.execute(sql, (found[0].document_id,)))


def bounds(ids: IdRange, column: str) -> tuple[str, list[str]]:
    """Return the condition that a column with ids fulfils in a range, and what is bound to it."""
    after, until = ("<=", ">") if ids.descending else (">=", "<")
    conditions, bound = ["1"], []
    if ids.start is not None:
        conditions.append(f"{column} {after} ?")
        bound.append(ids.start)
    if ids.end is not None:
        conditions.append(f"{column} {until}{'=' if ids.inclusive_end else ''} ?")
        bound.append(ids.end)
    return " AND ".join(conditions), bound
