"""How far the contents under way are."""

from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from clients.desktop.engine.status import Transfer


@dataclass(slots=True)
class _Running:
    path: str
    is_upload: bool
    size: int
    done: int = 0


class Meter:
    """Counts bytes: of each transfer, and of all since the start."""

    def __init__(self) -> None:
        self._running: list[_Running] = []
        self.up = 0
        self.down = 0

    @contextmanager
    def transfer(self, path: str, size: int, *, is_upload: bool) -> Iterator[_Running]:
        """Show a transfer while it is under way."""
        running = _Running(path, is_upload, size)
        self._running.append(running)
        try:
            yield running
        finally:
            self._running.remove(running)

    async def count(
        self, running: _Running, pieces: AsyncIterator[bytes], offset: int = 0
    ) -> AsyncIterator[bytes]:
        """Count what is read."""
        running.done = offset
        async for piece in pieces:
            running.done += len(piece)
            if running.is_upload:
                self.up += len(piece)
            else:
                self.down += len(piece)
            yield piece

    def transfers(self) -> tuple[Transfer, ...]:
        """Return what is under way."""
        return tuple(Transfer(it.path, it.is_upload, it.size, it.done) for it in self._running)
