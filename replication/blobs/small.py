"""Small contents made durable together: all that wait when a thread is free share one sync."""

import asyncio
import contextlib
import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from replication.blobs.journal import SUFFIX, Content, Journal
from replication.blobs.protocol import BlobStat
from replication.core.errors import StoreClosed

_log = logging.getLogger(__name__)

T = TypeVar("T")

SMALL = 1 << 16
"""Bytes of the largest content that goes into a log: it is written twice."""

FULL = 8 << 20
"""Bytes of a log that is to be settled."""

SETTLED_AFTER = 5.0
"""Seconds after its first record that a log is settled."""


class Shelf(Protocol):
    """The store whose contents these are."""

    def run(self, work: Callable[[], T]) -> asyncio.Future[T]:
        """Start work in a thread. Raises StoreClosed."""

    def put(self, digest: str, content: bytes) -> BlobStat:
        """Give a content its file, whole, but nothing of it durable; blocks. Raises StorageFull."""

    def make_durable(self, digests: Sequence[str]) -> None:
        """Make the files durable that these contents have; blocks."""


@dataclass(slots=True)
class _Waiting:
    content: Content
    future: asyncio.Future[BlobStat]
    result: BlobStat | Exception | None = None

    def resolve(self) -> None:
        if self.future.done():
            return
        if isinstance(self.result, BlobStat):
            self.future.set_result(self.result)
        else:
            self.future.set_exception(self.result or RuntimeError("nobody stored it"))


class SmallContents:
    """Two logs in turn: one takes records while the files of the other are made durable.

    `new_path` returns where a log may be made. Who waits is of one event loop.
    """

    def __init__(self, shelf: Shelf, new_path: Callable[[], str]) -> None:
        self._shelf = shelf
        self._taking = Journal(new_path() + SUFFIX)
        self._resting = Journal(new_path() + SUFFIX)
        self._waiting: list[_Waiting] = []
        self._busy = False
        self._queue = threading.Lock()  # of what waits, and of whether a thread is at it
        self._records = threading.Lock()  # of the log that takes; its files are there as well
        self._settling = threading.Lock()
        self._timer: asyncio.TimerHandle | None = None

    async def keep(self, digest: str, content: bytes) -> BlobStat:
        """Make a content durable under its digest, be it there or not. Raises StorageFull."""
        loop = asyncio.get_running_loop()
        waiting = _Waiting((digest, content), loop.create_future())
        with self._queue:
            self._waiting.append(waiting)
            was_busy, self._busy = self._busy, True
        if not was_busy:
            self._shelf.run(lambda: self._keep_all(loop)).add_done_callback(_heard)
        if self._timer is None:
            self._timer = loop.call_later(SETTLED_AFTER, self._time_has_come)
        return await waiting.future

    def _keep_all(self, loop: asyncio.AbstractEventLoop) -> None:
        while batch := self._next_batch():
            self._keep(batch)
            with contextlib.suppress(RuntimeError):  # the loop has ended, and wants nothing
                loop.call_soon_threadsafe(_hand_over, batch)
                if self._taking.size >= FULL:
                    loop.call_soon_threadsafe(self._begin_settling)

    def _next_batch(self) -> list[_Waiting]:
        with self._queue:
            batch, self._waiting = self._waiting, []
            self._busy = bool(batch)
        return batch

    def _keep(self, batch: list[_Waiting]) -> None:
        try:
            if self._taking.size >= 2 * FULL:  # contents come faster than they are settled
                self.settle()
            with self._records:
                self._taking.append([waiting.content for waiting in batch])
                for waiting in batch:
                    waiting.result = self._put(waiting.content)
        except Exception as error:  # noqa: BLE001  # handed to the callers, whom it concerns
            for waiting in batch:
                waiting.result = error

    def _put(self, content: Content) -> BlobStat | Exception:
        try:
            return self._shelf.put(*content)
        except Exception as error:  # noqa: BLE001  # the same, of one
            return error

    def _time_has_come(self) -> None:
        self._timer = None
        self._begin_settling()

    def _begin_settling(self) -> None:
        with contextlib.suppress(StoreClosed):  # which settles as it closes
            self._shelf.run(self.settle).add_done_callback(_heard)

    def settle(self) -> None:
        """Make the files of the records durable, and empty their log; blocks. Raises OSError."""
        with self._settling:
            with self._records:
                self._taking, self._resting = self._resting, self._taking
            if self._resting.size:
                self._shelf.make_durable(self._resting.digests)
                self._resting.empty()

    def close(self) -> None:
        """Settle what there is, once nobody waits any more; blocks.

        What cannot be settled stays in its log for the next start.
        """
        if self._timer is not None:
            self._timer.cancel()
        try:
            self.settle()
            self.settle()
        except OSError as error:
            _log.warning("small contents not settled", extra={"why": str(error)})
        self._taking.close()
        self._resting.close()


def _hand_over(batch: list[_Waiting]) -> None:
    for waiting in batch:
        waiting.resolve()


def _heard(settling: asyncio.Future[None]) -> None:
    if not settling.cancelled() and (error := settling.exception()) is not None:
        _log.warning("small contents not settled", extra={"why": str(error)})
