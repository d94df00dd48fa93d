"""Cleaning the trash of homes: what has lain there for long enough is destroyed."""

import asyncio
import logging
from datetime import timedelta

from replication.core.errors import StorageFull, StoreClosed
from server.instances.context import Contexts
from server.instances.directory import InstanceDirectory, InstanceUnknown

_log = logging.getLogger(__name__)


async def clean_trash(directory: InstanceDirectory, contexts: Contexts, domain: str) -> int:
    """Clean the trash of a home as its context says; return how many things that was.

    Raises InstanceUnknown, StoreClosed, StorageFull.
    """
    async with directory.borrow(domain) as instance:
        days = contexts.of(instance.record.context).trash_days
        if days is None:
            return 0
        return await instance.files.empty_trash(older_than=timedelta(days=days))


async def clean_now_and_then(
    directory: InstanceDirectory, contexts: Contexts, *, every: float
) -> None:
    """Clean the homes that are open, every so many seconds, for ever."""
    while True:
        await asyncio.sleep(every)
        for domain in directory.open_domains:
            try:
                count = await clean_trash(directory, contexts, domain)
            except (InstanceUnknown, StoreClosed):  # it was taken away meanwhile
                continue
            except StorageFull:
                _log.exception("trash not cleaned", extra={"instance": domain})
                continue
            if count:
                _log.info("trash cleaned", extra={"instance": domain, "count": count})
