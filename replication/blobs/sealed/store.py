"""A store of blobs over a folder that this process has for itself, everything in it sealed.

It is the folder of `local`, with other names and other bytes: so it gives the same promises. No
file of it holds a content as it is, so there is no path to give to sendfile.
"""

import asyncio
import os
from collections.abc import AsyncIterator, Callable
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import TypeVar

from replication.blobs.announced import exactly
from replication.blobs.incoming import IncomingFile
from replication.blobs.local import LocalBlobStore
from replication.blobs.open_blob import OpenBlob
from replication.blobs.protocol import BlobStat, BlobStore, StagedBlob
from replication.blobs.receiving import Keeper, Receiving
from replication.blobs.sealed.layout import (
    END,
    HEAD,
    PIECE,
    SALT,
    SEALED_PIECE,
    FolderKey,
    Opened,
    Sealing,
    plain_size,
    span_of,
)
from replication.blobs.sweep import SweptBlobs
from replication.core.errors import BlobMismatch, BlobMissing, StorageFull

T = TypeVar("T")


class SealedFile(IncomingFile):
    """A file being received, sealed as it is written."""

    def __init__(self, key: FolderKey, path: Path) -> None:
        super().__init__(path)
        self._sealing = Sealing(key, os.urandom(SALT))
        self._ended = self._whole = False

    def write(self, data: bytes) -> None:
        """Append bytes. Raises StorageFull."""
        super().write(self._sealing.add(data))

    def end(self, digest: str) -> None:
        """Write the end of a content of this digest, once. Raises StorageFull, from then on."""
        if self._ended and not self._whole:  # nobody knows how much of the end is there
            raise StorageFull
        if not self._ended:
            self._ended = True
            super().write(self._sealing.end(digest))
            self._whole = True


class SealedBlobStore:
    """Blobs sealed with 32 secret bytes, in a folder that this process has for itself."""

    def __init__(self, folder: Path, secret: bytes) -> None:
        self._key = FolderKey(secret)
        self._inner = LocalBlobStore(folder, partial(SealedFile, self._key))

    async def stage(self, body: AsyncIterator[bytes], *, length: int | None = None) -> StagedBlob:
        """Take bytes in, hashing and sealing as they stream."""
        async with Receiving(self, self._inner.incoming) as receiving:
            async for piece in exactly(body, length):
                await receiving.take(piece)
            return await receiving.staged()

    def run(self, work: Callable[[], T]) -> asyncio.Future[T]:
        """Start work in a thread of this store. Raises StoreClosed."""
        return self._inner.run(work)

    def keep(self, digest: str, content: IncomingFile | bytes | None) -> BlobStat:
        """Make received bytes durable under their digest; blocks. Raises as the folder's own."""
        if isinstance(content, bytes):
            content = self._sealed(digest, content)
        elif isinstance(content, SealedFile):
            content.end(digest)
        return self._plain(digest, self._inner.keep(self._name(digest), content))

    async def keep_small(self, digest: str, content: bytes) -> BlobStat:
        """Make few bytes durable under their digest. Raises StorageFull, StoreClosed."""
        sealed = self._sealed(digest, content)
        return self._plain(digest, await self._inner.keep_small(self._name(digest), sealed))

    def _sealed(self, digest: str, content: bytes) -> bytes:
        sealing = Sealing(self._key, os.urandom(SALT))
        return sealing.add(content) + sealing.end(digest)

    def _name(self, digest: str) -> str:
        try:
            return self._key.name_of(digest)
        except ValueError:
            raise BlobMissing(digest) from None

    @staticmethod
    def _plain(digest: str, stat: BlobStat) -> BlobStat:
        return BlobStat(digest, plain_size(stat.size), stat.stored_at)

    async def stat(self, digest: str) -> BlobStat:
        """Describe a blob."""
        try:
            return self._plain(digest, await self._inner.stat(self._name(digest)))
        except BlobMissing:
            raise BlobMissing(digest) from None

    async def read(
        self, digest: str, start: int = 0, stop: int | None = None
    ) -> AsyncIterator[bytes]:
        """Stream bytes from `start` to before `stop`; a blob deleted meanwhile is read on.

        Raises BlobMismatch where the file is not what was written.
        """
        try:
            blob = self._inner.open(self._name(digest))
        except BlobMissing:
            raise BlobMissing(digest) from None
        with closing(blob):
            async for piece in self._opened(blob, digest, start, stop):
                yield piece

    async def _opened(
        self, blob: OpenBlob, digest: str, start: int, stop: int | None
    ) -> AsyncIterator[bytes]:
        size = blob.size
        if size < HEAD + END:
            raise BlobMismatch("length", HEAD + END, size)
        if size <= SEALED_PIECE:  # one piece: read it with what is around it
            yield _only_piece(self._key, digest, await _joined(blob.pieces(0, size)))[start:stop]
            return
        head = await _joined(blob.pieces(0, HEAD))
        opened = Opened(self._key, digest, head, await _joined(blob.pieces(size - END, size)))
        if opened.size != plain_size(size):
            raise BlobMismatch("length", opened.size, plain_size(size))
        stop = opened.size if stop is None else min(stop, opened.size)
        if start >= stop:
            return
        number = start // PIECE
        async for sealed in _cut(blob.pieces(*span_of(start, stop, opened.size))):
            content = opened.piece(number, sealed)
            skipped, number = number * PIECE, number + 1
            yield content[max(start - skipped, 0) : stop - skipped]

    async def path(self, digest: str) -> str | None:
        """Return None: no file holds just these bytes."""
        del digest
        return None

    async def delete(self, digest: str) -> None:
        """Remove a blob."""
        await self._inner.delete(self._name(digest))

    async def delete_stale(self, digest: str, before: float) -> bool:
        """Remove a blob unless it was stored at or after `before`; tell whether it is gone."""
        return await self._inner.delete_stale(self._name(digest), before)

    async def listing(self) -> AsyncIterator[BlobStat]:
        """List all blobs."""
        async for stat in self._inner.listing():
            yield self._plain(self._key.digest_of(stat.digest), stat)

    async def close(self) -> None:
        """Finish what the threads are at, and remove what was not committed."""
        await self._inner.close()


def _only_piece(key: FolderKey, digest: str, file: bytes) -> bytes:
    """Return the content of a file that has one piece at the most."""
    opened, sealed = Opened(key, digest, file[:HEAD], file[-END:]), file[HEAD:-END]
    content = opened.piece(0, sealed) if sealed else b""
    if len(content) != opened.size:
        raise BlobMismatch("length", opened.size, len(content))
    return content


async def _joined(pieces: AsyncIterator[bytes]) -> bytes:
    return b"".join([piece async for piece in pieces])


async def _cut(pieces: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """Yield sealed pieces, whatever pieces they are read in."""
    waiting = bytearray()
    async for piece in pieces:
        waiting += piece
        while len(waiting) >= SEALED_PIECE:
            yield bytes(waiting[:SEALED_PIECE])
            del waiting[:SEALED_PIECE]
    if waiting:
        yield bytes(waiting)


_store: type[BlobStore] = SealedBlobStore
_swept: type[SweptBlobs] = SealedBlobStore
_keeper: type[Keeper] = SealedBlobStore
