"""Rows of a view as JSON, written by SQLite itself: `feed_text` says why."""

from typing import Any

import apsw

from replication.index.rows import BETWEEN, IndexRow, KeyRange, row_text
from replication.store.sqlite.index_reading import rows_of, selection
from replication.store.sqlite.index_tables import ViewTables

_ROW = """'{"id":', json_quote(id), ',"key":', key, ',"value":', value, '}'"""


def written(
    connection: apsw.Connection,
    tables: ViewTables,
    key_range: KeyRange,
    *,
    skip: int,
    limit: int,
    after: IndexRow | None,
) -> tuple[bytes, int]:
    """Write rows of a range in its direction; return them, and how many they are."""
    inner, bound = selection(tables, key_range, "id, key, value", after)
    # rows of an ordered subquery come to the aggregate in its order
    sql = f"SELECT CAST(group_concat(concat({_ROW}), ?) AS BLOB), count(*) FROM ({inner})"
    try:
        found: list[Any] = connection.execute(
            sql, (BETWEEN.decode(), *bound, limit, skip)
        ).fetchall()
    except apsw.TooBigError:  # for one string of SQLite's
        rows = rows_of(connection, tables, key_range, skip=skip, limit=limit, after=after)
        return BETWEEN.join(map(row_text, rows)), len(rows)
    ((text, count),) = found
    return text or b"", count
