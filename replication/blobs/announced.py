"""A body held to the length that was announced for it."""

from collections.abc import AsyncIterator

from replication.core.errors import BlobMismatch


async def exactly(body: AsyncIterator[bytes], length: int | None) -> AsyncIterator[bytes]:
    """Pass a body through; None lets it have any length.

    Raises BlobMismatch as soon as more than `length` bytes have come, or at the end if fewer.
    """
    received = 0
    async for piece in body:
        received += len(piece)
        if length is not None and received > length:
            raise BlobMismatch("length", length, received)
        yield piece
    if length is not None and received != length:
        raise BlobMismatch("length", length, received)
