"""Runs: neighbouring rows of a large view, counted and reduced together, and runs of runs.

They are cut when somebody first asks for a reduction or an offset. Those of level 0 are of some
rows; each of a higher level begins where one of the level below does, and has all of these up to
the next that begins there: a tree, of which each level has a run that begins at BEGINNING. From
then on each change of a row counts in the runs that it lies in, and makes their reductions unknown.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

import apsw
import msgspec

from replication.store.sqlite.index_tables import ViewTables
from replication.store.sqlite.rows import count_of

RUN_ROWS = 64
CHILDREN = 32
"""Runs of the level below that one is cut to; like those of rows, it grows to twice as many."""

Place = tuple[bytes, str]
"""Where a row stands: its key, and its document."""
Cut = tuple[Place, int]
"""Where a run begins, and how many rows it has."""
Name = tuple[int, bytes, str]
"""A run's level, and where it begins."""
Condition = tuple[str, Sequence[bytes | str | int]]
"""What columns fulfil, and the values that are bound in it."""

BEGINNING: Place = (b"", "")

_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(Name).decode


def height(connection: apsw.Connection, tables: ViewTables) -> int | None:
    """Return the highest level of the runs of a view; None if it was never cut."""
    found = connection.execute(f"SELECT level FROM {tables.runs} ORDER BY level DESC LIMIT 1")
    return next((level for (level,) in found), None)


def cuts(connection: apsw.Connection, tables: ViewTables) -> list[list[Cut]]:
    """Cut all rows of a view into runs: of each level from 0, where they begin and how long."""
    sql = f"SELECT sort, id FROM {tables.rows} ORDER BY sort, id, number"
    levels = [_cut_rows(BEGINNING, connection.execute(sql))]
    while len(levels[-1]) > CHILDREN:
        levels.append(_cut_runs(levels[-1]))
    return levels


def _cut_rows(start: Place, places: Iterable[Place]) -> list[Cut]:
    made: list[Cut] = []
    count, before = 0, start
    for place in places:
        if count >= RUN_ROWS and place != before:
            made.append((start, count))
            start, count = place, 0
        count += 1
        before = place
    return [*made, (start, count)]


def _cut_runs(below: Sequence[Cut]) -> list[Cut]:
    parts = [below[n : n + CHILDREN] for n in range(0, len(below), CHILDREN)]
    return [(part[0][0], sum(rows for _, rows in part)) for part in parts]


def keep_cuts(
    connection: apsw.Connection, tables: ViewTables, levels: Sequence[Sequence[Cut]]
) -> None:
    """Enter the runs of a view that was not cut before."""
    connection.execute(f"DELETE FROM {tables.runs}")
    for level, made in enumerate(levels):
        _enter(connection, tables, level, made)


def _enter(
    connection: apsw.Connection, tables: ViewTables, level: int, made: Sequence[Cut]
) -> None:
    connection.executemany(
        f"INSERT OR REPLACE INTO {tables.runs} (level, sort, id, rows) VALUES (?, ?, ?, ?)",
        [(level, *place, rows) for place, rows in made],
    )


def moved(
    connection: apsw.Connection,
    tables: ViewTables,
    gone: Sequence[Place],
    here: Sequence[Place],
) -> None:
    """Count rows that went and came in their runs, and forget what those reduced to."""
    top = height(connection, tables) if gone or here else None
    if top is None:
        return
    changes = Counter(here)
    changes.subtract(gone)  # a place in both counts nothing, and is no reason to remember
    divided, empty = list[Place](), set[Place]()
    for level in range(top + 1):
        changes = _in_runs(connection, tables, level, changes)
        counts = _counted(connection, tables, level, changes)
        empty |= {start for start, rows in counts.items() if not rows}
        if level == 0:
            long = [start for start, rows in counts.items() if rows > 2 * RUN_ROWS]
            divided = [start for start in long if _divide_rows(connection, tables, start)]
        elif divided:
            divided = [s for s in counts if _divide_runs(connection, tables, level, s)]
    if divided:
        _grow(connection, tables, top)
    for start in empty - {BEGINNING}:
        _drop(connection, tables, top, start)


def _in_runs(
    connection: apsw.Connection, tables: ViewTables, level: int, changes: Mapping[Place, int]
) -> Counter[Place]:
    """Gather what changed at places by the runs of a level that these lie in."""
    gathered: Counter[Place] = Counter()
    start = BEGINNING
    end: Place | None = BEGINNING
    for place in sorted(changes):
        if end is not None and place >= end:
            start = last_start(connection, tables, level, ("(sort, id) <= (?, ?)", place))
            end = end_of(connection, tables, level, start)
        gathered[start] += changes[place]
    return gathered


