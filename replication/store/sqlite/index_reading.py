"""Reading the rows of a view: ranges as conditions, pages, and how many rows lie before."""

from collections.abc import Iterable

import apsw

from replication.index.rows import Bound, IndexRow, KeyRange
from replication.store.sqlite import index_runs
from replication.store.sqlite.index_runs import Place
from replication.store.sqlite.index_tables import ViewTables
from replication.store.sqlite.rows import count_of

COLUMNS = "sort, id, number, sequence, key, value"
Condition = tuple[str, tuple[bytes | str | int, ...]]


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
    conditions = [*conditions_of(key_range), *_behind(after, descending=key_range.descending)]
    where = " AND ".join(text for text, _ in conditions) or "1"
    bound = tuple(value for _, values in conditions for value in values)
    order = "DESC" if key_range.descending else "ASC"
    sql = (
        f"SELECT {COLUMNS} FROM {tables.rows} WHERE {where} "
        f"ORDER BY sort {order}, id {order}, number {order} LIMIT ? OFFSET ?"
    )
    return [IndexRow(*row) for row in connection.execute(sql, (*bound, limit, skip))]


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


def count_before(
    connection: apsw.Connection, tables: ViewTables, lower: Bound | IndexRow | None
) -> int:
    """Count the rows of a view before a row, or before a lower bound, by runs where there are."""
    if lower is None:
        return 0
    begins = index_runs.starts(connection, tables)
    start = _run_before(begins, lower)
    counted = 0
    if start is not None:
        sql = f"SELECT coalesce(sum(rows), 0) FROM {tables.runs} WHERE (sort, id) < (?, ?)"
        counted = count_of(connection.execute(sql, start))
    text, values = _before(lower)
    from_start, place = (" AND (sort, id) >= (?, ?)", start) if start else ("", ())
    sql = f"SELECT count(*) FROM {tables.rows} WHERE {text}{from_start}"
    return counted + count_of(connection.execute(sql, (*values, *place)))


def _run_before(begins: list[Place], lower: Bound | IndexRow) -> Place | None:
    """Return where the last run begins of which some rows may lie before, or None."""
    place = (lower.sort, lower.document_id or "")
    if isinstance(lower, Bound) and lower.document_id is None and not lower.inclusive:
        before = [start for start in begins if start[0] <= lower.sort]
    else:
        before = [start for start in begins if start <= place]
    return before[-1] if before else None


def _before(lower: Bound | IndexRow) -> Condition:
    if isinstance(lower, IndexRow):
        place = (lower.sort, lower.document_id, lower.number)
        return "(sort, id, number) < (?, ?, ?)", place
    operator = "<" if lower.inclusive else "<="
    if lower.document_id is None:
        return f"sort {operator} ?", (lower.sort,)
    return f"(sort, id) {operator} (?, ?)", (lower.sort, lower.document_id)
