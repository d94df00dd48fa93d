"""Where locks rest: the port, and the store in memory."""

from typing import Protocol

from webdav.model.lock import Lock
from webdav.model.path import Path, is_within


class LockStore(Protocol):
    """Locks by token. It knows no time: expired locks are given out until they are deleted."""

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

    async def covering(self, path: Path) -> list[Lock]:
        """Return locks that cover a path."""
        return [lock for lock in self._locks.values() if lock.covers(path)]

    async def below(self, path: Path) -> list[Lock]:
        """Return locks whose roots lie under a path."""
        return [
            lock
            for lock in self._locks.values()
            if lock.root != path and is_within(lock.root, path)
        ]

    async def save(self, lock: Lock) -> None:
        """Keep a lock."""
        self._locks[lock.token] = lock

    async def delete(self, token: str) -> None:
        """Forget a lock."""
        self._locks.pop(token, None)


_: type[LockStore] = MemoryLockStore
