"""The beginning of what is read."""

from collections.abc import AsyncIterator


async def up_to(pieces: AsyncIterator[bytes], size: int) -> AsyncIterator[bytes]:
    """Yield the first bytes, and let go of the rest."""
    try:
        async for piece in pieces:
            yield piece[:size]
            size -= len(piece)
            if size <= 0:
                break
    finally:
        await pieces.aclose()  # type: ignore[attr-defined]  # they are generators
