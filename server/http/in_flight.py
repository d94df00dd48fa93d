"""The requests under way, so that stopping can let go of some and wait for the others."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

GRACE = 10.0
"""Seconds that requests have to finish once the server stops."""


class InFlight:
    """Knows each request's task, and which of them only wait for news."""

    def __init__(self) -> None:
        self._tasks: dict[asyncio.Task[Any], bool] = {}
        self.stopping = False

    @contextmanager
    def entered(self, *, waits_for_news: bool) -> Iterator[None]:
        """Keep the running task among those under way."""
        task = asyncio.current_task()
        if task is None:
            raise RuntimeError("a request is served outside of any task")
        self._tasks[task] = waits_for_news
        try:
            yield
        finally:
            del self._tasks[task]

    def let_go_of_listeners(self) -> None:
        """Begin to stop: who only waits for news waits no more."""
        self.stopping = True
        for task, waits_for_news in list(self._tasks.items()):
            if waits_for_news:
                task.cancel()

    async def drain(self, grace: float = GRACE) -> None:
        """Let go of those who wait for news, wait for the others, and cut off what remains.

        Whoever is cut off was not answered, and so was promised nothing.
        """
        self.let_go_of_listeners()
        if self._tasks:
            await asyncio.wait(list(self._tasks), timeout=grace)
        for task in list(self._tasks):
            task.cancel()
