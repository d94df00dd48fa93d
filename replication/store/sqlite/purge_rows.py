"""What was asked to be purged, kept for those who index or copy a database, up to a limit."""

from collections.abc import Mapping, Sequence

import apsw
import msgspec

from replication.core.revision import Revision
from replication.store.protocol import PurgeInfo
from replication.store.sqlite.rows import count_of


def note(
    connection: apsw.Connection, database: int, asked: Mapping[str, Sequence[Revision]]
) -> None:
    """Keep what a purge asked for, and forget the oldest beyond the limit."""
    first = count_of(
        connection.execute(
            "SELECT coalesce(max(number), 0) + 1 FROM purge_info WHERE catalogue_number = ?",
            (database,),
        )
    )
    rows = [
        (database, number, name, msgspec.json.encode([str(one) for one in revisions]).decode())
        for number, (name, revisions) in enumerate(asked.items(), first)
    ]
    connection.executemany("INSERT INTO purge_info VALUES (?, ?, ?, ?)", rows)
    connection.execute(
        "DELETE FROM purge_info WHERE catalogue_number = ? AND number <= ?",
        (database, first + len(rows) - 1 - limit(connection, database)),
    )


def listing(connection: apsw.Connection, database: int) -> list[PurgeInfo]:
    """Return what is kept, the oldest first."""
    sql = "SELECT id, revisions FROM purge_info WHERE catalogue_number = ? ORDER BY number"
    found = connection.execute(sql, (database,))
    return [
        PurgeInfo(name, tuple(map(Revision.parse, msgspec.json.decode(listed, type=list[str]))))
        for name, listed in found
    ]


def limit(connection: apsw.Connection, database: int) -> int:
    """Return how many are kept."""
    sql = "SELECT purged_infos_limit FROM catalogue WHERE number = ?"
    return count_of(connection.execute(sql, (database,)))


def set_limit(connection: apsw.Connection, database: int, most: int) -> None:
    """Keep so many from the next purge on."""
    sql = "UPDATE catalogue SET purged_infos_limit = ? WHERE number = ?"
    connection.execute(sql, (most, database))
