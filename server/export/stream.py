"""An archive as it is asked for by its owner: streamed, in pieces of one size."""

import tempfile
from collections.abc import AsyncGenerator, AsyncIterator

from server.export.exporting import Exporting
from server.export.manifest import Head
from server.export.noted import Noted
from server.export.packing import Packing
from server.instances.instance import Instance
from server.jobs.sweep_blobs import unswept

_PIECE = 1 << 18


async def streamed(home: Instance, head: Head) -> AsyncGenerator[bytes]:
    """Yield the archive of a home. Raises FolderInUse, ContentCut, and as the stores do."""
    noted = Noted()
    try:
        with tempfile.TemporaryFile() as sums:
            async with unswept(home):
                exporting = Exporting(home, head, Packing(sums), noted, {})
                async for piece in _joined(exporting.pieces()):
                    yield piece
    finally:
        noted.close()


async def _joined(pieces: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """Yield the same bytes, few small pieces among them."""
    waiting = bytearray()
    async for piece in pieces:
        waiting += piece
        if len(waiting) >= _PIECE:
            yield bytes(waiting)
            waiting.clear()
    yield bytes(waiting)
