"""Opens connections to an instance's file with the settings that the promises rest on."""

from pathlib import Path

import apsw

from replication.core.errors import DatabaseMissing
from replication.store.sqlite.schema import id_hash

PAGE_BYTES = 8192  # of a new file; larger ones cost more to copy where documents are far apart
PAGES_IN_LOG = 2000  # until the next checkpoint: 16 MiB
WRITER_CACHE_KIB = 4096
READER_CACHE_KIB = 2048  # the system caches the file; this is for the inner pages of its trees
FULL, NORMAL = 2, 1
"""Of `synchronous`, in WAL: each commit is on the disk before it returns, or with the next one."""
LOCK_WAIT_MS = 10_000  # another process (a backup) may hold the file for a moment
STATEMENTS = 400
CIPHER = "aegis"
"""Of those of SQLite3 Multiple Ciphers the fastest with processors of today, and one that knows
what was changed."""


UNFIT = "3.54.0."
"""Releases of apsw with which a reader stays behind what was written since: seen after some
thousand small transactions, gone in 3.54.1 and not there in 3.53.4."""


def open_writer(path: Path, vfs: str | None = None, key: bytes | None = None) -> apsw.Connection:
    """Open the one connection that writes; makes the file if there is none.

    WAL with synchronous=FULL: a commit is on the disk before it returns. `vfs` names another
    file system of SQLite's than the usual one; `key`, 32 bytes, is that of a sealed file. Raises
    RuntimeError for a release of apsw that is unfit.
    """
    if apsw.apsw_version().startswith(UNFIT):
        raise RuntimeError(f"apsw {apsw.apsw_version()} loses sight of what was written")
    path.touch(mode=0o600)  # its log and index take after it
    connection = apsw.Connection(str(path), vfs=vfs, statementcachesize=STATEMENTS)
    _unlock(connection, key)
    connection.set_busy_timeout(LOCK_WAIT_MS)
    connection.pragma("page_size", PAGE_BYTES)
    connection.pragma("auto_vacuum", 2)  # incremental: space given back without stopping anybody
    connection.pragma("journal_mode", "wal")
    connection.pragma("synchronous", FULL)
    connection.pragma("wal_autocheckpoint", PAGES_IN_LOG)
    return _prepared(connection, WRITER_CACHE_KIB)


def open_reader(path: Path, key: bytes | None = None) -> apsw.Connection:
    """Open a connection that can only read."""
    flags = apsw.SQLITE_OPEN_READONLY | apsw.SQLITE_OPEN_URI
    connection = apsw.Connection(str(path), flags=flags, statementcachesize=STATEMENTS)
    _unlock(connection, key)
    connection.set_busy_timeout(LOCK_WAIT_MS)
    return _prepared(connection, READER_CACHE_KIB)


def _unlock(connection: apsw.Connection, key: bytes | None) -> None:
    """Give a connection the key of a sealed file: pages, log and all, by AEGIS-256 with a tag each.

    Raises RuntimeError where SQLite was built without ciphers: it would write in the clear.
    """
    if key is None:
        return
    if connection.pragma("cipher", CIPHER) != CIPHER:
        connection.close()
        raise RuntimeError("this SQLite cannot seal files: apsw-sqlite3mc is not installed")
    connection.pragma("key", f"raw:{key.hex()}")


def meant(error: Exception) -> Exception:
    """Return what an error of a statement means: tables that are gone went with their database."""
    table = str(error).partition("no such table: ")[2]
    return DatabaseMissing(table) if isinstance(error, apsw.SQLError) and table else error


def _prepared(connection: apsw.Connection, cache_kib: int) -> apsw.Connection:
    connection.pragma("cache_size", -cache_kib)
    connection.pragma("temp_store", 2)
    connection.config(apsw.SQLITE_DBCONFIG_ENABLE_QPSG, 1)  # else bound values prepare joins anew
    connection.create_scalar_function("id_hash", _id_hash, 1, deterministic=True)
    return connection


def _id_hash(*arguments: object) -> int:
    return id_hash(str(arguments[0]))
