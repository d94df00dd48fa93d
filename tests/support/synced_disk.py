"""A file system that counts how often SQLite waits for the disk."""

from contextlib import contextmanager

import apsw

NAME = "synced"


class Syncs:
    """How often files were synced."""

    def __init__(self):
        self.count = 0

    def since(self):
        """Return how many there were since this was asked before."""
        count, self.count = self.count, 0
        return count


class _File(apsw.VFSFile):
    def __init__(self, syncs, name, flags):
        super().__init__("", name, flags)
        self._syncs = syncs

    def xSync(self, flags):  # noqa: N802  # SQLite's name
        self._syncs.count += 1
        super().xSync(flags)


class _System(apsw.VFS):
    def __init__(self, syncs):
        super().__init__(NAME, "")
        self._syncs = syncs

    def xOpen(self, name, flags):  # noqa: N802
        return _File(self._syncs, name, flags)


@contextmanager
def synced_disk():
    """Give the count of a database that is opened with the file system NAME meanwhile."""
    syncs = Syncs()
    system = _System(syncs)
    try:
        yield syncs
    finally:
        system.unregister()
