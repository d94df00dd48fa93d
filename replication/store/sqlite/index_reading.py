"""Reading the rows of a view: ranges as conditions, pages, and how many rows lie before."""

from collections.abc import Iterable

import apsw

from replication.index.rows import Bound, IndexRow, KeyRange
from replication.store.sqlite.index_runs import BEGINNING, Place, height, last_start
from replication.store.sqlite.index_tables import ViewTables
from replication.store.sqlite.rows import count_of

COLUMNS = "sort, id, number, sequence, key, value"
Condition = tuple[str, tuple[bytes | str | int, ...]]
"""What columns fulfil, and the values that are bound in it."""


def rows_of(
    connection: apsw.Connection,
    tables: ViewTables,
    key_range: KeyRange,
    *,
    skip: int = 0,
    limit: int = -1,
    after: IndexRow | None = None,
) -> list[IndexRow]:
    """Read rows of a range in its direction."""
    sql, bound = selection(tables, key_range, COLUMNS, after)
    return [IndexRow(*row) for row in connection.execute(sql, (*bound, limit, skip))]


def selection(
    tables: ViewTables, key_range: KeyRange, columns: str, after: IndexRow | None
) -> Condition:
    """Return the statement that reads a range in its direction; a limit and a skip are bound last.

    `after` goes on behind a row.
    """
    conditions = [*conditions_of(key_range), *_behind(after, descending=key_range.descending)]
    where = " AND ".join(text for text, _ in conditions) or "1"
    order = "DESC" if key_range.descending else "ASC"
    sql = (
        f"SELECT {columns} FROM {tables.rows} WHERE {where} "
        f"ORDER BY sort {order}, id {order}, number {order} LIMIT ? OFFSET ?"
    )
    return sql, tuple(value for _, values in conditions for value in values)


def conditions_of(key_range: KeyRange) -> Iterable[Condition]:
    """Return what rows of a range fulfil."""
    for bound, strict in ((key_range.lower, ">"), (key_range.upper, "<")):
        if bound is not None:
            operator = f"{strict}=" if bound.inclusive else strict
            if bound.document_id is None:
                yield f"sort {operator} ?", (bound.sort,)
            else:
                yield f"(sort, id) {operator} (?, ?)", (bound.sort, bound.document_id)


def _behind(after: IndexRow | None, *, descending: bool) -> Iterable[Condition]:
    if after is not None:
        operator = "<" if descending else ">"
        place = (after.sort, after.document_id, after.number)
        yield f"(sort, id, number) {operator} (?, ?, ?)", place


def count_outside(
    connection: apsw.Connection, tables: ViewTables, key_range: KeyRange, total: int
) -> int:
    """Count the rows of a view, of `total`, that come before a range in its direction."""
    if not key_range.descending:
        return count_before(connection, tables, key_range.lower)
    upper = key_range.upper
    if upper is None:
        return 0
    beyond = Bound(upper.sort, upper.document_id, inclusive=not upper.inclusive)
    return total - count_before(connection, tables, beyond)


def count_before(connection: apsw.Connection, tables: ViewTables, lower: Bound | None) -> int:
    """Count the rows of a view before a lower bound, by runs where there are."""
    if lower is None:
        return 0
    counted, start = _in_runs_before(connection, tables, lower)
    text, values = _before(lower)
    sql = f"SELECT count(*) FROM {tables.rows} WHERE {text} AND (sort, id) >= (?, ?)"
    return counted + count_of(connection.execute(sql, (*values, *start)))


def _in_runs_before(
    connection: apsw.Connection, tables: ViewTables, lower: Bound
) -> tuple[int, Place]:
    """Count the rows of whole runs before a bound, the longest first, and say where these end."""
    counted, start = 0, BEGINNING
    sql = (
        f"SELECT coalesce(sum(rows), 0) FROM {tables.runs} "
        "WHERE level = ? AND (sort, id) >= (?, ?) AND (sort, id) < (?, ?)"
    )
    for level in range(height(connection, tables) or 0, -1, -1):
        end = last_start(connection, tables, level, _from(lower))
        counted += count_of(connection.execute(sql, (level, *start, *end)))
        start = end
    return counted, start


def _from(lower: Bound) -> Condition:
    """Return what a place fulfils that a run with rows before a bound may begin at."""
    if lower.document_id is None and not lower.inclusive:
        return "sort <= ?", (lower.sort,)
    return "(sort, id) <= (?, ?)", (lower.sort, lower.document_id or "")


def _before(lower: Bound) -> Condition:
    operator = "<" if lower.inclusive else "<="
    if lower.document_id is None:
        return f"sort {operator} ?", (lower.sort,)
    return f"(sort, id) {operator} (?, ?)", (lower.sort, lower.document_id)
