"""The file that the trees are kept in.

Facts alone: what was seen, never what is to be done. So nothing has to be mended after a crash,
and a file that a power cut took back to an earlier state is one that saw less.
"""

from pathlib import Path

import apsw

VERSION = 1
APPLICATION_ID = 0x466F7944  # "FoyD", shown by file(1)
LOCK_WAIT_MS = 10_000

# Names are bytes: those of a file system need not be text. `fold` is the name as the disk compares.
CREATION = """
CREATE TABLE remote (
  id TEXT PRIMARY KEY, gone INTEGER NOT NULL, revision TEXT, parent TEXT, name BLOB, kind TEXT,
  sha256 TEXT, size INTEGER, executable INTEGER, modified INTEGER
) WITHOUT ROWID;
CREATE INDEX remote_place ON remote (parent, name) WHERE gone = 0;
CREATE TABLE local (
  key INTEGER PRIMARY KEY AUTOINCREMENT, parent INTEGER NOT NULL, fold BLOB NOT NULL,
  name BLOB NOT NULL, kind TEXT NOT NULL, device INTEGER NOT NULL, inode INTEGER NOT NULL,
  birth INTEGER NOT NULL, size INTEGER NOT NULL, modified INTEGER NOT NULL,
  changed INTEGER NOT NULL, executable INTEGER NOT NULL,
  sha256 TEXT, content_size INTEGER,
  offered_parent TEXT, offered_name BLOB, offered TEXT, offered_size INTEGER
);
CREATE INDEX local_place ON local (parent, fold);
CREATE INDEX local_offer ON local (offered_parent, offered_name) WHERE offered_parent IS NOT NULL;
CREATE INDEX local_content ON local (sha256) WHERE sha256 IS NOT NULL;
CREATE INDEX local_identity ON local (inode, device, birth);
CREATE TABLE synced (
  id TEXT PRIMARY KEY, key INTEGER NOT NULL UNIQUE, parent TEXT NOT NULL, name BLOB NOT NULL,
  local_parent INTEGER NOT NULL, local_name BLOB NOT NULL, kind TEXT NOT NULL,
  sha256 TEXT, size INTEGER, executable INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE fact (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE journal (
  number INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER NOT NULL, what TEXT NOT NULL,
  path BLOB NOT NULL, other BLOB NOT NULL
);
"""

# Kept apart: an index is no other version.
_FOREIGN = """
CREATE INDEX IF NOT EXISTS local_foreign ON local (kind) WHERE kind IN ('link', 'other')
"""


class OfAnotherVersion(Exception):
    """The file is not one that this program can read; what it says is found out anew."""


def open_trees(path: Path | None) -> apsw.Connection:
    """Open the file, or make it; None: in memory. Raises OfAnotherVersion.

    synchronous=NORMAL: a power cut may take the last commits back, never half of one, and what is
    forgotten so is seen again.
    """
    connection = apsw.Connection(":memory:" if path is None else str(path))
    connection.set_busy_timeout(LOCK_WAIT_MS)
    connection.pragma("journal_mode", "wal")
    connection.pragma("synchronous", 1)
    connection.pragma("cache_size", -4096)
    prepare(connection)
    return connection


def prepare(connection: apsw.Connection) -> None:
    """Make the tables where there are none."""
    version = connection.pragma("user_version")
    if version not in (0, VERSION):
        raise OfAnotherVersion(str(version))
    with connection:
        if version == 0:
            connection.execute(CREATION)
            connection.pragma("application_id", APPLICATION_ID)
            connection.pragma("user_version", VERSION)
        connection.execute(_FOREIGN)


def stored(name: str) -> bytes:
    """Return a name as it is kept; half a surrogate pair has a form too."""
    return name.encode("utf-8", "surrogatepass")


def named(raw: bytes) -> str:
    """Return the name that was kept."""
    return raw.decode("utf-8", "surrogatepass")
