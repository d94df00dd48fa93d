"""The tables of one index: its line in the registry, three, and two more for each of its views."""

from collections.abc import Iterator
from dataclasses import dataclass

import apsw
import msgspec

from replication.index.definition import IndexDefinition
from replication.store.sqlite.catalogue import Entry
from replication.store.sqlite.migrations import places_creation

_COLUMNS = "number, signature, views, counts, through, settled"
_decode_counts = msgspec.json.Decoder(list[int]).decode


@dataclass(frozen=True, slots=True)
class ViewTables:
    """Names of the tables of one view."""

    rows: str
    runs: str

    def creation(self) -> str:
        """Return the statements that make them."""
        return f"""
CREATE TABLE {self.rows} (
  sort BLOB NOT NULL,
  id TEXT NOT NULL,
  number INTEGER NOT NULL,
  sequence INTEGER NOT NULL,
  key BLOB NOT NULL,
  value BLOB NOT NULL,
  PRIMARY KEY (sort, id, number)
) WITHOUT ROWID;
CREATE TABLE {self.runs} (
  level INTEGER NOT NULL,
  sort BLOB NOT NULL,
  id TEXT NOT NULL,
  rows INTEGER NOT NULL,
  reduction BLOB,
  PRIMARY KEY (level, sort, id)
) WITHOUT ROWID;
"""


@dataclass(frozen=True, slots=True)
class PlaceTables:
    """Names of the tables by which the rows of a document are found (`index_places`)."""

    document: str
    young: str
    old: str

    def creation(self) -> str:
        """Return the statements that make them."""
        return f"""
CREATE TABLE {self.document} (sequence INTEGER PRIMARY KEY, id TEXT NOT NULL, sorts BLOB NOT NULL);
{places_creation(self.young)};
{places_creation(self.old)};
"""


@dataclass(slots=True)
class IndexEntry:
    """An index as the registry has it."""

    number: int
    signature: str
    counts: list[int]
    through: int
    settled: bool

    @property
    def places(self) -> PlaceTables:
        """Name the tables by which rows are found."""
        kinds = ("emitted", "emitted_young", "emitted_old")
        return PlaceTables(*(f"{kind}_{self.number}" for kind in kinds))

    def tables(self, view: int) -> ViewTables:
        """Name the tables of a view."""
        return ViewTables(f"index_{self.number}_{view}", f"runs_{self.number}_{view}")

    def all_tables(self) -> list[ViewTables]:
        """Name the tables of all its views."""
        return [self.tables(view) for view in range(len(self.counts))]


def find(connection: apsw.Connection, entry: Entry, signature: str) -> IndexEntry | None:
    """Look an index of a database up."""
    sql = f"SELECT {_COLUMNS} FROM view_index WHERE catalogue_number = ? AND signature = ?"
    return next(_entries(connection.execute(sql, (entry.number, signature))), None)


def every(connection: apsw.Connection, entry: Entry) -> list[IndexEntry]:
    """List the indexes of a database."""
    sql = f"SELECT {_COLUMNS} FROM view_index WHERE catalogue_number = ? ORDER BY number"
    return list(_entries(connection.execute(sql, (entry.number,))))


def _entries(cursor: apsw.Cursor) -> Iterator[IndexEntry]:
    for number, signature, _, counts, through, settled in cursor:
        yield IndexEntry(number, signature, _decode_counts(counts), through, bool(settled))


def create(connection: apsw.Connection, entry: Entry, definition: IndexDefinition) -> IndexEntry:
    """Enter an index and make its tables."""
    counts = [0] * definition.views
    connection.execute(
        "INSERT INTO view_index (catalogue_number, signature, views, counts) VALUES (?, ?, ?, ?)",
        (entry.number, definition.signature, definition.views, _text(counts)),
    )
    number = connection.last_insert_rowid()
    made = IndexEntry(number, definition.signature, counts, 0, settled=False)
    connection.execute(made.places.creation())
    for tables in made.all_tables():
        connection.execute(tables.creation())
    return made


def store(connection: apsw.Connection, index: IndexEntry) -> None:
    """Write an index's line back."""
    connection.execute(
        "UPDATE view_index SET counts = ?, through = ?, settled = ? WHERE number = ?",
        (_text(index.counts), index.through, index.settled, index.number),
    )


def remove(connection: apsw.Connection, index: IndexEntry) -> None:
    """Drop an index and its tables."""
    for tables in index.all_tables():
        connection.execute(f"DROP TABLE {tables.rows}; DROP TABLE {tables.runs};")
    for table in (index.places.document, index.places.young, index.places.old):
        connection.execute(f"DROP TABLE {table}")
    connection.execute("DELETE FROM view_index WHERE number = ?", (index.number,))


def _text(counts: list[int]) -> str:
    return msgspec.json.encode(counts).decode()
