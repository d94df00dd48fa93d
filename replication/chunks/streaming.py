"""A content cut in threads, while it comes or from a file."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from io import RawIOBase
from itertools import islice

from replication.chunks.chunk import Chunk
from replication.chunks.cutting import Cutter, cut_file

_AT_ONCE = 8 << 20
_CHUNKS_AT_ONCE = 500
"""Chunks of a file that a thread cuts before it looks whether anybody still wants them."""

InThread = Callable[[Callable[[], list[Chunk]]], Awaitable[list[Chunk]]]


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


async def cut_open(file: RawIOBase, in_thread: InThread = asyncio.to_thread) -> list[Chunk]:
    """Cut a file from where it stands on; what reading it raises passes through."""
    coming, chunks = cut_file(file), list[Chunk]()
    while more := await in_thread(lambda: list(islice(coming, _CHUNKS_AT_ONCE))):
        chunks += more
    return chunks
