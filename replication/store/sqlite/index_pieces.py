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

MOST_READ = 20_000
"""Rows, and reductions of runs, that are read in one go."""
FEW_READ = 500
"""So many are read in the event loop."""


class _Run(NamedTuple):
    level: int
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
    connection: apsw.Connection,
    tables: ViewTables,
    key_range: KeyRange,
    through: int,
    top: int | None,
    most: int,
) -> Pieces:
    """Return the pieces of a range, in key order, until so many rows and reductions are read.

    `top` is the highest level of runs, None where there are none: then all rows are one piece.
    """
    if top is None:
        rows = rows_of(connection, tables, key_range)
        return Pieces([Piece(None, None, rows)], None, through)
    descent = _Descent(connection, tables, key_range, most)
    made = descent.pieces_of(top, index_runs.BEGINNING, None)
    stopped = descent.stopped
    rest = None if stopped is None else KeyRange(Bound(*stopped), key_range.upper)
    return Pieces(made, rest, through)


class _Descent:
    """One way through the runs of a view, down where a run is not known whole."""

    def __init__(
        self, connection: apsw.Connection, tables: ViewTables, key_range: KeyRange, most: int
    ) -> None:
        self._connection = connection
        self._tables = tables
        self._range = key_range
        self._left = most
        self.stopped: Place | None = None

    def pieces_of(self, level: int, start: Place, end: Place | None) -> list[Piece]:
        """Return the pieces between two places, by runs of a level."""
        made: list[Piece] = []
        runs = self._runs(level, start, end)
        last = len(runs) - 1
        for n, run in enumerate(runs):
            if self._left <= 0 and self.stopped is None:
                self.stopped = run.start
            if self.stopped is not None:
                break
            whole = 0 < n < last or run.is_whole_in(self._range)
            self._left -= 1
            if whole and run.reduction is not None:
                made.append(Piece(None, run.reduction, ()))
            else:
                made += self._taken_apart(run, whole=whole)
        return made

    def _taken_apart(self, run: _Run, *, whole: bool) -> Sequence[Piece]:
        """Return one piece for a run that lies whole in the range, or those that it comes to."""
        name = index_runs.name_of(run.level, run.start) if whole else None
        if run.level == 0:
            rows = rows_of(self._connection, self._tables, run.range_within(self._range))
            self._left -= len(rows)
            return [Piece(name, None, rows)]
        parts = self.pieces_of(run.level - 1, run.start, run.end)
        return [Piece(name, None, (), parts)] if whole and self.stopped is None else parts

    def _runs(self, level: int, start: Place, end: Place | None) -> list[_Run]:
        """Return the runs of a level between two places that may have rows in the range."""
        rows = self._connection.execute(
            f"SELECT sort, id, reduction FROM {self._tables.runs} "
            "WHERE level = ? AND (sort, id) >= (?, ?) ORDER BY sort, id",
            (level, *self._first(level, start)),
        )
        upper = None if self._range.upper is None else self._range.upper.sort
        found: list[tuple[Place, bytes | None]] = []
        behind: Place | None = None
        for sort, name, kept in rows:
            if (upper is not None and sort > upper) or (end is not None and (sort, name) >= end):
                behind = (sort, name)
                break
            found.append(((sort, name), kept))
        ends = [*(place for place, _ in found[1:]), behind]
        return [
            _Run(level, place, next_, kept)
            for (place, kept), next_ in zip(found, ends, strict=False)
        ]

    def _first(self, level: int, start: Place) -> Place:
        """Return where the first run of a level begins, from a place on, that may have rows."""
        lower = self._range.lower
        if lower is None or _begins_above(start, lower):
            return start
        place = ("(sort, id) <= (?, ?)", (lower.sort, lower.document_id or ""))
        return max(start, index_runs.last_start(self._connection, self._tables, level, place))


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
