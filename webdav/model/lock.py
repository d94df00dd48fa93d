"""A write lock (RFC 4918 6 and 7): what it covers, what it excludes, who may write through it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from webdav.model.path import Path, is_within


class Scope(Enum):
    """Whether a lock admits others of its kind beside it."""

    EXCLUSIVE = "exclusive"
    SHARED = "shared"


@dataclass(frozen=True, slots=True)
class Lock:
    """One lock: `root` is the path it was taken on, in NFC, `principal` who took it.

    `owner` is what the client wrote about itself, as XML. `seconds` is the time granted when it
    was taken or last refreshed, which ends at `expires`.
    """

    token: str
    root: Path
    is_deep: bool
    scope: Scope
    owner: str
    principal: str
    seconds: int
    expires: datetime

    def covers(self, path: Path) -> bool:
        """Tell whether a write to this path, in NFC, is a write under the lock."""
        return path == self.root or (self.is_deep and is_within(path, self.root))

    def excludes(self, scope: Scope) -> bool:
        """Tell whether a lock of this scope cannot stand beside it (RFC 4918 6.1)."""
        return self.scope is Scope.EXCLUSIVE or scope is Scope.EXCLUSIVE


def is_opened(locks: Iterable[Lock], tokens: frozenset[str], principal: str) -> bool:
    """Tell whether one who submits these tokens may write at a place that all these locks cover.

    One token is enough: an exclusive lock is alone there, and a share in the protection of shared
    locks is the same for all who hold one (RFC 4918 6.2). It counts only from the principal who
    took the lock (6.4).
    """
    present = list(locks)
    return not present or any(
        lock.token in tokens and lock.principal == principal for lock in present
    )
