"""The catalogue of databases in one file: their names, epochs, counters and field indexes."""

from collections.abc import Callable
from dataclasses import dataclass

import apsw
import msgspec

from replication.core.errors import DatabaseExists, DatabaseMissing
from replication.core.sequence import UpdateSequence
from replication.store.protocol import FieldIndex
from replication.store.sqlite.schema import Tables


@dataclass(slots=True)
class Counters:
    """What a write moves: read at its start, stored at its end."""

    sequence: int
    live: int
    deleted: int
    bytes: int
    next_body: int
    purges: int
    revs_limit: int

    def take_sequence(self) -> int:
        """Return the next sequence."""
        self.sequence += 1
        return self.sequence

    def take_body(self) -> int:
        """Return the next key of the body table."""
        self.next_body += 1
        return self.next_body - 1


@dataclass(frozen=True, slots=True)
class Entry:
    """One database of the catalogue."""

    number: int
    name: str
    epoch: str

    @property
    def tables(self) -> Tables:
        """Names of its tables."""
        return Tables.of(self.number)


class _Composed(msgspec.Struct):
    composed: list[str]


def names(connection: apsw.Connection) -> list[str]:
    """List the names of all databases, sorted."""
    return [name for (name,) in connection.execute("SELECT name FROM catalogue ORDER BY name")]


def entry(connection: apsw.Connection, name: str) -> Entry:
    """Look a database up. Raises DatabaseMissing."""
    sql = "SELECT number, name, epoch FROM catalogue WHERE name = ?"
    for found in connection.execute(sql, (name,)):
        return Entry(*found)
    raise DatabaseMissing(name)


def create(connection: apsw.Connection, name: str, new_epoch: Callable[[], str]) -> Entry:
    """Make a database and its tables. Raises DatabaseExists."""
    if connection.execute("SELECT 1 FROM catalogue WHERE name = ?", (name,)).fetchall():
        raise DatabaseExists(name)
    connection.execute("INSERT INTO catalogue (name, epoch) VALUES (?, ?)", (name, new_epoch()))
    made = entry(connection, name)
    connection.execute(made.tables.creation())
    return made


def remove(connection: apsw.Connection, name: str) -> None:
    """Drop a database, its tables and its field indexes. Raises DatabaseMissing."""
    found = entry(connection, name)
    for number, _ in field_indexes(connection, found.number):
        connection.execute(f"DROP TABLE field_{number}")
    connection.execute(found.tables.removal())
    connection.execute("DELETE FROM field_index WHERE catalogue_number = ?", (found.number,))
    for table in ("purge_info", "mark", "note"):
        connection.execute(f"DELETE FROM {table} WHERE catalogue_number = ?", (found.number,))
    connection.execute("DELETE FROM catalogue WHERE number = ?", (found.number,))


def counters(connection: apsw.Connection, number: int) -> Counters:
    """Read the counters of a database. Raises DatabaseMissing when it was dropped meanwhile."""
    sql = (
        "SELECT sequence, live, deleted, bytes, next_body, purges, revs_limit "
        "FROM catalogue WHERE number = ?"
    )
    for found in connection.execute(sql, (number,)):
        return Counters(*found)
    raise DatabaseMissing(str(number))


def store_counters(connection: apsw.Connection, number: int, moved: Counters) -> None:
    """Write the counters of a database back."""
    connection.execute(
        "UPDATE catalogue SET sequence = ?, live = ?, deleted = ?, bytes = ?, next_body = ?, "
        "purges = ? WHERE number = ?",
        (
            moved.sequence,
            moved.live,
            moved.deleted,
            moved.bytes,
            moved.next_body,
            moved.purges,
            number,
        ),
    )


def sequence(connection: apsw.Connection, found: Entry) -> UpdateSequence:
    """Return where a database stands. Raises DatabaseMissing."""
    for (number,) in connection.execute(
        "SELECT sequence FROM catalogue WHERE number = ?", (found.number,)
    ):
        return UpdateSequence(number, found.epoch)
    raise DatabaseMissing(found.name)


def field_indexes(connection: apsw.Connection, number: int) -> list[tuple[int, FieldIndex]]:
    """List the field indexes of a database, each with the number of its table."""
    sql = "SELECT number, name, fields FROM field_index WHERE catalogue_number = ? ORDER BY number"
    found = connection.execute(sql, (number,))
    return [(index, _index(name, fields)) for index, name, fields in found]


def _index(name: str, written: str) -> FieldIndex:
    read = msgspec.json.decode(written, type=list[str] | _Composed)
    if isinstance(read, _Composed):
        return FieldIndex(name, tuple(read.composed), composed=True)
    return FieldIndex(name, tuple(read))


def _written(index: FieldIndex) -> str:
    fields = list(index.fields)
    return msgspec.json.encode(_Composed(fields) if index.composed else fields).decode()


def declare_field_index(connection: apsw.Connection, number: int, index: FieldIndex) -> int | None:
    """Enter a field index; return the number for its table, or None if it is there already.

    One of the same name over other fields is dropped first: the definition has changed.
    """
    for existing, known in field_indexes(connection, number):
        if known == index:
            return None
        if known.name == index.name:
            connection.execute(f"DROP TABLE field_{existing}")
            connection.execute("DELETE FROM field_index WHERE number = ?", (existing,))
    connection.execute(
        "INSERT INTO field_index (catalogue_number, name, fields) VALUES (?, ?, ?)",
        (number, index.name, _written(index)),
    )
    return connection.last_insert_rowid()


def ensure(connection: apsw.Connection, name: str, new_epoch: Callable[[], str]) -> Entry:
    """Return a database's entry, made with its tables if there is none."""
    try:
        return entry(connection, name)
    except DatabaseMissing:
        return create(connection, name, new_epoch)


def security(connection: apsw.Connection, number: int) -> bytes:
    """Read the security object of a database. Raises DatabaseMissing."""
    for (body,) in connection.execute("SELECT security FROM catalogue WHERE number = ?", (number,)):
        return bytes(body)
    raise DatabaseMissing(str(number))


def set_security(connection: apsw.Connection, number: int, body: bytes) -> None:
    """Keep the security object of a database."""
    connection.execute("UPDATE catalogue SET security = ? WHERE number = ?", (body, number))


def set_revs_limit(connection: apsw.Connection, number: int, limit: int) -> None:
    """Keep how many revisions of a branch a database remembers."""
    connection.execute("UPDATE catalogue SET revs_limit = ? WHERE number = ?", (limit, number))
