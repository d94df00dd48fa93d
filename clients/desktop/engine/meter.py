"""How far the contents under way are, and how fast they may go."""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from clients.desktop.engine.pace import Pace
from clients.desktop.engine.status import Transfer


@dataclass(slots=True)
class Running:
    """A transfer under way."""

    path: str
    is_upload: bool
    size: int
    done: int = 0


class Meter:
    """Counts bytes: of each transfer, and of all since the start. `now` counts seconds."""

    def __init__(self, now: Callable[[], float]) -> None:
        self.pace_up, self.pace_down = Pace(now), Pace(now)
        self._running: list[Running] = []
        self.up = 0
        self.down = 0

    @contextmanager
    def transfer(self, path: str, size: int, *, is_upload: bool) -> Iterator[Running]:
        """Show a transfer while it is under way."""
        running = Running(path, is_upload, size)
        self._running.append(running)
        try:
            yield running
        finally:
            self._running.remove(running)

    async def count(
        self, running: Running, pieces: AsyncIterator[bytes], offset: int = 0
    ) -> AsyncIterator[bytes]:
        """Count what is read, and hold it to its pace."""
        running.done = offset
        async for piece in pieces:
            running.done += len(piece)
            if running.is_upload:
                self.up += len(piece)
                await self.pace_up.passed(len(piece))
            else:
                self.down += len(piece)
                await self.pace_down.passed(len(piece))
            yield piece

    def transfers(self) -> tuple[Transfer, ...]:
        """Return what is under way."""
        return tuple(Transfer(it.path, it.is_upload, it.size, it.done) for it in self._running)
