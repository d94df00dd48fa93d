"""The sweep: bytes that no document names are taken away, once they have had time to be named.

An upload commits its blob before the document that names it, so a young blob without a document is
one in the making; hence the grace period. The order here does the rest. Candidates are listed
first and what documents name is read after, so whatever was named in between is seen; and a
candidate goes only if it was not stored anew since, which the store checks in one step with the
removal, so an upload of the same bytes that arrives right now is safe too.
"""

from collections.abc import AsyncIterator
from typing import Protocol

from replication.blobs.protocol import BlobStat

GRACE_SECONDS = 3600.0


class SweptBlobs(Protocol):
    """What a sweep asks of a store of blobs."""

    def listing(self) -> AsyncIterator[BlobStat]:
        """List all blobs, in no order."""

    async def delete_stale(self, digest: str, before: float) -> bool:
        """Remove a blob unless it was stored at or after `before`; tell whether it is gone.

        The look and the removal are one step: a commit of the same bytes comes before or after.
        """


def is_stale(blob: BlobStat, before: float) -> bool:
    """Tell whether a blob is old enough to be swept, should nothing name it."""
    return blob.stored_at < before


async def sweep(
    blobs: SweptBlobs, named: AsyncIterator[str], *, now: float, grace: float = GRACE_SECONDS
) -> list[str]:
    """Remove what nothing names and return its digests, sorted.

    `named` yields every digest that any document names, repetitions allowed; it must not look
    before its first item is asked for. If it raises, nothing is removed. `now` is in seconds since
    the epoch, `grace` in seconds.
    """
    before = now - grace
    candidates = {blob.digest async for blob in blobs.listing() if is_stale(blob, before)}
    async for digest in named:
        candidates.discard(digest)
    return [digest for digest in sorted(candidates) if await blobs.delete_stale(digest, before)]
