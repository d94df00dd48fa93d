"""A step that runs to its end though its caller is cut off.

A request that is cancelled while its write is under way must not let go of its lock before the
write is done: the next decision would be taken on what was there before.
"""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


async def to_the_end(step: Coroutine[Any, Any, T]) -> T:
    """Await a step; if cancelled meanwhile, wait for it still, then be cancelled."""
    task = asyncio.ensure_future(step)
    cut_off: asyncio.CancelledError | None = None
    while not task.done():
        try:
            await asyncio.wait([task])
        except asyncio.CancelledError as error:
            cut_off = error
    if cut_off is not None:
        task.exception()  # whatever it is, the caller has gone
        raise cut_off
    return task.result()
