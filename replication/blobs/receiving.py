"""Bytes on their way into a folder of blobs, hashed and written by threads while more arrive."""

import asyncio
from collections.abc import Callable
from types import TracebackType
from typing import Protocol, Self, TypeVar

from replication.blobs.content_hash import ContentHash
from replication.blobs.incoming import IncomingFile, IncomingFolder
from replication.blobs.protocol import BlobStat
from replication.blobs.small import SMALL
from replication.core.errors import StoreClosed

T = TypeVar("T")

PIECE = 1 << 19
"""Bytes gathered for one step of a thread; a body that stays below never leaves memory before it
is committed."""

HASHED_HERE = 1 << 16
"""A body of this size is hashed in the event loop: a hop to a thread would cost more."""


class Keeper(Protocol):
    """The store that bytes are on their way into."""

    def run(self, work: Callable[[], T]) -> asyncio.Future[T]:
        """Start work in a thread. Raises StoreClosed."""

    def keep(self, digest: str, content: IncomingFile | bytes | None) -> BlobStat:
        """Make received bytes durable under their digest; blocks."""

    async def keep_small(self, digest: str, content: bytes) -> BlobStat:
        """Make few bytes durable under their digest, with others that wait."""


class LocalStagedBlob:
    """Bytes received whole: small ones in memory, others in a file of their own."""

    def __init__(
        self,
        store: Keeper,
        folder: IncomingFolder,
        hashes: ContentHash,
        content: IncomingFile | bytes,
    ) -> None:
        self._store = store
        self._folder = folder
        self._content: IncomingFile | bytes | None = content
        self.digest = hashes.digest
        self.md5 = hashes.md5
        self.size = hashes.size

    async def commit(self) -> BlobStat:
        """Make them durable under their digest; again, when they are, renew them.

        Raises StorageFull, and BlobMissing when they were discarded or swept since.
        """
        content = self._content
        if isinstance(content, bytes) and len(content) <= SMALL:
            stat = await self._store.keep_small(self.digest, content)
        else:
            stat = await self._store.run(self._keep)
        self._content = None
        return stat

    def _keep(self) -> BlobStat:
        """Do all of it in a thread, which runs to its end even when the caller has gone."""
        content = self._content
        stat = self._store.keep(self.digest, content)
        if isinstance(content, IncomingFile):
            self._folder.forget(content)
        return stat

    async def discard(self) -> None:
        """Forget them."""
        content, self._content = self._content, None
        if isinstance(content, IncomingFile):
            await _forget(self._store, self._folder, content)


class Receiving:
    """Gathers what arrives; when left by an error, nothing of it remains.

    One piece is with two threads (MD5 takes as long as SHA-256 and the writing) while the next
    gathers, and no more than two pieces are ever held.
    """

    def __init__(self, store: Keeper, folder: IncomingFolder) -> None:
        self._store = store
        self._folder = folder
        self._hashes = ContentHash()
        self._gathered: list[bytes] = []
        self._size = 0
        self._file: IncomingFile | None = None
        self._under_way: list[asyncio.Future[None]] = []

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if kind is not None and self._file is not None:
            await _forget(self._store, self._folder, self._file)

    async def take(self, piece: bytes) -> None:
        """Take the next bytes. Raises StorageFull, maybe for bytes taken before."""
        self._gathered.append(piece)
        self._size += len(piece)
        if self._size >= PIECE:
            await self._hand_over()

    async def staged(self) -> LocalStagedBlob:
        """Return what was received, whole. Raises StorageFull."""
        if self._file is None:
            content = b"".join(self._gathered)
            await self._hash(content)
            return LocalStagedBlob(self._store, self._folder, self._hashes, content)
        await self._hand_over()
        await self._settled()
        return LocalStagedBlob(self._store, self._folder, self._hashes, self._file)

    async def _hash(self, content: bytes) -> None:
        if len(content) <= HASHED_HERE:
            self._hashes.update(content)
        else:
            await self._store.run(lambda: self._hashes.update(content))

    async def _hand_over(self) -> None:
        await self._settled()
        data = b"".join(self._gathered)
        self._gathered.clear()
        self._size = 0
        file = self._file = self._file or self._folder.file()
        self._under_way = [
            self._store.run(lambda: self._hashes.update_md5(data)),
            self._store.run(lambda: self._absorb(file, data)),
        ]
        for future in self._under_way:
            future.add_done_callback(_heard)  # nobody awaits it when the body fails first

    async def _settled(self) -> None:
        while self._under_way:
            await self._under_way.pop()

    def _absorb(self, file: IncomingFile, data: bytes) -> None:
        file.write(data)
        self._hashes.update_digest(data)


async def _forget(store: Keeper, folder: IncomingFolder, file: IncomingFile) -> None:
    """Remove a file, in a thread: it may have to wait for a write that is under way."""
    try:
        removal = store.run(lambda: folder.forget(file))
    except StoreClosed:
        folder.forget(file)
    else:
        await asyncio.shield(removal)


def _heard(future: asyncio.Future[None]) -> None:
    if not future.cancelled():
        future.exception()
