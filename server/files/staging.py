"""Content that was taken in and has no document yet."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from replication.blobs.protocol import StagedBlob


@asynccontextmanager
async def dropped_on_failure(staged: StagedBlob) -> AsyncIterator[None]:
    """Forget staged content when what was to use it fails, or is cut off."""
    try:
        yield
    except BaseException:
        await staged.discard()
        raise
