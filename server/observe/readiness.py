"""Whether what is given to this process reaches the disk: tried, not assumed."""

import asyncio
import errno
import os
from collections.abc import Callable
from pathlib import Path

FRESH = 2.0
"""Seconds for which a finding holds: whoever asks more often costs the disk nothing."""

_PROBE = ".ready"


class Readiness:
    """Finds out whether bytes written to the data folder reach the disk."""

    def __init__(self, folder: Path, clock: Callable[[], float]) -> None:
        self._folder = folder
        self._clock = clock
        self._asking = asyncio.Lock()
        self._found: str | None = None
        self._found_at = float("-inf")

    async def problem(self) -> str | None:
        """Return what stands in the way, or None."""
        async with self._asking:
            if self._clock() - self._found_at >= FRESH:
                self._found = await asyncio.to_thread(write_problem, self._folder)
                self._found_at = self._clock()
            return self._found


def write_problem(folder: Path) -> str | None:
    """Write, flush and remove a small file; return what went wrong, or None."""
    probe = folder / _PROBE
    try:
        with probe.open("wb") as file:
            file.write(b"ready?")
            file.flush()
            os.fsync(file.fileno())
        probe.unlink(missing_ok=True)  # another process may have tried at the same time
    except OSError as error:
        return "disk full" if error.errno == errno.ENOSPC else "data folder not writable"
    return None
