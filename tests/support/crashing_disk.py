"""A file system that keeps what a process that is killed at any write call would leave behind."""

import shutil
from contextlib import contextmanager
from pathlib import Path

import apsw

NAME = "crashing"


class Crashes:
    """Copies of a database's file and its log, one for each write call that is watched."""

    def __init__(self, path, into):
        self.path = Path(path)
        self.into = Path(into)
        self.watching = False
        self.every = 1
        self.calls = 0
        self.copies = []

    def comes(self):
        """Keep what is on the disk, before something more gets there."""
        if not self.watching:
            return
        self.calls += 1
        if self.calls % self.every:
            return
        copy = self.into / f"crash-{self.calls}.db"
        for suffix in ("", "-wal"):
            source = Path(f"{self.path}{suffix}")
            if source.exists():
                shutil.copyfile(source, f"{copy}{suffix}")
        life = Path(f"{self.path}-life")
        if life.exists():
            shutil.copyfile(life, f"{copy}-life")
        self.copies.append(copy)


class _File(apsw.VFSFile):
    def __init__(self, crashes, name, flags):
        super().__init__("", name, flags)
        self._crashes = crashes

    def xWrite(self, data, offset):  # noqa: N802  # SQLite's name
        self._crashes.comes()
        super().xWrite(data, offset)

    def xTruncate(self, size):  # noqa: N802
        self._crashes.comes()
        super().xTruncate(size)


class _System(apsw.VFS):
    def __init__(self, crashes):
        super().__init__(NAME, "")
        self._crashes = crashes

    def xOpen(self, name, flags):  # noqa: N802
        return _File(self._crashes, name, flags)


@contextmanager
def crashing_disk(path, into):
    """Give the crashes of a database that is opened with the file system NAME meanwhile."""
    crashes = Crashes(path, into)
    system = _System(crashes)
    try:
        yield crashes
    finally:
        system.unregister()
