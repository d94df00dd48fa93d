"""Asking without waiting what is known without waiting."""

from collections.abc import Coroutine
from contextlib import suppress
from typing import Any, TypeVar

T = TypeVar("T")


class Waits(Exception):
    """What was asked takes waiting for something."""


def at_once(asked: Coroutine[Any, Any, T]) -> T:
    """Return what a coroutine comes to, if it comes to it in one go.

    Engines that run short reads in the event loop do; of others this asks in vain. Raises Waits,
    and whatever the coroutine raises.
    """
    try:
        asked.send(None)
    except StopIteration as done:
        result: T = done.value
        return result
    with suppress(StopIteration):
        asked.throw(Waits())  # close() would leave asynchronous generators as if they still ran
    asked.close()
    raise Waits
