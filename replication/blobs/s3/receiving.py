"""Bytes on their way into a bucket, hashed while more arrive: small ones wait in memory."""

import asyncio
from collections.abc import AsyncIterator

from replication.blobs.content_hash import ContentHash
from replication.blobs.s3.bucket import PART, Bucket
from replication.blobs.s3.upload import Upload

_HASHED_HERE = 1 << 16
"""A body of this size is hashed in the event loop: a hop to a thread would cost more."""


class Receiving:
    """Gathers a body; what exceeds one part is sent under `key` while the rest arrives."""

    def __init__(self, bucket: Bucket, key: str, length: int | None) -> None:
        self._bucket = bucket
        self._key = key
        self._length = length
        self._gathered: list[bytes] = []
        self._size = 0
        self.hashes = ContentHash()
        self.upload: Upload | None = None

    async def take_all(self, body: AsyncIterator[bytes]) -> bytes | None:
        """Take a body in; return it, or None when it is an object under `key` now.

        Raises StorageFull, StorageUnreachable and what the body raises; then nothing remains.
        """
        try:
            async for piece in body:
                self._gathered.append(piece)
                self._size += len(piece)
                if self._size > PART:
                    await self._send()
            rest = await self._hashed()
            if self.upload is None:
                return rest
            await self.upload.give(rest)
            await self.upload.finish()
        except BaseException:
            if self.upload is not None:
                await asyncio.shield(self.upload.break_off())
            raise
        return None

    async def _send(self) -> None:
        part = await self._hashed()
        if self.upload is None:
            self.upload = Upload(self._bucket, self._key, self._length)
        await self.upload.give(part)

    async def _hashed(self) -> bytes:
        data = b"".join(self._gathered)
        self._gathered.clear()
        self._size = 0
        if len(data) <= _HASHED_HERE:
            self.hashes.update(data)
        else:
            await asyncio.to_thread(self.hashes.update, data)
        return data
