"""A blob being read from a file: it stays readable to its end, whatever is removed meanwhile."""

import asyncio
import os
from collections.abc import AsyncIterator, Callable
from pathlib import Path

from replication.core.errors import BlobMismatch

PIECE = 1 << 18
SMALL = 1 << 16
"""Reads of this size are done in the event loop: a hop to a thread would cost more."""

Run = Callable[[Callable[[], bytes | None]], asyncio.Future[bytes | None]]


class OpenBlob:
    """An open file, and the thread that may be reading from it."""

    def __init__(self, path: Path, run: Run) -> None:
        self._file = path.open("rb", buffering=0)
        self._run = run
        self._reading: asyncio.Future[bytes | None] | None = None

    @property
    def size(self) -> int:
        """Its length in bytes."""
        return os.fstat(self._file.fileno()).st_size

    async def pieces(self, start: int, stop: int | None) -> AsyncIterator[bytes]:
        """Yield bytes from `start` to before `stop`, or to the end.

        Raises BlobMismatch should the file end before the size it had.
        """
        size = self.size
        position, end = start, size if stop is None else min(stop, size)
        self._file.seek(start)
        while position < end:
            piece = await self._read(min(end - position, PIECE))
            if not piece:
                raise BlobMismatch("length", size, position)
            position += len(piece)
            yield piece

    async def _read(self, size: int) -> bytes:
        if size <= SMALL:
            return self._file.read(size) or b""
        self._reading = self._run(lambda: self._file.read(size))
        return await asyncio.shield(self._reading) or b""

    def close(self) -> None:
        """Close the file; not under a thread that reads it, or its number could be another's."""
        if self._reading is None or self._reading.done():
            self._file.close()
        else:
            self._reading.add_done_callback(lambda _: self._file.close())
