"""Local files taken in by a store that knows no shorter way: a few at a time, each by itself."""

import asyncio
from collections.abc import AsyncIterator, Sequence

from replication.blobs.protocol import BlobStore
from replication.blobs.taking import TakenFile

_BESIDE = 8
_PIECE = 1 << 18


async def stage_files(blobs: BlobStore, paths: Sequence[str]) -> list[TakenFile | OSError]:
    """Take files in, and return for each what it holds, or why it could not be read.

    Raises as the store does.
    """
    room = asyncio.Semaphore(_BESIDE)

    async def staged(path: str) -> TakenFile | OSError:
        async with room:
            try:
                content = await blobs.stage(_pieces(path))
            except OSError as error:
                return error
            await content.commit()
            return TakenFile(path, content.digest, content.md5, content.size)

    return await asyncio.gather(*map(staged, paths))


async def _pieces(path: str) -> AsyncIterator[bytes]:
    file = await asyncio.to_thread(open, path, "rb")
    try:
        while piece := await asyncio.to_thread(file.read, _PIECE):
            yield piece
    finally:
        file.close()
