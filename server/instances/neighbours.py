"""Other processes that serve the same data folder: what they are told, and what they are asked."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Protocol

from server.instances.place import ALONE, Place
from server.instances.record import InstanceRecord


class Neighbours(Protocol):
    """The processes beside this one; `place` is this one's among them."""

    @property
    def place(self) -> Place:
        """Which of the processes this is."""

    async def claim(self, record: InstanceRecord) -> Callable[[], None]:
        """Wait until none of them has a home open, and keep it from them until it is called.

        Raises HomeBusy.
        """

    def tell(self, folder: Path) -> None:
        """Tell them that the home in a folder came, changed or went."""

    async def take_over(self, record: InstanceRecord) -> None:
        """Have whoever keeps a home let go of it; returns once that is so."""

    def alone(self) -> AbstractAsyncContextManager[None]:
        """Change homes while none of them does, knowing all that they did before."""


class Nobody:
    """One process serves the data folder."""

    place = ALONE

    async def claim(self, record: InstanceRecord) -> Callable[[], None]:
        """Wait for nobody."""
        del record
        return lambda: None

    def tell(self, folder: Path) -> None:
        """Tell nobody."""

    async def take_over(self, record: InstanceRecord) -> None:
        """Wait for nobody."""

    @asynccontextmanager
    async def alone(self) -> AsyncIterator[None]:
        """Be alone."""
        yield


NOBODY = Nobody()
