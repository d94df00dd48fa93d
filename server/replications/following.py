"""The jobs of every home that is open: followed from its opening to its closing."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from datetime import datetime

from aiohttp import web

from server import keys
from server.instances.directory import InstanceDirectory, OpenInstance
from server.instances.instance import Instance
from server.instances.record import InstanceRecord
from server.replications.jobs import Jobs
from server.replications.service import REPLICATIONS, Replications

_log = logging.getLogger(__name__)


class Following:
    """Opens homes, and follows the jobs of those it has opened."""

    def __init__(self, open_instance: OpenInstance) -> None:
        self._open_instance = open_instance
        self._replications: Replications | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    async def open(self, record: InstanceRecord) -> Instance:
        """Open a home, and begin with its jobs. Raises what opening raises."""
        instance = await self._open_instance(record)
        if self._replications is not None:
            task = asyncio.create_task(Jobs(instance, self._replications).follow())
            self._tasks.add(task)
            task.add_done_callback(self._ended)
        return instance

    def serve(
        self,
        app: web.Application,
        homes: InstanceDirectory,
        *,
        now: Callable[[], datetime],
        new_id: Callable[[], str],
    ) -> None:
        """Let an application replicate; what runs ends before its homes are closed."""
        self._replications = Replications(homes, now, new_id, lambda: app[keys.HTTP_CLIENT])
        app[REPLICATIONS] = self._replications
        app.cleanup_ctx.append(self._until_shutdown)

    async def _until_shutdown(self, app: web.Application) -> AsyncIterator[None]:
        yield
        await app[REPLICATIONS].close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _ended(self, done: asyncio.Task[None]) -> None:
        self._tasks.discard(done)
        if not done.cancelled() and done.exception() is not None:
            _log.error("jobs of a home are no longer followed", exc_info=done.exception())
