"""The locks of a home: in a database of its own, so that a restart lets go of none.

Each is a local document there: it moves no sequence, no feed tells of it, and nothing of it remains
once it is deleted. They are few, so all of them are in memory too, and reading waits for no disk.
"""

import asyncio
import contextlib
import logging
from collections.abc import Callable, Coroutine
from datetime import datetime

import msgspec

from replication.core.document import LocalDocument
from replication.core.errors import DatabaseMissing, DocumentMissing
from replication.store.protocol import Database, DocumentStore, IdRange
from server.dav.refusals import in_words_of_dav
from webdav.model.lock import Lock
from webdav.model.lock_manager import LockManager
from webdav.model.lock_store import LockStore, MemoryLockStore
from webdav.model.path import Path

DATABASE = "_webdav_locks"
_PREFIX = "_local/"
_END = "_local0"  # the character after the slash

_log = logging.getLogger(__name__)


def locks_over(
    store: DocumentStore, clock: Callable[[], datetime], new_token: Callable[[], str]
) -> LockManager:
    """Return who grants the locks of a home that keeps its documents here."""
    return LockManager(KeptLocks(store), clock, new_token)


class KeptLocks:
    """Locks as local documents; they are read when somebody first asks."""

    def __init__(self, store: DocumentStore) -> None:
        self._store = store
        self._known = MemoryLockStore()
        self._is_loaded = False
        self._loading = asyncio.Lock()
        self._writing = asyncio.Lock()

    async def covering(self, path: Path) -> list[Lock]:
        """Return locks that cover a path."""
        await self._load()
        return await self._known.covering(path)

    async def below(self, path: Path) -> list[Lock]:
        """Return locks whose roots lie under a path."""
        await self._load()
        return await self._known.below(path)

    async def save(self, lock: Lock) -> None:
        """Keep a lock; it holds once it is on the disk."""
        await self._load()
        await _through(self._save(lock))

    async def delete(self, token: str) -> None:
        """Forget a lock; it holds until it is gone from the disk."""
        await self._load()
        await _through(self._delete(token))

    async def _save(self, lock: Lock) -> None:
        async with self._writing:
            with in_words_of_dav():
                database = await self._store.ensure(DATABASE)
                await database.put_local(_PREFIX + lock.token, msgspec.json.encode(lock))
            self._known.keep(lock)

    async def _delete(self, token: str) -> None:
        async with self._writing:
            if token in self._known:
                with in_words_of_dav(), contextlib.suppress(DocumentMissing):
                    await (await self._store.open(DATABASE)).delete_local(_PREFIX + token)
                self._known.drop(token)

    async def _load(self) -> None:
        if self._is_loaded:
            return
        async with self._loading:
            if not self._is_loaded:
                for document in await self._documents():
                    self._take(document)
                self._is_loaded = True

    async def _documents(self) -> list[LocalDocument]:
        try:
            database: Database = await self._store.open(DATABASE)
        except DatabaseMissing:
            return []
        return await database.local_documents(IdRange(_PREFIX, _END, inclusive_end=False))

    def _take(self, document: LocalDocument) -> None:
        try:
            self._known.keep(msgspec.json.decode(document.body, type=Lock))
        except msgspec.DecodeError as fault:  # of another version of the program
            _log.warning("lock not readable", extra={"error": str(fault)})


async def _through(writing: Coroutine[None, None, None]) -> None:
    """Carry a write through, also for a caller who has gone: disk and memory say the same."""
    await asyncio.shield(asyncio.ensure_future(writing))


_: type[LockStore] = KeptLocks
