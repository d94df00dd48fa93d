"""Which process keeps which home: a rule that all of them know without asking."""

from dataclasses import dataclass
from hashlib import sha256
from pathlib import PurePath

_DRAWN = 8
"""Bytes of a digest that are reduced to a process: the rest of a division by few tells nothing."""


@dataclass(frozen=True, slots=True)
class Place:
    """A process among `count` that serve one data folder, numbered from 0.

    All that a home has in memory (locks, feeds, what was counted against guessing) is in the one
    process that keeps it, so nothing about a home is ever agreed on between two.
    """

    index: int = 0
    count: int = 1

    def keeper(self, folder: str) -> int:
        """Return which process keeps the home in a folder; the home's names do not matter."""
        if self.count == 1:
            return 0
        drawn = sha256(PurePath(folder).name.encode()).digest()[:_DRAWN]
        return int.from_bytes(drawn) % self.count

    def keeps(self, folder: str) -> bool:
        """Tell whether this process keeps the home in a folder."""
        return self.keeper(folder) == self.index


ALONE = Place()
"""One process keeps all homes."""
