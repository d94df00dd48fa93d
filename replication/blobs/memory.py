"""The reference engine for bytes: a dictionary, as plain as the rules allow."""

import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass

from replication.blobs.announced import exactly
from replication.blobs.content_hash import ContentHash
from replication.blobs.protocol import BlobStat, BlobStore, StagedBlob
from replication.blobs.sweep import SweptBlobs
from replication.core.errors import BlobMissing, StoreClosed

PIECE = 1 << 18


@dataclass(frozen=True, slots=True)
class _Blob:
    content: bytes
    stored_at: float


class MemoryStagedBlob:
    """Bytes that the dictionary does not have yet."""

    def __init__(self, store: "MemoryBlobStore", content: bytes, hashes: ContentHash) -> None:
        self._store = store
        self._content: bytes | None = content
        self.digest = hashes.digest
        self.md5 = hashes.md5
        self.size = hashes.size

    async def commit(self) -> BlobStat:
        """Put them into the dictionary. Raises BlobMissing after a discard."""
        if self._content is None:
            raise BlobMissing(self.digest)
        return self._store.keep(self.digest, self._content)

    async def discard(self) -> None:
        """Forget them."""
        self._content = None


class MemoryBlobStore:
    """Bytes by digest, in memory; `clock` gives seconds since the epoch."""

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self._blobs: dict[str, _Blob] = {}
        self._closed = False

    async def stage(self, body: AsyncIterator[bytes], *, length: int | None = None) -> StagedBlob:
        """Take bytes in, hashing as they stream."""
        if self._closed:
            raise StoreClosed
        hashes = ContentHash()
        pieces = []
        async for piece in exactly(body, length):
            hashes.update(piece)
            pieces.append(bytes(piece))
        return MemoryStagedBlob(self, b"".join(pieces), hashes)

    def keep(self, digest: str, content: bytes) -> BlobStat:
        """Hold bytes under their digest from now on."""
        if self._closed:
            raise StoreClosed
        self._blobs[digest] = _Blob(content, self._clock())
        return self._stat(digest)

    async def stat(self, digest: str) -> BlobStat:
        """Describe a blob."""
        return self._stat(digest)

    def _stat(self, digest: str) -> BlobStat:
        blob = self._blob(digest)
        return BlobStat(digest, len(blob.content), blob.stored_at)

    def _blob(self, digest: str) -> _Blob:
        if digest not in self._blobs:
            raise BlobMissing(digest)
        return self._blobs[digest]

    async def read(
        self, digest: str, start: int = 0, stop: int | None = None
    ) -> AsyncIterator[bytes]:
        """Stream bytes from `start` to before `stop`."""
        content = self._blob(digest).content
        end = len(content) if stop is None else min(stop, len(content))
        for position in range(start, end, PIECE):
            yield content[position : min(position + PIECE, end)]

    async def path(self, digest: str) -> str | None:
        """Return None: no file holds these bytes."""
        del digest
        return None

    async def delete(self, digest: str) -> None:
        """Remove a blob."""
        self._blobs.pop(digest, None)

    async def delete_stale(self, digest: str, before: float) -> bool:
        """Remove a blob unless it was stored at or after `before`; tell whether it is gone."""
        blob = self._blobs.get(digest)
        if blob is None or blob.stored_at >= before:
            return False
        del self._blobs[digest]
        return True

    async def listing(self) -> AsyncIterator[BlobStat]:
        """List all blobs."""
        for digest in list(self._blobs):
            if digest in self._blobs:
                yield self._stat(digest)

    async def close(self) -> None:
        """Take nothing more in."""
        self._closed = True


_store: type[BlobStore] = MemoryBlobStore
_swept: type[SweptBlobs] = MemoryBlobStore
