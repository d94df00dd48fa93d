"""What was done lately, for people to read: nothing is decided by it."""

from dataclasses import dataclass

import apsw

from clients.desktop.trees.schema import named, stored

KEPT = 1000


@dataclass(frozen=True, slots=True)
class Event:
    """Something that was done. `at` in seconds since 1970; `other`: where it was before."""

    at: int
    what: str
    path: str
    other: str = ""


class Journal:
    """The last events; those of conflicts are kept until somebody has seen to them."""

    def __init__(self, connection: apsw.Connection) -> None:
        self._connection = connection

    def add(self, event: Event) -> None:
        """Note an event; the oldest that is no conflict makes way."""
        values = (event.at, event.what, stored(event.path), stored(event.other))
        sql = "INSERT INTO journal (at, what, path, other) VALUES (?,?,?,?)"
        self._connection.execute(sql, values)
        last = self._connection.last_insert_rowid()
        trim = "DELETE FROM journal WHERE number <= ? AND what != 'conflict'"
        self._connection.execute(trim, (last - KEPT,))

    def recent(self, limit: int = 50) -> list[Event]:
        """Return the last events, the latest first."""
        sql = "SELECT at, what, path, other FROM journal ORDER BY number DESC LIMIT ?"
        return [_event(row) for row in self._connection.execute(sql, (limit,))]

    def of_kind(self, what: str) -> list[Event]:
        """Return the events of one kind that are kept, the latest first."""
        sql = "SELECT at, what, path, other FROM journal WHERE what = ? ORDER BY number DESC"
        return [_event(row) for row in self._connection.execute(sql, (what,))]


def _event(row: tuple) -> Event:  # type: ignore[type-arg]  # as SQLite gives it
    at, what, path, other = row
    return Event(at, what, named(path), named(other))
