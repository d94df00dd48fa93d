"""What is counted against guessing: it outlives the process, or a restart would be a pardon.

Of several processes that serve a data folder each writes down its own, and begins with those of
all: what is counted about a home is counted by the one that keeps it.
"""

import asyncio
import contextlib
import os
from collections.abc import AsyncIterator, Callable, Mapping
from pathlib import Path
from typing import Protocol

import msgspec
from aiohttp import web

from server.auth.throttle import ONE_ADDRESS, Rate, Throttle
from server.auth.used_up import UsedUp

FILE_NAME = "counts.json"
_OF_ALL = "counts*.json"
WRITE_SECONDS = 2.0
"""How much a crash may forget."""

Owed = Mapping[str, Mapping[str, float]]


class _Kept(msgspec.Struct):
    """The file: when it was written (seconds since 1970), and what was owed then, in seconds."""

    at: float
    owed: dict[str, dict[str, float]]


class Count(Protocol):
    """What can be kept."""

    counted: int

    def owed(self) -> dict[str, float]:
        """Return how many seconds each that is counted goes on to count."""

    def take_up(self, owed: Mapping[str, float]) -> None:
        """Count on from there."""


class Counts:
    """The counts of a process, beginning with what the data folder has of the last one.

    `clock` counts seconds and never goes back, `now` tells seconds since 1970; `name` is that of
    the file.
    """

    def __init__(
        self,
        folder: Path,
        clock: Callable[[], float],
        now: Callable[[], float],
        name: str = FILE_NAME,
    ) -> None:
        self._path = folder / name
        self._clock = clock
        self._now = now
        self._counts: dict[str, Count] = {}
        self._before = self._read()
        self._written = 0

    def throttle(self, name: str, rate: Rate = ONE_ADDRESS) -> Throttle:
        """Return a throttle that goes on from where it was before a restart."""
        made = Throttle(self._clock, rate)
        self._take_up(name, made)
        return made

    def used_up(self, name: str) -> UsedUp:
        """Return a memory of what was used up, also before a restart."""
        made = UsedUp(self._now)
        self._take_up(name, made)
        return made

    def write(self) -> None:
        """Write down what changed; a disk that cannot is no reason to stop. Blocks."""
        counted = sum(count.counted for count in self._counts.values())
        if counted == self._written:
            return
        owed = {name: count.owed() for name, count in self._counts.items()}
        content = msgspec.json.encode(_Kept(self._now(), owed))
        with contextlib.suppress(OSError):
            _put(self._path, content)
            self._written = counted

    def _take_up(self, name: str, count: Count) -> None:
        count.take_up(self._before.get(name, {}))
        self._counts[name] = count

    def _read(self) -> dict[str, dict[str, float]]:
        found: dict[str, dict[str, float]] = {}
        for path in self._path.parent.glob(_OF_ALL):
            for name, owed in self._read_one(path).items():
                most = found.setdefault(name, {})
                most.update((key, max(left, most.get(key, 0.0))) for key, left in owed.items())
        return found

    def _read_one(self, path: Path) -> dict[str, dict[str, float]]:
        try:
            kept = msgspec.json.decode(path.read_bytes(), type=_Kept)
        except (OSError, msgspec.MsgspecError):
            return {}
        passed = max(self._now() - kept.at, 0.0)
        return {
            name: {key: seconds - passed for key, seconds in owed.items() if seconds > passed}
            for name, owed in kept.owed.items()
        }


def _put(path: Path, content: bytes) -> None:
    temporary = path.with_suffix(".new")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
    temporary.replace(path)


def counts_of(index: int) -> str:
    """Return the name of the file of one process among several."""
    return f"counts-{index}.json" if index else FILE_NAME


COUNTS = web.AppKey("counts", Counts)


async def kept_counts(app: web.Application) -> AsyncIterator[None]:
    """Write the counts down now and then, and at the end: a cleanup context."""
    writing = asyncio.create_task(_write_now_and_then(app[COUNTS]))
    yield
    writing.cancel()
    await asyncio.wait([writing])
    await asyncio.to_thread(app[COUNTS].write)


async def _write_now_and_then(counts: Counts) -> None:
    while True:
        await asyncio.sleep(WRITE_SECONDS)
        await asyncio.to_thread(counts.write)
