"""Connections that read: one for the event loop's short reads, a few for long ones in threads."""

import asyncio
import contextlib
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import Empty, LifoQueue
from typing import TypeVar

import apsw

from replication.core.errors import StoreClosed
from replication.store.sqlite.connection import meant, open_reader

T = TypeVar("T")
THREADS = 2


class Readers:
    """Reads an instance's file; each read sees one state of it, between two writes."""

    def __init__(self, path: Path, key: bytes | None = None) -> None:
        self._path = path
        self._key = key
        self._here = open_reader(path, key)
        self._owner = threading.get_ident()
        self._idle: LifoQueue[apsw.Connection] = LifoQueue()
        self._pool: ThreadPoolExecutor | None = None
        self._closed = False

    def here(self, read: Callable[[apsw.Connection], T]) -> T:
        """Run a read of a few rows on the spot. Raises StoreClosed, DatabaseMissing."""
        if self._closed:
            raise StoreClosed
        with _snapshot(self._here):
            return read(self._here)

    def once(self, read: Callable[[apsw.Connection], T]) -> T:
        """Run a read of one statement on the spot: it sees one state by itself.

        Raises StoreClosed, DatabaseMissing.
        """
        if self._closed:
            raise StoreClosed
        try:
            return read(self._here)
        except apsw.SQLError as error:
            raise meant(error) from error

    async def aside(self, read: Callable[[apsw.Connection], T]) -> T:
        """Run a read of many rows in a thread. Raises StoreClosed, DatabaseMissing."""
        if self._closed:
            raise StoreClosed
        if self._pool is None:
            self._pool = ThreadPoolExecutor(THREADS, thread_name_prefix="foyer-reader")
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._pool, self._read_aside, read)

    def _read_aside(self, read: Callable[[apsw.Connection], T]) -> T:
        try:
            connection = self._idle.get_nowait()
        except Empty:
            connection = open_reader(self._path, self._key)
        try:
            with _snapshot(connection):
                return read(connection)
        finally:
            self._idle.put(connection)

    def close(self) -> None:
        """Finish reads under way and let go of the file. Blocks; idempotent."""
        if self._closed:
            return
        self._closed = True
        if self._pool is not None:
            self._pool.shutdown(wait=True)
        while not self._idle.empty():
            self._idle.get_nowait().close()
        self._here.close()


@contextlib.contextmanager
def _snapshot(connection: apsw.Connection) -> Iterator[None]:
    connection.execute("BEGIN")
    try:
        yield
    except apsw.SQLError as error:
        raise meant(error) from error
    finally:
        connection.execute("END")
