"""A content cut while it comes: read in the event loop, cut in threads."""

import asyncio
from collections.abc import AsyncIterator

from replication.chunks.chunk import Chunk
from replication.chunks.cutting import Cutter

_AT_ONCE = 8 << 20


async def cut_stream(content: AsyncIterator[bytes]) -> list[Chunk]:
    """Cut a content; what reading it raises passes through."""
    cutter, chunks, waiting = Cutter(), [], bytearray()
    async for piece in content:
        waiting += piece
        if len(waiting) >= _AT_ONCE:
            chunks += await asyncio.to_thread(cutter.feed, bytes(waiting))
            waiting.clear()
    chunks += await asyncio.to_thread(cutter.feed, bytes(waiting))
    return chunks + await asyncio.to_thread(cutter.end)
