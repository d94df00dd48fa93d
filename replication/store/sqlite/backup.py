"""A copy of an instance's file as it stands at one moment, while others go on writing it."""

import os
from collections.abc import Callable
from pathlib import Path

import apsw

from replication.store.sqlite.connection import open_reader

_PAGES = 512  # a step: 4 MiB, after which progress is told

Progress = Callable[[int, int], None]
"""Is told pages done and pages in all."""


def copy_database(source: Path, target: Path, progress: Progress = lambda *_: None) -> None:
    """Copy a file, durably. Raises apsw.Error, OSError.

    All that was committed before the call is in the copy, and nothing that is committed after: the
    read transaction that is open meanwhile holds the copy to one moment, and no writer waits for
    it (SQLite's backup API, https://sqlite.org/backup.html). The log only grows until it ends.
    """
    target.touch(mode=0o600)
    reader = open_reader(source)
    writer = apsw.Connection(str(target))
    try:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM sqlite_schema").fetchall()  # the moment is now
        with writer.backup("main", reader, "main") as backup:
            while not backup.done:
                backup.step(_PAGES)
                progress(backup.page_count - backup.remaining, backup.page_count)
    finally:
        writer.close()
        reader.close()
    with target.open("rb+") as file:
        os.fsync(file.fileno())