def last_start(
    connection: apsw.Connection, tables: ViewTables, level: int, up_to: Condition
) -> Place:
    """Return where the last run of a level begins of those whose beginning fulfils a condition."""
    text, values = up_to
    sql = (
        f"SELECT sort, id FROM {tables.runs} WHERE level = ? AND {text} "
        "ORDER BY sort DESC, id DESC LIMIT 1"
    )
    return next(iter(connection.execute(sql, (level, *values))), BEGINNING)


def end_of(
    connection: apsw.Connection, tables: ViewTables, level: int, start: Place
) -> Place | None:
    """Return where the run behind one begins; None behind the last."""
    sql = (
        f"SELECT sort, id FROM {tables.runs} WHERE level = ? AND (sort, id) > (?, ?) "
        "ORDER BY sort, id LIMIT 1"
    )
    return next(iter(connection.execute(sql, (level, *start))), None)


def _counted(
    connection: apsw.Connection, tables: ViewTables, level: int, changes: Mapping[Place, int]
) -> dict[Place, int]:
    """Count what changed in runs of a level; return how many rows these have now."""
    sql = (
        f"UPDATE {tables.runs} SET rows = rows + ?, reduction = NULL "
        "WHERE level = ? AND sort = ? AND id = ? RETURNING rows"
    )
    return {
        start: count_of(connection.execute(sql, (count, level, *start)))
        for start, count in changes.items()
    }


def _divide_rows(connection: apsw.Connection, tables: ViewTables, start: Place) -> bool:
    """Cut a run of rows that has grown too long; tell whether that was possible."""
    within, bound = _before(end_of(connection, tables, 0, start))
    sql = f"SELECT sort, id FROM {tables.rows} WHERE (sort, id) >= (?, ?){within} ORDER BY 1, 2"
    made = _cut_rows(start, connection.execute(sql, (*start, *bound)))
    _enter(connection, tables, 0, made)
    return len(made) > 1


def _divide_runs(connection: apsw.Connection, tables: ViewTables, level: int, start: Place) -> bool:
    """Cut a run of runs if it has too many of them; tell whether that was so."""
    within, bound = _before(end_of(connection, tables, level, start))
    sql = (
        f"SELECT sort, id, rows FROM {tables.runs} "
        f"WHERE level = ? AND (sort, id) >= (?, ?){within} ORDER BY sort, id"
    )
    below = connection.execute(sql, (level - 1, *start, *bound))
    children = [((sort, name), rows) for sort, name, rows in below]
    if len(children) <= 2 * CHILDREN:
        return False
    _enter(connection, tables, level, _cut_runs(children))
    return True


def _before(end: Place | None) -> tuple[str, tuple[bytes | str, ...]]:
    return ("", ()) if end is None else (" AND (sort, id) < (?, ?)", end)


def _grow(connection: apsw.Connection, tables: ViewTables, top: int) -> None:
    """Put levels above the highest one while that has too many runs."""
    sql = f"SELECT sort, id, rows FROM {tables.runs} WHERE level = ? ORDER BY sort, id"
    made = [((sort, name), rows) for sort, name, rows in connection.execute(sql, (top,))]
    while len(made) > 2 * CHILDREN:
        top, made = top + 1, _cut_runs(made)
        _enter(connection, tables, top, made)


def _drop(connection: apsw.Connection, tables: ViewTables, top: int, start: Place) -> None:
    """Let the runs go that begin at a place, if there are no rows in the longest of them."""
    sql = f"SELECT rows FROM {tables.runs} WHERE level = ? AND sort = ? AND id = ?"
    for level in range(top, -1, -1):
        for (rows,) in connection.execute(sql, (level, *start)).fetchall():
            if rows:
                return
            connection.execute(
                f"DELETE FROM {tables.runs} WHERE level = ? AND sort = ? AND id = ?",
                (level, *start),
            )


def keep_reductions(
    connection: apsw.Connection, tables: ViewTables, reductions: Mapping[bytes, bytes]
) -> None:
    """Remember what runs reduced to, by their names."""
    connection.executemany(
        f"UPDATE {tables.runs} SET reduction = ? WHERE level = ? AND sort = ? AND id = ?",
        [(reduction, *_decode(name)) for name, reduction in reductions.items()],
    )


def name_of(level: int, start: Place) -> bytes:
    """Return the name under which a run is known outside."""
    return _encode((level, *start))
