"""How fast bytes may go over the line: a token bucket, by a clock that is given. Pure but for Pace.

What has gone already is made up for by waiting; in a rest a second's worth is saved up, not more.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Bucket:
    """So many bytes a second. `level` of them may go at the moment `at`; below 0 they are owed."""

    rate: int
    level: float
    at: float

    @classmethod
    def full(cls, rate: int, now: float) -> "Bucket":
        """Return one from which a second's worth may go at once."""
        return cls(rate, rate, now)

    def less(self, count: int, now: float) -> "Bucket":
        """Take out what goes now."""
        filled = min(self.rate, self.level + max(now - self.at, 0.0) * self.rate)
        return Bucket(self.rate, filled - count, now)

    @property
    def wait(self) -> float:
        """Return how many seconds the next bytes have to wait."""
        return max(-self.level / self.rate, 0.0)


class Pace:
    """Holds those who send, or receive, to a rate that they share; 0 for none."""

    def __init__(
        self,
        now: Callable[[], float],
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._now = now
        self._sleep = sleep
        self._bucket: Bucket | None = None

    def limit(self, rate: int) -> None:
        """Choose the rate, in bytes a second; it holds from the next bytes on."""
        self._bucket = Bucket.full(rate, self._now()) if rate > 0 else None

    async def passed(self, count: int) -> None:
        """Wait as long as is due after so many bytes."""
        if self._bucket is None:
            return
        self._bucket = self._bucket.less(count, self._now())
        if self._bucket.wait > 0:
            await self._sleep(self._bucket.wait)
