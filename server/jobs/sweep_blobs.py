"""Sweeping a home's blobs: what neither a file nor an attachment names any more is taken away."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime

from replication.blobs.sweep import sweep
from server.files.chunk_lists import lists_of
from server.instances.directory import InstanceDirectory, InstanceUnknown
from server.instances.folder_lock import FolderInUse, FolderLock
from server.instances.instance import Instance
from server.jobs.leftovers import forget_leftovers
from server.media.kept_texts import forget_texts
from server.media.media import forget
from server.office.previews import forget_previews

SWEEP_LOCK = "sweep.lock"
"""In a home's folder: held by a backup that copies blobs, and by a sweep that removes them."""

_ATTEMPTS, _PAUSE = 240, 0.25
_log = logging.getLogger(__name__)


@asynccontextmanager
async def unswept(instance: Instance) -> AsyncIterator[None]:
    """Hold the sweep of a home off, waiting for one that is under way.

    Raises FolderInUse where something else holds it for a minute.
    """
    lock = await _waited_for(instance)
    try:
        yield
    finally:
        lock.release()


async def _waited_for(instance: Instance) -> FolderLock:
    for _ in range(_ATTEMPTS):
        try:
            return FolderLock(instance.folder, SWEEP_LOCK)
        except FolderInUse:
            await asyncio.sleep(_PAUSE)
    return FolderLock(instance.folder, SWEEP_LOCK)


async def sweep_home(instance: Instance, now: float) -> list[str]:
    """Remove the stale blobs of a home, with what was made of them; return their digests.

    `now` is in seconds since 1970. It removes none while the home is backed up: the backup may name
    what the home names no more.
    """
    try:
        lock = FolderLock(instance.folder, SWEEP_LOCK)
    except FolderInUse:
        return []
    try:
        swept = await sweep(instance.blobs, named_in(instance), now=now)
        named = [instance.transit.named(blob) for blob in swept]
        for forgotten in (forget, forget_texts, forget_previews):
            await asyncio.to_thread(forgotten, instance.folder, named)
        await asyncio.to_thread(lists_of(instance).forget, swept)
        return swept
    finally:
        lock.release()


async def named_in(instance: Instance) -> AsyncIterator[str]:
    """Yield the digest of every blob that any document of a home names.

    Every database counts, the home's own among them: one left out would lose its blobs.
    """
    async for digest in instance.files.named_blobs():
        yield digest
    for name in await instance.store.names():
        database = await instance.store.open(name)
        for digest in await database.attachment_blobs():
            yield digest


async def sweep_now_and_then(
    directory: InstanceDirectory, *, every: float, clock: Callable[[], float]
) -> None:
    """Sweep the homes that are open, every so many seconds, for ever; `clock` as for sweep_home.

    What nobody comes back for is forgotten as well (`leftovers`).
    """
    while True:
        await asyncio.sleep(every)
        for domain in directory.open_domains:
            try:
                async with directory.borrow(domain) as instance:
                    swept = await sweep_home(instance, clock())
                    await forget_leftovers(instance, datetime.fromtimestamp(clock(), UTC))
            except InstanceUnknown:  # it was taken away meanwhile
                continue
            if swept:
                _log.info("blobs swept", extra={"instance": domain, "count": len(swept)})
