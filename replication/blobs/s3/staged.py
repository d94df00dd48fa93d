"""A content received whole that no digest leads to yet."""

from typing import Protocol

from replication.blobs.content_hash import ContentHash
from replication.blobs.protocol import BlobStat, StagedBlob
from replication.core.errors import BlobMissing


class Keeper(Protocol):
    """The store that contents are on their way into."""

    def require_open(self) -> None:
        """Raise StoreClosed when it is closed."""

    async def keep(self, digest: str, content: bytes | str | None, size: int) -> BlobStat:
        """Give bytes, or an object by its key, their digest for a name; None renews."""

    async def forget(self, staged: "S3StagedBlob", key: str | None) -> None:
        """Remove the object of a staged content that is not needed any more."""


class S3StagedBlob:
    """Small contents wait in memory, large ones as an object whose key is `content`."""

    def __init__(self, store: Keeper, hashes: ContentHash, content: bytes | str) -> None:
        self._store = store
        self._content: bytes | str | None = content
        self._discarded = False
        self.digest = hashes.digest
        self.md5 = hashes.md5
        self.size = hashes.size

    async def commit(self) -> BlobStat:
        """Make them durable under their digest; again, when they are, renew them.

        Raises StorageFull, StorageUnreachable, and BlobMissing when they were discarded.
        """
        self._store.require_open()
        if self._discarded:
            raise BlobMissing(self.digest)
        stat = await self._store.keep(self.digest, self._content, self.size)
        await self._forget()
        return stat

    async def discard(self) -> None:
        """Forget them."""
        self._discarded = True
        await self._forget()

    async def _forget(self) -> None:
        content, self._content = self._content, None
        await self._store.forget(self, content if isinstance(content, str) else None)


_staged: type[StagedBlob] = S3StagedBlob
