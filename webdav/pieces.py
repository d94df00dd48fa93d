"""Bytes of a content one after the other, wherever they come from."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

from webdav.message import FileSlice

_PIECE = 1 << 18


async def pieces_of(content: FileSlice | AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """Yield what a backend gave out. Raises OSError, or EOFError for a file that ends early."""
    if not isinstance(content, FileSlice):
        async for piece in content:
            yield piece
        return
    with Path(content.path).open("rb") as file:  # noqa: ASYNC230 - opening is one system call
        file.seek(content.start)
        left = content.stop - content.start
        while left:
            piece = await asyncio.to_thread(file.read, min(_PIECE, left))
            if not piece:
                raise EOFError(f"{content.path} ends early")
            left -= len(piece)
            yield piece
