"""Uploads under way on the disk: what is wanted in one small file, the bytes so far in another.

The length of the second is the offset, so that nothing has to be written twice: what a client was
told it may build on has been synced before it was told.
"""

import asyncio
import os
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

import msgspec

from server.files.resumable.headers import MISMATCH, Checksum, TusRefused

FOLDER = "uploads"
_WANTED, _BYTES = ".json", ".part"
_PIECE = 1 << 20
_ORPHANED = 3600.0
"""Seconds after which bytes that nothing speaks of are taken away."""


class Wanted(msgspec.Struct):
    """What an upload will be: `length` in bytes; dates are RFC 3339; `file_id` once it is done.

    `owner` is who may go on with it: a credential's id, or empty for the owner.
    """

    length: int
    parent_id: str
    name: str
    owner: str
    until: str
    metadata: dict[str, str] = {}
    replaces: str = ""
    file_id: str = ""


@dataclass(frozen=True, slots=True)
class Parts:
    """The uploads under way of one home, in its folder."""

    home: Path

    async def begin(self, upload_id: str, wanted: Wanted) -> None:
        """Begin an upload of nothing yet."""
        await asyncio.to_thread(self._begin, upload_id, wanted)

    async def wanted(self, upload_id: str) -> Wanted | None:
        """Return what an upload is to be; None for one that is unknown, or over."""
        return await asyncio.to_thread(self._read, upload_id)

    async def note(self, upload_id: str, wanted: Wanted) -> None:
        """Write anew what an upload is to be."""
        await asyncio.to_thread(self._write, upload_id, wanted)

    async def offset(self, upload_id: str) -> int:
        """Return how many bytes have come."""
        return await asyncio.to_thread(_size, self._path(upload_id, _BYTES))

    async def append(
        self,
        upload_id: str,
        offset: int,
        most: int,
        body: AsyncIterator[bytes],
        said: Checksum | None,
    ) -> int:
        """Add a body behind `offset`, durably; returns the new offset, `most` at the most.

        What came before a connection broke stays, unless a checksum was to tell whether it is
        right. Raises TusRefused for a body that is too long, or hashes to something else.
        """
        path, hasher = self._path(upload_id, _BYTES), said.hasher() if said else None
        file = await asyncio.to_thread(path.open, "r+b")
        count = offset
        try:
            await asyncio.to_thread(file.seek, offset)
            try:
                async for piece in _bounded(body, most - offset):
                    await asyncio.to_thread(file.write, piece)
                    if hasher is not None:
                        hasher.update(piece)
                    count += len(piece)
            except BaseException as error:
                if hasher is not None or isinstance(error, TusRefused):
                    count = offset
                raise
            if hasher is not None and said is not None and hasher.digest() != said.digest:
                count = offset
                raise TusRefused(MISMATCH, "The bytes do not hash to Upload-Checksum")
        finally:
            await asyncio.shield(asyncio.to_thread(_settle, file, count))
        return count

    async def read(self, upload_id: str) -> AsyncIterator[bytes]:
        """Yield the bytes of an upload."""
        file = await asyncio.to_thread(self._path(upload_id, _BYTES).open, "rb")
        try:
            while piece := await asyncio.to_thread(file.read, _PIECE):
                yield piece
        finally:
            file.close()

    async def release(self, upload_id: str) -> None:
        """Let go of the bytes of an upload that is done; what it was is known for a while."""
        path = self._path(upload_id, _BYTES)
        await asyncio.to_thread(path.unlink, missing_ok=True)

    async def end(self, upload_id: str) -> None:
        """Forget an upload."""
        await asyncio.to_thread(self._end, upload_id)

    async def forget_old(self, now: datetime) -> int:
        """Forget the uploads that nobody went on with in time; returns how many those were."""
        return await asyncio.to_thread(self._forget_old, now)

    def _path(self, upload_id: str, ending: str) -> Path:
        return self.home / FOLDER / (upload_id + ending)

    def _begin(self, upload_id: str, wanted: Wanted) -> None:
        (self.home / FOLDER).mkdir(exist_ok=True, mode=0o700)
        self._path(upload_id, _BYTES).touch(mode=0o600)
        self._write(upload_id, wanted)

    def _write(self, upload_id: str, wanted: Wanted) -> None:
        path = self._path(upload_id, _WANTED)
        temporary = path.with_suffix(".new")
        with temporary.open("wb") as file:
            file.write(msgspec.json.encode(wanted))
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)

    def _read(self, upload_id: str) -> Wanted | None:
        if not (upload_id.isalnum() and upload_id.isascii()):
            return None
        try:
            return msgspec.json.decode(self._path(upload_id, _WANTED).read_bytes(), type=Wanted)
        except (FileNotFoundError, msgspec.DecodeError):
            return None

    def _end(self, upload_id: str) -> None:
        for ending in (_WANTED, _BYTES):
            self._path(upload_id, ending).unlink(missing_ok=True)

    def _forget_old(self, now: datetime) -> int:
        names = {path.stem for path in (self.home / FOLDER).glob("*.*")}
        old = [name for name in names if self._is_old(name, now)]
        for name in old:
            self._end(name)
        return len(old)

    def _is_old(self, name: str, now: datetime) -> bool:
        wanted = self._read(name)
        if wanted is not None:
            return datetime.fromisoformat(wanted.until) < now
        # Bytes that nothing speaks of: an upload that is just beginning, or one that never did.
        try:
            touched = self._path(name, _BYTES).stat().st_mtime
        except FileNotFoundError:
            return True
        return touched < now.timestamp() - _ORPHANED


async def _bounded(body: AsyncIterator[bytes], room: int) -> AsyncIterator[bytes]:
    async for piece in body:
        room -= len(piece)
        if room < 0:
            raise TusRefused(413, "More bytes came than were announced")
        yield piece


def _size(path: Path) -> int:
    return path.stat().st_size


def _settle(file: BinaryIO, count: int) -> None:
    """Cut a file to what counts, and sync it."""
    with file:
        file.flush()
        file.truncate(count)
        os.fsync(file.fileno())
