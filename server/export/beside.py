"""Work on its way beside each other, a few at a time, so that the disk is waited for once."""

import asyncio
from collections.abc import Coroutine
from typing import Any


class Beside:
    """At most so many tasks; what one raises is raised by the next call."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._tasks: set[asyncio.Task[None]] = set()

    async def start(self, work: Coroutine[Any, Any, None]) -> None:
        """Start one more, once there is room."""
        if len(self._tasks) >= self._most:
            await self._wait(asyncio.FIRST_COMPLETED)
        self._tasks.add(asyncio.create_task(work))

    async def done(self) -> None:
        """Wait for all."""
        while self._tasks:
            await self._wait(asyncio.ALL_COMPLETED)

    async def give_up(self) -> None:
        """End those that are under way."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _wait(self, until: str) -> None:
        done, self._tasks = await asyncio.wait(self._tasks, return_when=until)
        for task in done:
            task.result()
