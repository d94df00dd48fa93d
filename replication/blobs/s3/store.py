"""A home's contents in a bucket of any store that speaks S3's protocol.

Of the store it asks what Amazon promises since 2020: whoever lists after a write sees it. A commit
looks, and fails where that is not so. A process that dies leaves at most objects under `incoming/`,
which the next sweep takes when they are a day old, and unfinished uploads, which the bucket's own
rule for these takes (docs/admin.md).
"""

from collections.abc import AsyncIterator, Callable
from contextlib import suppress

from replication.blobs.announced import exactly
from replication.blobs.protocol import BlobStat, BlobStore, StagedBlob
from replication.blobs.s3.bucket import Bucket, StoredObject
from replication.blobs.s3.keys import Keys, is_digest
from replication.blobs.s3.receiving import Receiving
from replication.blobs.s3.staged import S3StagedBlob
from replication.blobs.sweep import SweptBlobs
from replication.core.errors import (
    BlobMissing,
    ReplicationError,
    StorageUnreachable,
    StoreClosed,
)

COPIED_AT_ONCE = 5 * 1024**3
"""Bytes that S3 copies in one request, at most."""

_SUPERSEDED = 3600.0  # seconds after which a second copy makes the first one needless
_ABANDONED = 86400.0  # seconds after which nobody still receives what is under `incoming/`
_REMEMBERED = 4096
_ERASED_AT_ONCE = 1000
_PATIENCE = 3  # breaks in one read that bring no byte


