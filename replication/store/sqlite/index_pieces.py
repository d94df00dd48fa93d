"""Cutting a range of a view into runs for a reduction: whole ones by name, the others as rows."""

from collections.abc import Sequence
from typing import NamedTuple

import apsw

from replication.index.rows import Bound, KeyRange
from replication.store.index_protocol import Piece, Pieces
from replication.store.sqlite import index_runs
from replication.store.sqlite.index_reading import rows_of
from replication.store.sqlite.index_runs import Place
from replication.store.sqlite.index_tables import ViewTables

MOST_ROWS = 20_000
"""Rows read in one go; what was reduced before costs nothing."""


class _Run(NamedTuple):
    start: Place
    end: Place | None
    reduction: bytes | None

    def range_within(self, key_range: KeyRange) -> KeyRange:
        """Return the rows of the run that lie in a range."""
        lower, upper = key_range.lower, key_range.upper
        start = Bound(*self.start) if _begins_above(self.start, lower) else lower
        if self.end is not None and _ends_below(self.end, upper):
            upper = Bound(*self.end, inclusive=False)
        return KeyRange(start, upper)

    def is_whole_in(self, key_range: KeyRange) -> bool:
        if not _begins_above(self.start, key_range.lower):
            return False
        return key_range.upper is None or (
            self.end is not None and _ends_below(self.end, key_range.upper)
        )


def pieces(
    connection: apsw.Connection, tables: ViewTables, key_range: KeyRange, through: int
) -> Pieces:
    """Return the pieces of a range, in key order, until MOST_ROWS rows are read."""
    runs = _runs(connection, tables, key_range)
    if not runs:
        rows = rows_of(connection, tables, key_range)
        return Pieces([Piece(None, None, rows)], None, through)
    made: list[Piece] = []
    read = 0
    for run in runs:
        if read >= MOST_ROWS:
            rest = KeyRange(Bound(*run.start), key_range.upper)
            return Pieces(made, rest, through)
        piece = _piece(connection, tables, run, key_range)
        read += len(piece.rows)
        made.append(piece)
    return Pieces(made, None, through)


def _piece(
    connection: apsw.Connection, tables: ViewTables, run: _Run, key_range: KeyRange
) -> Piece:
    whole = run.is_whole_in(key_range)
    if whole and run.reduction is not None:
        return Piece(index_runs.name_of(run.start), run.reduction, ())
    rows = rows_of(connection, tables, run.range_within(key_range))
    return Piece(index_runs.name_of(run.start) if whole else None, None, rows)


def _runs(connection: apsw.Connection, tables: ViewTables, key_range: KeyRange) -> Sequence[_Run]:
    """Return the runs that may have rows in a range."""
    sql = f"SELECT sort, id, reduction FROM {tables.runs} ORDER BY sort, id"
    found = [((bytes(sort), name), kept) for sort, name, kept in connection.execute(sql)]
    ends: list[Place | None] = [*[start for start, _ in found], None]
    every = [_Run(start, ends[n + 1], kept) for n, (start, kept) in enumerate(found)]
    return [run for run in every if _overlaps(run, key_range)]


def _overlaps(run: _Run, key_range: KeyRange) -> bool:
    lower, upper = key_range.lower, key_range.upper
    if upper is not None and run.start[0] > upper.sort:
        return False
    return lower is None or run.end is None or run.end[0] >= lower.sort


def _begins_above(start: Place, lower: Bound | None) -> bool:
    """Tell whether every row from a place on lies above a lower bound."""
    if lower is None:
        return True
    if lower.document_id is None:
        return start[0] >= lower.sort if lower.inclusive else start[0] > lower.sort
    place = (lower.sort, lower.document_id)
    return start >= place if lower.inclusive else start > place


def _ends_below(end: Place, upper: Bound | None) -> bool:
    """Tell whether every row before a place lies below an upper bound."""
    if upper is None:
        return True
    if upper.document_id is None:
        return end[0] <= upper.sort if upper.inclusive else end[0] < upper.sort
    return end <= (upper.sort, upper.document_id)
