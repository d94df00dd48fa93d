"""A large content on its way to a bucket, part by part, broken off without a trace.

The client library takes the parts in a task of its own. A request that is given up is not cancelled
there, which would leave the parts where nobody sees them and the operator pays for them: the next
part is an error instead, and the library takes back what it sent.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress

from replication.blobs.s3.bucket import Bucket
from replication.core.errors import ReplicationError


class _BrokenOff(Exception):
    """There will be no more parts."""


class Upload:
    """Parts being sent under a key; one waits while another is under way."""

    def __init__(self, bucket: Bucket, key: str, length: int | None) -> None:
        self.key = key
        self._waiting: asyncio.Queue[bytes | None] = asyncio.Queue(1)
        self._broken = False
        self._sending = asyncio.create_task(bucket.put_parts(key, self._parts(), length))

    async def _parts(self) -> AsyncIterator[bytes]:
        while (part := await self._waiting.get()) is not None:
            yield part
        if self._broken:
            raise _BrokenOff

    async def give(self, part: bytes | None) -> None:
        """Send a part, or (None) say that there are no more. Raises what an earlier one met."""
        putting = asyncio.create_task(self._waiting.put(part))
        try:
            await asyncio.wait({putting, self._sending}, return_when=asyncio.FIRST_COMPLETED)
            if not putting.done():
                await self._sending
        finally:
            putting.cancel()

    async def finish(self) -> None:
        """Send no more, and wait until the object is whole. Raises as `Bucket.put_parts`."""
        await self.give(None)
        await asyncio.shield(self._sending)

    async def break_off(self) -> None:
        """Take back what was sent; harmless when all of it was, or when it failed."""
        self._broken = True
        while not self._waiting.empty():
            self._waiting.get_nowait()
        self._waiting.put_nowait(None)
        with suppress(_BrokenOff, ReplicationError):
            await asyncio.shield(self._sending)
