"""Opens connections to an instance's file with the settings that the promises rest on."""

from pathlib import Path

import apsw

from replication.store.sqlite.schema import id_hash

PAGE_BYTES = 16384  # random index pages are written twice, by WAL and checkpoint: fewer, larger
CACHE_KIB = 8192
LOCK_WAIT_MS = 10_000  # another process (a backup) may hold the file for a moment
STATEMENTS = 400


def open_writer(path: Path, vfs: str | None = None) -> apsw.Connection:
    """Open the one connection that writes; makes the file if there is none.

    WAL with synchronous=FULL: a commit is on the disk before it returns. `vfs` names another
    file system of SQLite's than the usual one.
    """
    path.touch(mode=0o600)  # its log and index take after it
    connection = apsw.Connection(str(path), vfs=vfs, statementcachesize=STATEMENTS)
    connection.set_busy_timeout(LOCK_WAIT_MS)
    connection.pragma("page_size", PAGE_BYTES)
    connection.pragma("auto_vacuum", 2)  # incremental: space given back without stopping anybody
    connection.pragma("journal_mode", "wal")
    connection.pragma("synchronous", 2)
    return _prepared(connection)


def open_reader(path: Path) -> apsw.Connection:
    """Open a connection that can only read."""
    flags = apsw.SQLITE_OPEN_READONLY | apsw.SQLITE_OPEN_URI
    connection = apsw.Connection(str(path), flags=flags, statementcachesize=STATEMENTS)
    connection.set_busy_timeout(LOCK_WAIT_MS)
    return _prepared(connection)


def _prepared(connection: apsw.Connection) -> apsw.Connection:
    connection.pragma("cache_size", -CACHE_KIB)
    connection.pragma("temp_store", 2)
    connection.config(apsw.SQLITE_DBCONFIG_ENABLE_QPSG, 1)  # else bound values prepare joins anew
    connection.create_scalar_function("id_hash", _id_hash, 1, deterministic=True)
    return connection


def _id_hash(*arguments: object) -> int:
    return id_hash(str(arguments[0]))
