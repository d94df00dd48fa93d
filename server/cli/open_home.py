"""A home opened by a command, with its data folder held: no server runs on it meanwhile."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from server.cli.data_folder import held
from server.cli.refusals import folder_refusals
from server.cli.where import Where
from server.instances.instance import Instance
from server.instances.record import InstanceRecord

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
        return asyncio.run(_worked(work, register.record(domain)))


async def _worked(work: Callable[[Instance], Awaitable[T]], record: InstanceRecord) -> T:
    from server.app import open_instance

    instance = await open_instance(record)
    try:
        return await work(instance)
    finally:
        await instance.close()
