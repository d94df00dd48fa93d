"""Runs: neighbouring rows of a large view, counted and reduced together.

They are cut when somebody first asks for a reduction or an offset. From then on each change of a
row counts in its run, and makes the run's reduction unknown.
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Mapping, Sequence

import apsw
import msgspec

from replication.store.sqlite.index_tables import ViewTables
from replication.store.sqlite.rows import count_of

RUN_ROWS = 512
Place = tuple[bytes, str]
"""Where a row stands: its key, and its document."""

BEGINNING: Place = (b"", "")


def starts(connection: apsw.Connection, tables: ViewTables) -> list[Place]:
    """Return where the runs of a view begin, in order; none if it was never cut."""
    sql = f"SELECT sort, id FROM {tables.runs} ORDER BY sort, id"
    return [(bytes(sort), name) for sort, name in connection.execute(sql)]


def cuts(connection: apsw.Connection, tables: ViewTables) -> list[tuple[Place, int]]:
    """Cut all rows of a view into runs: where each begins, and how many rows it has."""
    sql = f"SELECT sort, id FROM {tables.rows} ORDER BY sort, id, number"
    made: list[tuple[Place, int]] = []
    start, count = BEGINNING, 0
    before = BEGINNING
    for sort, name in connection.execute(sql):
        place = (sort, name)
        if count >= RUN_ROWS and place != before:
            made.append((start, count))
            start, count = place, 0
        count += 1
        before = place
    return [*made, (start, count)]


def keep_cuts(
    connection: apsw.Connection, tables: ViewTables, made: Sequence[tuple[Place, int]]
) -> None:
    """Enter the runs of a view that was not cut before."""
    connection.execute(f"DELETE FROM {tables.runs}")
    connection.executemany(
        f"INSERT INTO {tables.runs} (sort, id, rows) VALUES (?, ?, ?)",
        [(*place, count) for place, count in made],
    )


def moved(
    connection: apsw.Connection,
    tables: ViewTables,
    gone: Sequence[Place],
    here: Sequence[Place],
) -> None:
    """Count rows that went and came in their runs, and forget what those reduced to."""
    begins = starts(connection, tables)
    if not begins or not (gone or here):
        return
    change: Counter[int] = Counter()
    for places, sign in ((gone, -1), (here, 1)):
        for place in places:
            change[max(0, bisect_right(begins, place) - 1)] += sign
    connection.executemany(
        f"UPDATE {tables.runs} SET rows = rows + ?, reduction = NULL WHERE sort = ? AND id = ?",
        [(count, *begins[run]) for run, count in change.items()],
    )
    for run in sorted(change):
        end = begins[run + 1] if run + 1 < len(begins) else None
        _divide(connection, tables, begins[run], end)


def _divide(
    connection: apsw.Connection, tables: ViewTables, start: Place, end: Place | None
) -> None:
    """Cut a run that has grown too long; let one that is empty go, but for the first."""
    sql = f"SELECT rows FROM {tables.runs} WHERE sort = ? AND id = ?"
    count = count_of(connection.execute(sql, start))
    if count == 0 and start != BEGINNING:
        connection.execute(f"DELETE FROM {tables.runs} WHERE sort = ? AND id = ?", start)
    if count <= 2 * RUN_ROWS:
        return
    places = _places(connection, tables, start, end)
    pieces: list[tuple[Place, int]] = []
    first, begin = 0, start
    for n in range(1, len(places)):
        if n - first >= RUN_ROWS and places[n] != places[n - 1]:
            pieces.append((begin, n - first))
            first, begin = n, places[n]
    pieces.append((begin, len(places) - first))
    connection.executemany(
        f"INSERT OR REPLACE INTO {tables.runs} (sort, id, rows) VALUES (?, ?, ?)",
        [(*place, rows) for place, rows in pieces],
    )


def _places(
    connection: apsw.Connection, tables: ViewTables, start: Place, end: Place | None
) -> list[Place]:
    below, bound = ("", ()) if end is None else (" AND (sort, id) < (?, ?)", end)
    sql = f"SELECT sort, id FROM {tables.rows} WHERE (sort, id) >= (?, ?){below} ORDER BY 1, 2"
    return [(bytes(sort), name) for sort, name in connection.execute(sql, (*start, *bound))]


def keep_reductions(
    connection: apsw.Connection, tables: ViewTables, reductions: Mapping[bytes, bytes]
) -> None:
    """Remember what runs reduced to, by the names of their places."""
    connection.executemany(
        f"UPDATE {tables.runs} SET reduction = ? WHERE sort = ? AND id = ?",
        [(reduction, *place_of(name)) for name, reduction in reductions.items()],
    )


def name_of(place: Place) -> bytes:
    """Return the name under which a run is known outside."""
    return msgspec.msgpack.encode(place)


def place_of(name: bytes) -> Place:
    """Return where the run of a name begins."""
    place: Place = msgspec.msgpack.decode(name, type=Place)
    return place
