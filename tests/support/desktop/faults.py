"""Delays and failures of the fakes, by seed; all that is done is written to a trace."""

import asyncio
import hashlib

_LATEST = 10.0
"""Seconds: as long as a few people need for a few things."""


class Faults:
    """`rate` is the share of calls that fail; 0 while the world is to come to rest.

    `late` is the share of the home's answers that come so late that much happens in between.
    """

    def __init__(self, random, *, rate=0.0, slowest=0.2, late=0.0):
        self.random = random
        self.rate = rate
        self.late = late
        self.slowest = slowest
        self.lines = []
        self.keeps_lines = False
        self._hash = hashlib.sha256()

    @property
    def trace(self):
        return self._hash.hexdigest()

    def note(self, *what):
        line = f"{asyncio.get_running_loop().time():.6f} " + " ".join(map(str, what))
        self._hash.update(line.encode("utf-8", "surrogatepass") + b"\n")
        if self.keeps_lines:
            self.lines.append(line)

    async def pause(self):
        """Let others run in between, for a time or just for a turn."""
        chance = self.random.random()
        await asyncio.sleep(0 if chance < 0.3 else chance**4 * self.slowest)

    async def answer(self):
        """Let an answer be on its way, for long now and then."""
        if self.late and self.random.random() < self.late:
            await asyncio.sleep(self.random.random() * _LATEST)
        await self.pause()

    def strikes(self, kinds):
        """Return one of these failures, or None."""
        if self.rate and self.random.random() < self.rate:
            return self.random.choice(kinds)
        return None
