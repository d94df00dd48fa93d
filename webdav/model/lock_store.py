"""Where locks rest: the port, and the store in memory. Paths are in NFC on both sides."""

from typing import Protocol

from webdav.model.lock import Lock
from webdav.model.path import Path, is_within


class LockStore(Protocol):
    """Locks by token. It knows no time: expired locks are given out until they are deleted.

    What `save` and `delete` did stays done, whatever happens, once they return. Both raise
    OutOfSpace where there is no room; then nothing has changed.
    """

    async def covering(self, path: Path) -> list[Lock]:
        """Return locks that cover a path: its own, and deep ones above."""

    async def below(self, path: Path) -> list[Lock]:
        """Return locks whose roots lie under a path, not at it."""

    async def save(self, lock: Lock) -> None:
        """Keep a lock, in place of one that had its token."""

    async def delete(self, token: str) -> None:
        """Forget a lock; harmless if there is none."""


class MemoryLockStore:
    """Locks that end with the process."""

    def __init__(self) -> None:
        self._locks: dict[str, Lock] = {}
        self._by_root: dict[Path, dict[str, Lock]] = {}

    async def covering(self, path: Path) -> list[Lock]:
        """Return locks that cover a path."""
        if not self._locks:
            return []
        above = (self._by_root.get(path[:length], {}) for length in range(len(path) + 1))
        return [lock for locks in above for lock in locks.values() if lock.covers(path)]

    async def below(self, path: Path) -> list[Lock]:
        """Return locks whose roots lie under a path."""
        return [
            lock
            for lock in self._locks.values()
            if lock.root != path and is_within(lock.root, path)
        ]

    async def save(self, lock: Lock) -> None:
        """Keep a lock."""
        self.keep(lock)

    async def delete(self, token: str) -> None:
        """Forget a lock."""
        self.drop(token)

    def keep(self, lock: Lock) -> None:
        """Keep a lock, at once."""
        self.drop(lock.token)
        self._locks[lock.token] = lock
        self._by_root.setdefault(lock.root, {})[lock.token] = lock

    def drop(self, token: str) -> None:
        """Forget a lock, at once."""
        lock = self._locks.pop(token, None)
        if lock is None:
            return
        at_root = self._by_root[lock.root]
        del at_root[token]
        if not at_root:
            del self._by_root[lock.root]

    def __contains__(self, token: str) -> bool:
        return token in self._locks

    def __len__(self) -> int:
        return len(self._locks)


_: type[LockStore] = MemoryLockStore
