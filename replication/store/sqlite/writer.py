"""The one thread that writes an instance's file: all who wait commit together, with one fsync."""

import asyncio
import contextlib
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from queue import Empty, SimpleQueue
from typing import Any, Generic, TypeVar

import apsw

from replication.core.errors import StorageFull, StoreClosed
from replication.store.sqlite.connection import FULL, NORMAL, meant

A = TypeVar("A")
T = TypeVar("T")
Job = Callable[[apsw.Connection], T]
Together = Callable[[apsw.Connection, Sequence[A]], Sequence[T]]
"""Does the work of several jobs of one kind at once: an argument each, and a result for each."""

MOST_TOGETHER = 256  # jobs in one transaction: bounds how long the first waits for the last


@dataclass(slots=True)
class _Waiting(Generic[T]):
    """A job; those that stand in a row with the same `together` are done at once."""

    together: Together[Any, T]
    argument: object
    committed: Callable[[T], None] | None
    future: asyncio.Future[T]
    loop: asyncio.AbstractEventLoop
    lasting: bool = True
    result: list[T] = field(default_factory=list)
    error: Exception | None = None

    def resolve(self) -> None:
        """Tell who waits, in their event loop; what a commit sets off happens first.

        That includes a caller who has gone: their write is on the disk all the same.
        """
        if self.error is None and self.committed is not None:
            self.committed(self.result[0])
        if self.future.done():
            return
        if self.error is not None:
            self.future.set_exception(self.error)
        else:
            self.future.set_result(self.result[0])


class GroupWriter:
    """Runs jobs in order, as many as are waiting in one transaction."""

    def __init__(self, connect: Callable[[], apsw.Connection]) -> None:
        self._queue: SimpleQueue[_Waiting[Any] | None] = SimpleQueue()
        self._connection = connect()
        self._synchronous = FULL
        self._closed = False
        self._thread = threading.Thread(target=self._work, name="foyer-writer", daemon=True)
        self._thread.start()

    async def run(
        self,
        job: Job[T],
        committed: Callable[[T], None] | None = None,
        *,
        lasting: bool = True,
    ) -> T:
        """Run a job in a transaction and return its result once it is on the disk.

        A job that raises is rolled back alone. `committed` is called in this event loop before
        the result is handed over. What is not `lasting`, for it can be made again from what was
        written before it, waits for no disk: a power cut may take it, and nothing before it.
        Raises StorageFull when the disk has no room, StoreClosed.
        """

        def alone(connection: apsw.Connection, _: Sequence[None]) -> Sequence[T]:
            return [job(connection)]

        return await self.run_with_others(alone, None, committed, lasting=lasting)

    async def run_with_others(
        self,
        together: Together[A, T],
        argument: A,
        committed: Callable[[T], None] | None = None,
        *,
        lasting: bool = True,
    ) -> T:
        """Run a job that may be done at once with others like it, as if one followed the other.

        `together` is the same object for all of a kind. Where it raises, each is tried by itself.
        Raises as `run`.
        """
        if self._closed:
            raise StoreClosed
        loop = asyncio.get_running_loop()
        future: asyncio.Future[T] = loop.create_future()
        self._queue.put(_Waiting(together, argument, committed, future, loop, lasting))
        return await future

    def close(self) -> None:
        """Finish what is queued, then let go of the file. Blocks; idempotent."""
        if not self._closed:
            self._closed = True
            self._queue.put(None)
        self._thread.join()

    def _work(self) -> None:
        while True:
            batch, ended = self._next_batch()
            if batch:
                self._commit(batch)
                _hand_over(batch)
            if ended:
                self._connection.close()
                return

    def _next_batch(self) -> tuple[list[_Waiting[Any]], bool]:
        waiting = self._queue.get()
        batch: list[_Waiting[Any]] = []
        while waiting is not None:
            batch.append(waiting)
            if len(batch) == MOST_TOGETHER:
                return batch, False
            try:
                waiting = self._queue.get_nowait()
            except Empty:
                return batch, False
        return batch, True

    def _commit(self, batch: list[_Waiting[Any]]) -> None:
        try:
            self._wait_for_disk(FULL if any(waiting.lasting for waiting in batch) else NORMAL)
            self._connection.execute("BEGIN IMMEDIATE")
            for _, alike in groupby(batch, key=lambda waiting: id(waiting.together)):
                self._run_alike(list(alike))
            self._connection.execute("COMMIT")
        except apsw.Error as error:
            with contextlib.suppress(apsw.Error):  # SQLite may have rolled back by itself
                self._connection.execute("ROLLBACK")
            for waiting in batch:
                waiting.error = waiting.error or _domain_error(error)

    def _wait_for_disk(self, synchronous: int) -> None:
        """Have commits wait for the disk from now on, or not."""
        if synchronous != self._synchronous:
            self._connection.pragma("synchronous", synchronous)
            self._synchronous = synchronous

    def _run_alike(self, alike: list[_Waiting[Any]]) -> None:
        """Run jobs of one kind at once; where that fails, one by one, to learn whose it is."""
        self._connection.execute("SAVEPOINT job")
        try:
            results = alike[0].together(self._connection, [one.argument for one in alike])
        except (apsw.FullError, apsw.IOError, apsw.CorruptError):
            raise  # the whole transaction is in doubt
        except Exception as error:  # noqa: BLE001  # handed to the caller, whoever it concerns
            self._connection.execute("ROLLBACK TO job")
            self._connection.execute("RELEASE job")
            if len(alike) == 1:
                alike[0].error = meant(error)
            for one in alike if len(alike) > 1 else ():
                self._run_alike([one])
        else:
            self._connection.execute("RELEASE job")
            for one, result in zip(alike, results, strict=True):
                one.result.append(result)


def _domain_error(error: apsw.Error) -> Exception:
    return StorageFull() if isinstance(error, apsw.FullError) else error


def _hand_over(batch: list[_Waiting[Any]]) -> None:
    """Wake all callers of one loop with one call into it; a loop that has ended wants nothing."""
    for loop in {waiting.loop for waiting in batch}:
        mine = [waiting for waiting in batch if waiting.loop is loop]
        with contextlib.suppress(RuntimeError):
            loop.call_soon_threadsafe(_resolve, mine)


def _resolve(batch: list[_Waiting[Any]]) -> None:
    for waiting in batch:
        waiting.resolve()
