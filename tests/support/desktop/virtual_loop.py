"""An event loop whose time stands still while anything can run, and that picks who runs by seed."""

import asyncio
import heapq


class Deadlock(Exception):
    """Everybody waits, and nobody for a time."""


class VirtualLoop(asyncio.BaseEventLoop):
    """Runs one callback at a time; `steps` counts them."""

    def __init__(self, random):
        super().__init__()
        self._random = random
        self._now = 0.0
        self.steps = 0

    def time(self):
        return self._now

    def _write_to_self(self):
        pass

    def _process_events(self, event_list):
        pass

    def _run_once(self):
        self._collect()
        if not self._ready:
            if not self._scheduled:
                raise Deadlock
            self._now = max(self._now, self._scheduled[0]._when)
            self._collect()
        index = self._random.randrange(len(self._ready))
        handle = self._ready[index]
        del self._ready[index]
        self.steps += 1
        if not handle._cancelled:
            handle._run()

    def _collect(self):
        """Make those ready whose time has come."""
        while self._scheduled and (
            self._scheduled[0]._cancelled or self._scheduled[0]._when <= self._now
        ):
            handle = heapq.heappop(self._scheduled)
            handle._scheduled = False
            if handle._cancelled:
                self._timer_cancelled_count = max(0, self._timer_cancelled_count - 1)
            else:
                self._ready.append(handle)
