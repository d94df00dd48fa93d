"""The jobs of every home that is open: followed from its opening to its closing."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping
from datetime import datetime
from functools import partial
from pathlib import Path

from aiohttp import web

from replication.core.errors import StorageUnreachable
from server import keys
from server.instances.directory import HomeBusy, InstanceDirectory, InstanceUnknown, OpenInstance
from server.instances.instance import Instance
from server.instances.record import InstanceRecord
from server.replications.home_mark import is_marked
from server.replications.jobs import Jobs
from server.replications.service import REPLICATIONS, Replications

AGAIN_SECONDS = 5.0
_log = logging.getLogger(__name__)

Follow = Callable[[Instance], Coroutine[None, None, None]]
"""Follows something of a home until it is closed."""


class Following:
    """Opens homes, and follows the jobs of those it has opened."""

    def __init__(self, open_instance: OpenInstance, *others: Follow) -> None:
        """Follow what `others` say too, for as long as a home is open."""
        self._open_instance = open_instance
        self._others = others
        self._replications: Replications | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    async def open(self, record: InstanceRecord) -> Instance:
        """Open a home, and begin with its jobs. Raises what opening raises."""
        instance = await self._open_instance(record)
        if self._replications is not None:
            jobs = Jobs(instance, self._replications)
            self._begin(_persevering(jobs.follow))
            for other in self._others:
                self._begin(_persevering(partial(other, instance)))
        return instance

    def serve(
        self,
        app: web.Application,
        homes: InstanceDirectory,
        *,
        now: Callable[[], datetime],
        new_id: Callable[[], str],
    ) -> None:
        """Let an application replicate; what runs ends before its homes are closed.

        Homes that have jobs are opened when it starts, the others when asked for.
        """
        self._replications = Replications(homes, now, new_id, lambda: app[keys.HTTP_CLIENT])
        app[REPLICATIONS] = self._replications
        app.cleanup_ctx.append(self._until_shutdown)

    async def _until_shutdown(self, app: web.Application) -> AsyncIterator[None]:
        self._begin(self._open_those_with_jobs(app[REPLICATIONS].homes))
        yield
        await app[REPLICATIONS].close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _open_those_with_jobs(self, homes: InstanceDirectory) -> None:
        for domain in await asyncio.to_thread(_marked, homes.folders):
            try:
                async with homes.borrow(domain):
                    pass
            except InstanceUnknown:  # it was taken away meanwhile
                continue
            except (
                ValueError,
                OSError,
                HomeBusy,
                StorageUnreachable,
            ) as error:  # told again to whoever asks for the home
                _log.warning("home not opened for its jobs", extra={"why": str(error)})

    def _begin(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, done: asyncio.Task[None]) -> None:
        self._tasks.discard(done)
        if not done.cancelled() and done.exception() is not None:
            _log.error("replications are no longer followed", exc_info=done.exception())


async def _persevering(follow: Callable[[], Coroutine[None, None, None]]) -> None:
    """Follow, and begin again a while after what the home is kept in did not answer."""
    while True:
        try:
            return await follow()
        except StorageUnreachable as error:
            _log.warning("home not followed for a while", extra={"why": str(error)})
            await asyncio.sleep(AGAIN_SECONDS)


def _marked(folders: Mapping[str, Path]) -> list[str]:
    return [domain for domain, folder in folders.items() if is_marked(folder)]
