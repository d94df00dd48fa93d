"""A disk that has room for so many more writes, of SQLite and of whoever else makes files."""

import errno
import os
from contextlib import contextmanager

import apsw

FILE_SYSTEM = "filling"


class Disk:
    """Room for so many more writes; None is room without end."""

    left = None
    written = 0

    @classmethod
    def take(cls):
        """Count a write; return whether there was room."""
        cls.written += 1
        if cls.left is not None:
            if cls.left == 0:
                return False
            cls.left -= 1
        return True


class FillingFile(apsw.VFSFile):
    def __init__(self, name, flags):
        super().__init__("", name, flags)

    def xWrite(self, data, offset):  # noqa: N802  # SQLite's name
        if not Disk.take():
            raise apsw.FullError
        super().xWrite(data, offset)


class FillingSystem(apsw.VFS):
    def __init__(self):
        super().__init__(FILE_SYSTEM, "")

    def xOpen(self, name, flags):  # noqa: N802
        return FillingFile(name, flags)


@contextmanager
def filling_file_system():
    """Register the file system for SQLite."""
    system = FillingSystem()
    Disk.left, Disk.written = None, 0
    try:
        yield
    finally:
        Disk.left = None
        system.unregister()


def fill_files(monkeypatch):
    """Let the calls that take room for other files know how much there is."""
    for name in ("write", "mkdir", "link", "rename", "replace"):
        monkeypatch.setattr(os, name, _taking(getattr(os, name)))
    really_open = os.open

    def open_(path, flags, *rest, **named):
        if flags & os.O_CREAT:
            _take()
        return really_open(path, flags, *rest, **named)

    monkeypatch.setattr(os, "open", open_)


def _taking(call):
    def taken(*given, **named):
        _take()
        return call(*given, **named)

    return taken


def _take():
    if not Disk.take():
        raise OSError(errno.ENOSPC, "No space left on device")
