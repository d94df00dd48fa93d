"""The folder where bytes arrive before they have a name, emptied of what a crash left there."""

import logging
import os
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from itertools import count
from pathlib import Path

from replication.blobs.disk import begin_writing, full_disk_named, write_all
from replication.blobs.journal import SUFFIX
from replication.core.errors import StorageFull

if sys.platform != "win32":
    import fcntl

_log = logging.getLogger(__name__)

_AHEAD = 1 << 24
"""Bytes after which the disk may begin with them: at the end there is less to wait for."""

PRIVATE = 0o600
MADE = os.O_CREAT | os.O_EXCL | os.O_WRONLY | getattr(os, "O_BINARY", 0)


class IncomingFile:
    """A file being received; any thread may write or abandon it, one at a time.

    The lock is for a request that is cut off while a thread still writes: the descriptor is closed
    after that write and not under it, or its number could by then be another file's.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.Lock()
        self._descriptor: int | None = os.open(path, MADE, PRIVATE)
        self._written = self._begun = 0

    def write(self, data: bytes) -> None:
        """Append bytes; on an abandoned file, do nothing. Raises StorageFull."""
        with self._lock:
            if self._descriptor is not None:
                with full_disk_named():
                    write_all(self._descriptor, data)
                self._written += len(data)
                if self._written - self._begun >= _AHEAD:
                    begin_writing(self._descriptor, self._begun, self._written - self._begun)
                    self._begun = self._written

    def finish(self) -> None:
        """Make the bytes durable and close. Raises StorageFull; harmless when repeated."""
        with self._lock:
            if self._descriptor is not None:
                with full_disk_named():
                    os.fsync(self._descriptor)
                self._close()

    def abandon(self) -> None:
        """Close and remove; harmless once the file has been moved away, and when repeated."""
        with self._lock:
            self._close()
            self.path.unlink(missing_ok=True)

    def _close(self) -> None:
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None


class IncomingFolder:
    """Makes files to receive into, under names that no two share.

    A shared lock on the folder says that somebody receives here. Who comes first, and so gets it
    for himself, clears what an earlier life left; a second process on the same folder does not.
    `device` is the number of the disk; `make` makes an empty file. `begin` comes first.
    """

    def __init__(self, folder: Path, make: Callable[[Path], IncomingFile] = IncomingFile) -> None:
        self._folder = folder
        self._make = make
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.device = folder.stat().st_dev
        self._start = f"{folder}{os.sep}{os.getpid()}-{id(self):x}-"
        self._numbers = count()
        self._open: set[IncomingFile] = set()
        self._lock = os.open(f"{folder}.lock", os.O_CREAT | os.O_RDWR, PRIVATE)

    def begin(self, restore: Callable[[Path], None]) -> None:
        """Clear what an earlier life left, once `restore` has seen to the logs among it.

        Where it raises StorageFull the log stays for another start.
        """
        if _got_alone(self._lock):
            for left in list(self._folder.iterdir()):
                with suppress(PermissionError):  # Windows keeps a file that somebody has open
                    self._clear(left, restore)
        _share(self._lock)

    def _clear(self, left: Path, restore: Callable[[Path], None]) -> None:
        if left.suffix == SUFFIX:
            try:
                restore(left)
            except StorageFull:
                _log.exception("no room to restore contents from their log")
                return
        left.unlink()

    def new_path(self) -> str:
        """Return where a file may be made; who makes it there removes it."""
        return f"{self._start}{next(self._numbers)}"

    def file(self) -> IncomingFile:
        """Make an empty file."""
        with full_disk_named():
            made = self._make(Path(self.new_path()))
        self._open.add(made)
        return made

    def whole(self, content: bytes, *, synced: bool = True) -> str:
        """Make a file of bytes, durable if `synced`; return its path. Raises StorageFull.

        Who moves it away has it.
        """
        path = self.new_path()
        with full_disk_named():
            made = os.open(path, MADE, PRIVATE)
            try:
                write_all(made, content)
                if synced:
                    os.fsync(made)
            except BaseException:
                os.unlink(path)  # noqa: PTH108  # a text, as uploads are many
                raise
            finally:
                os.close(made)
        return path

    def forget(self, file: IncomingFile) -> None:
        """Remove a file if it is still here."""
        self._open.discard(file)
        file.abandon()

    def close(self) -> None:
        """Remove what was never moved away; idempotent."""
        for file in list(self._open):
            self.forget(file)
        if self._lock >= 0:
            os.close(self._lock)
            self._lock = -1


def _got_alone(descriptor: int) -> bool:
    if sys.platform == "win32":
        return True
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _share(descriptor: int) -> None:
    if sys.platform != "win32":
        fcntl.flock(descriptor, fcntl.LOCK_SH)
