"""News of the folder: hints only. What is told may be nothing, and not all that happens is told.

Whoever listens looks for itself, and looks everywhere from time to time.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Protocol

SETTLING = 0.2
"""Seconds in which news are gathered: programs write a file in many small steps."""


@dataclass(frozen=True, slots=True)
class Listener:
    """Who is told. `hint` gets directories of the folder; `everywhere` means that news were lost.

    `is_ignored` says of a directory, by its path, that nobody wants to know.
    """

    hint: Callable[[Collection[str]], None]
    everywhere: Callable[[], None]
    is_ignored: Callable[[str], bool] = lambda _: False


class Watcher(Protocol):
    """Listens to one folder until it is closed."""

    @property
    def unwatched(self) -> int:
        """How many directories the system would not watch: its limit is reached."""

    async def start(self) -> None:
        """Begin. What happens from now on is told."""

    async def close(self) -> None:
        """End."""
