"""A home opened by a command, with its data folder held: no server runs on it meanwhile."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from server.cli.data_folder import held
from server.cli.refusals import folder_refusals
from server.cli.where import Where
from server.instances.instance import Instance
from server.instances.record import InstanceRecord
from server.settings import Settings

T = TypeVar("T")


def with_home(
    work: Callable[[Instance], Awaitable[T]],
    where: Where,
    domain: str | None,
) -> T:
    """Do work in a home and return what comes of it; no domain means the only home.

    Raises Refusal.
    """
    settings = where.settings()
    with held(settings.dir, settings.kdf_iterations) as register, folder_refusals(settings.dir):
        return asyncio.run(worked(work, register.record(domain), settings))


async def worked(
    work: Callable[[Instance], Awaitable[T]], record: InstanceRecord, settings: Settings
) -> T:
    """Do work in a home that nobody serves, wherever it is kept."""
    from server.app import open_instance
    from server.engines import Engines
    from server.fresh import new_id

    async with Engines(new_id, settings) as engines:
        instance = await open_instance(record, engines)
        try:
            return await work(instance)
        finally:
            await instance.close()


def erase_kept(settings: Settings, record: InstanceRecord) -> None:
    """Remove what a home has beside its folder. Raises StorageUnreachable."""
    from server.engines import Engines
    from server.fresh import new_id

    async def erase() -> None:
        async with Engines(new_id, settings) as engines:
            await engines.erase(record)

    if settings.couchdb_url is not None or settings.s3 is not None:
        asyncio.run(erase())
