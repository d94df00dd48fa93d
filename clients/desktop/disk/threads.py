"""Steps on the disk in threads, never left alone half-way."""

import asyncio
from collections.abc import Callable
from typing import TypeVar

from clients.desktop.disk.faults import faults_named

T = TypeVar("T")


async def in_thread(path: str, work: Callable[..., T], *given: object) -> T:
    """Do a step that waits for the disk. Raises DiskError's kinds.

    Who is cancelled meanwhile goes when the step has ended: a thread cannot be stopped, and what
    it does must not happen after somebody was told that nothing does.
    """

    def run() -> T:
        with faults_named(path):
            return work(*given)

    step = asyncio.ensure_future(asyncio.to_thread(run))
    try:
        return await asyncio.shield(step)
    except asyncio.CancelledError:
        await asyncio.wait([step])
        if not step.cancelled():
            step.exception()
        raise