class S3BlobStore:
    """Contents by digest, under a prefix of a bucket; `new_id` gives names that nobody has."""

    def __init__(self, bucket: Bucket, prefix: str, new_id: Callable[[], str]) -> None:
        self._bucket = bucket
        self._keys = Keys(prefix)
        self._new_id = new_id
        self._known: dict[str, StoredObject] = {}
        self._staged: set[S3StagedBlob] = set()
        self._closed = False

    async def stage(self, body: AsyncIterator[bytes], *, length: int | None = None) -> StagedBlob:
        """Take bytes in, hashing as they stream."""
        self.require_open()
        key = self._keys.arriving(self._new_id())
        receiving = Receiving(self._bucket, key, length)
        content = await receiving.take_all(exactly(body, length))
        staged = S3StagedBlob(self, receiving.hashes, key if content is None else content)
        if content is None:
            self._staged.add(staged)
        return staged

    async def keep(self, digest: str, content: bytes | str | None, size: int) -> BlobStat:
        """Give bytes, or an object of a size by its key, their digest for a name.

        None renews what is there. Raises StorageFull, StoreClosed, BlobMissing.
        """
        self.require_open()
        key = self._keys.copy(digest, self._new_id())
        if isinstance(content, bytes):
            await self._bucket.put(key, content)
        else:
            source = content or (await self._newest(digest)).key
            await self._copy(source, key, size, digest)
        return await self._settled(digest, key)

    async def _copy(self, source: str, target: str, size: int, digest: str) -> None:
        try:
            if size <= COPIED_AT_ONCE:
                await self._bucket.copy(source, target)
            else:
                parts = self._bucket.read(source, 0, size)
                await self._bucket.put_parts(target, parts, size)
        except FileNotFoundError:
            raise BlobMissing(digest) from None

    async def _settled(self, digest: str, key: str) -> BlobStat:
        """See that a new copy can be found, and remove those that it supersedes."""
        copies = await self._copies(digest)
        if not any(one.key == key for one in copies):
            raise StorageUnreachable(key, "it does not list what was just stored")
        newest = copies[-1]
        self._remember(digest, newest)
        old = [one.key for one in copies if one.stored_at < newest.stored_at - _SUPERSEDED]
        await self._bucket.delete(old)
        return BlobStat(digest, newest.size, newest.stored_at)

    async def forget(self, staged: "S3StagedBlob", key: str | None) -> None:
        """Remove the object of a staged content that is not needed any more."""
        self._staged.discard(staged)
        if key is not None:
            with suppress(ReplicationError):  # the sweep will find it
                await self._bucket.delete([key])

    async def stat(self, digest: str) -> BlobStat:
        """Describe a blob."""
        newest = await self._newest(digest)
        return BlobStat(digest, newest.size, newest.stored_at)

    async def _newest(self, digest: str) -> StoredObject:
        copies = await self._copies(digest)
        if not copies:
            self._known.pop(digest, None)
            raise BlobMissing(digest)
        self._remember(digest, copies[-1])
        return copies[-1]

    async def _copies(self, digest: str) -> list[StoredObject]:
        """List the copies of a content, the latest last; all processes agree on the order."""
        if not is_digest(digest):
            raise BlobMissing(digest)
        found = [one async for one in self._bucket.listing(self._keys.copies(digest))]
        return sorted(found, key=lambda one: (one.stored_at, one.key))

    def _remember(self, digest: str, found: StoredObject) -> None:
        self._known.pop(digest, None)
        self._known[digest] = found
        if len(self._known) > _REMEMBERED:
            del self._known[next(iter(self._known))]

    async def read(
        self, digest: str, start: int = 0, stop: int | None = None
    ) -> AsyncIterator[bytes]:
        """Stream bytes from `start` to before `stop`; goes on where a connection broke."""
        blob = self._known.get(digest) or await self._newest(digest)
        position, end = start, blob.size if stop is None else min(stop, blob.size)
        if position >= end:
            await self._newest(digest)  # it may be gone
        breaks = 0
        while position < end:
            before = position
            try:
                async for piece in self._bucket.read(blob.key, position, end):
                    position += len(piece)
                    yield piece
            except FileNotFoundError:  # this copy was superseded, or all of them removed
                blob = await self._newest(digest)
            except StorageUnreachable:
                if breaks == _PATIENCE:
                    raise
            breaks = breaks + 1 if position == before else 0
            if breaks > _PATIENCE:
                raise StorageUnreachable(blob.key, "it ends too early")

    async def path(self, digest: str) -> str | None:
        """Return None: no file here holds these bytes."""
        del digest
        return None

    async def delete(self, digest: str) -> None:
        """Remove a blob."""
        await self._remove(digest, await self._copies(digest))

    async def delete_stale(self, digest: str, before: float) -> bool:
        """Remove a blob unless it was stored at or after `before`; tell whether it is gone.

        A copy that comes after the look has another key, and stays.
        """
        copies = await self._copies(digest)
        if not copies or copies[-1].stored_at >= before:
            return False
        await self._remove(digest, copies)
        return True

    async def _remove(self, digest: str, copies: list[StoredObject]) -> None:
        self._known.pop(digest, None)
        await self._bucket.delete([one.key for one in copies])

    async def listing(self) -> AsyncIterator[BlobStat]:
        """List all blobs; who lists is the sweep, so what was abandoned under way goes first."""
        await self._clear_abandoned()
        last: BlobStat | None = None
        async for one in self._bucket.listing(self._keys.blobs):
            digest = self._keys.digest_of(one.key)
            if digest is None:
                continue
            if last is not None and last.digest != digest:
                yield last
            latest = max(one.stored_at, last.stored_at if last and last.digest == digest else 0.0)
            last = BlobStat(digest, one.size, latest)
        if last is not None:
            yield last

    async def _clear_abandoned(self) -> None:
        """Remove what was received a day before the latest of it, by the bucket's own clock."""
        found = [one async for one in self._bucket.listing(self._keys.incoming)]
        latest = max((one.stored_at for one in found), default=0.0)
        await self._bucket.delete([o.key for o in found if o.stored_at < latest - _ABANDONED])

    async def erase(self) -> None:
        """Remove all contents of the home, and what is on its way; may be asked again."""
        self._known.clear()
        for prefix in (self._keys.blobs, self._keys.incoming):
            keys: list[str] = []
            async for one in self._bucket.listing(prefix):
                keys.append(one.key)
                if len(keys) == _ERASED_AT_ONCE:
                    await self._bucket.delete(keys)
                    keys = []
            await self._bucket.delete(keys)

    async def close(self) -> None:
        """Take nothing more in, and remove what was not committed."""
        self._closed = True
        for staged in list(self._staged):
            await staged.discard()

    def require_open(self) -> None:
        """Raise StoreClosed when it is closed."""
        if self._closed:
            raise StoreClosed(self._keys.prefix)


_store: type[BlobStore] = S3BlobStore
_swept: type[SweptBlobs] = S3BlobStore
