"""The steps that take a file from each format to the next.

A step runs in one transaction with the number it ends at, so a file is never between two formats.
A new file takes the same steps as an old one, and so they have the same tables. A step that was
released is never changed: another is put behind it.
"""

import logging
from collections.abc import Callable, Sequence

import apsw

Step = Callable[[apsw.Connection], None]

_log = logging.getLogger(__name__)

_CATALOGUE = """
CREATE TABLE catalogue (
  number INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  epoch TEXT NOT NULL,
  sequence INTEGER NOT NULL DEFAULT 0,
  live INTEGER NOT NULL DEFAULT 0,
  deleted INTEGER NOT NULL DEFAULT 0,
  bytes INTEGER NOT NULL DEFAULT 0,
  next_body INTEGER NOT NULL DEFAULT 1,
  ids_through INTEGER NOT NULL DEFAULT 0,
  purges INTEGER NOT NULL DEFAULT 0,
  revs_limit INTEGER NOT NULL DEFAULT 1000,
  security BLOB NOT NULL DEFAULT x'7b7d'
);
CREATE TABLE life (place TEXT NOT NULL);
CREATE TABLE field_index (
  number INTEGER PRIMARY KEY,
  catalogue_number INTEGER NOT NULL,
  name TEXT NOT NULL,
  fields TEXT NOT NULL,
  UNIQUE (catalogue_number, name)
);
"""

_VIEW_INDEX = """
CREATE TABLE view_index (
  number INTEGER PRIMARY KEY,
  catalogue_number INTEGER NOT NULL,
  signature TEXT NOT NULL,
  views INTEGER NOT NULL,
  counts TEXT NOT NULL,
  through INTEGER NOT NULL DEFAULT 0,
  settled INTEGER NOT NULL DEFAULT 0,
  UNIQUE (catalogue_number, signature)
);
"""

_TEXT_INDEX = """
CREATE TABLE text_index (
  number INTEGER PRIMARY KEY,
  catalogue_number INTEGER NOT NULL UNIQUE,
  signature TEXT NOT NULL,
  through INTEGER NOT NULL DEFAULT 0
);
"""


def _to_1(connection: apsw.Connection) -> None:
    connection.execute(_CATALOGUE)


def _to_2(connection: apsw.Connection) -> None:
    connection.execute(_VIEW_INDEX)
    connection.execute(_TEXT_INDEX)


def places_creation(table: str) -> str:
    """Return the statement that makes a table of places: where a document of some hash lies."""
    return (
        f"CREATE TABLE {table} (hash INTEGER NOT NULL, sequence INTEGER NOT NULL, "
        "PRIMARY KEY (hash, sequence)) WITHOUT ROWID"
    )


def _to_3(connection: apsw.Connection) -> None:
    for (number,) in connection.execute("SELECT number FROM catalogue").fetchall():
        connection.execute(places_creation(f"young_{number}"))
        connection.execute(places_creation(f"old_{number}"))
        connection.execute(
            f"INSERT INTO old_{number} SELECT hash, sequence FROM document_{number} "
            "ORDER BY hash, sequence"  # as the index has them: nothing is sorted
        )
        connection.execute(f"DROP INDEX document_{number}_hash")


_PURGE_INFO = """
ALTER TABLE catalogue ADD COLUMN purged_infos_limit INTEGER NOT NULL DEFAULT 1000;
CREATE TABLE purge_info (
  catalogue_number INTEGER NOT NULL,
  number INTEGER NOT NULL,
  id TEXT NOT NULL,
  revisions TEXT NOT NULL,
  PRIMARY KEY (catalogue_number, number)
) WITHOUT ROWID;
"""


def _to_4(connection: apsw.Connection) -> None:
    connection.execute(_PURGE_INFO)


def _to_5(connection: apsw.Connection) -> None:
    connection.execute(
        "CREATE TABLE mark (catalogue_number INTEGER NOT NULL, name TEXT NOT NULL, "
        "sequence INTEGER NOT NULL, PRIMARY KEY (catalogue_number, name)) WITHOUT ROWID"
    )


def _to_6(connection: apsw.Connection) -> None:
    connection.execute(
        "CREATE TABLE note (catalogue_number INTEGER NOT NULL, sequence INTEGER NOT NULL, "
        "note TEXT NOT NULL, PRIMARY KEY (catalogue_number, sequence)) WITHOUT ROWID"
    )


_NUMBERS_USED_ONCE = """
ALTER TABLE catalogue RENAME TO former_catalogue;
CREATE TABLE catalogue (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT NOT NULL UNIQUE,
  epoch TEXT NOT NULL,
  sequence INTEGER NOT NULL DEFAULT 0,
  live INTEGER NOT NULL DEFAULT 0,
  deleted INTEGER NOT NULL DEFAULT 0,
  bytes INTEGER NOT NULL DEFAULT 0,
  next_body INTEGER NOT NULL DEFAULT 1,
  ids_through INTEGER NOT NULL DEFAULT 0,
  purges INTEGER NOT NULL DEFAULT 0,
  revs_limit INTEGER NOT NULL DEFAULT 1000,
  security BLOB NOT NULL DEFAULT x'7b7d',
  purged_infos_limit INTEGER NOT NULL DEFAULT 1000
);
INSERT INTO catalogue SELECT * FROM former_catalogue;
DROP TABLE former_catalogue;
"""


def _to_7(connection: apsw.Connection) -> None:
    # A number that was used again would let whoever still holds a deleted database read and
    # write the tables of another.
    connection.execute(_NUMBERS_USED_ONCE)


def _to_8(connection: apsw.Connection) -> None:
    # Rows of views are found another way, and their runs have levels: indexes are made anew when
    # somebody asks, from the documents.
    for number, views in connection.execute("SELECT number, views FROM view_index").fetchall():
        for view in range(int(str(views))):
            connection.execute(f"DROP TABLE index_{number}_{view}")
            connection.execute(f"DROP TABLE runs_{number}_{view}")
    connection.execute("DELETE FROM view_index")


STEPS: Sequence[Step] = (_to_1, _to_2, _to_3, _to_4, _to_5, _to_6, _to_7, _to_8)
"""The n-th step (from 0) leads from format n to n + 1; format 0 is an empty file."""


def migrate(connection: apsw.Connection, steps: Sequence[Step] = STEPS) -> None:
    """Bring a file to the format that the steps lead to; a step that fails leaves it where it was.

    Another process may do the same at the same time. Raises ValueError, with a sentence for the
    operator, for a file from the future.
    """
    first = _format(connection)
    while (version := _format(connection)) != len(steps):
        if version > len(steps):
            raise ValueError(
                f"this file has format {version}, and this Foyer knows format {len(steps)}: "
                "start the version that wrote it, or a newer one"
            )
        if first:
            _log.info("bringing the documents from format %d to %d", version, version + 1)
        _take(connection, version, steps[version])
    if first not in {0, len(steps)}:
        _log.info("the documents now have format %d", len(steps))


def _take(connection: apsw.Connection, version: int, step: Step) -> None:
    connection.execute("BEGIN IMMEDIATE")  # the lock first, and then a look: another may be ahead
    try:
        if _format(connection) == version:
            step(connection)
            connection.pragma("user_version", version + 1)
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


def _format(connection: apsw.Connection) -> int:
    return int(connection.pragma("user_version"))
