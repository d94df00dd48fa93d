"""Pure work over many nodes, done in a thread, so that the event loop answers others meanwhile."""

import asyncio
from collections.abc import Callable
from typing import TypeVar

from doctypes.files.plan import Subtree

T = TypeVar("T")

FEW = 500
"""Nodes of which a plan is made on the spot: a thread would cost more."""


async def aside(subtree: Subtree, work: Callable[[], T]) -> T:
    """Do work whose cost is that of a subtree; the caller holds the lock meanwhile."""
    if len(subtree.directories) + len(subtree.files) <= FEW:
        return work()
    return await asyncio.to_thread(work)
