"""Uploads under way on the disk: what is wanted, the bytes so far, how many of them are durable.

Each is a small file of its own. What a client is told it may build on has been synced before, and
noted after; bytes beyond that may be there after a power cut, and may be anything.
"""

import asyncio
import os
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from io import FileIO
from pathlib import Path

import msgspec

from replication.blobs.disk import full_disk_named, sync_folder, write_all
from server.at_rest.transit import Transit
from server.files.resumable.headers import MISMATCH, Checksum, TusRefused

FOLDER = "uploads"
_WANTED, _BYTES, _OFFSET = ".json", ".part", ".offset"
_PIECE = 1 << 20
_NOTED_AFTER = 1 << 26
"""Bytes after which a long piece is made durable so far: so much a server that dies can lose."""
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
    """The uploads under way of one home, in its folder; `transit` is how they lie there."""

    home: Path
    transit: Transit

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
        """Return how many bytes have come and are durable."""
        return await asyncio.to_thread(self._offset, upload_id)

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
        right. Raises StorageFull, and TusRefused for a body that is too long, or hashes to
        something else.
        """
        hasher = said.hasher() if said else None
        file = await asyncio.to_thread(self._path(upload_id, _BYTES).open, "r+b", 0)
        count = noted = offset
        try:
            await asyncio.to_thread(file.seek, offset)
            try:
                async for piece in _bounded(body, most - offset):
                    kept = self.transit.mask(upload_id, count, piece)
                    await asyncio.to_thread(_write, file, kept)
                    count += len(piece)
                    if hasher is not None:
                        hasher.update(piece)
                    elif count - noted >= _NOTED_AFTER:
                        await asyncio.to_thread(self._settle, upload_id, file, count)
                        noted = count
            except BaseException as error:
                if hasher is not None or isinstance(error, TusRefused):
                    count = offset
                raise
            if hasher is not None and said is not None and hasher.digest() != said.digest:
                count = offset
                raise TusRefused(MISMATCH, "The bytes do not hash to Upload-Checksum")
        finally:
            await asyncio.shield(asyncio.to_thread(self._settled, upload_id, file, count))
        return count

    async def read(
        self, upload_id: str, start: int = 0, stop: int | None = None
    ) -> AsyncIterator[bytes]:
        """Yield the bytes of an upload that is whole, from `start` to before `stop`."""
        file = await asyncio.to_thread(self._path(upload_id, _BYTES).open, "rb")
        try:
            await asyncio.to_thread(file.seek, start)
            while piece := await asyncio.to_thread(file.read, _next(start, stop)):
                yield self.transit.mask(upload_id, start, piece)
                start += len(piece)
        finally:
            file.close()

    async def head(self, upload_id: str, size: int) -> bytes:
        """Return the first bytes of an upload."""
        return b"".join([piece async for piece in self.read(upload_id, 0, size)])

    async def release(self, upload_id: str) -> None:
        """Let go of the bytes of an upload that is done; what it was is known for a while."""
        await asyncio.to_thread(self._unlink, upload_id, _BYTES, _OFFSET)

    async def end(self, upload_id: str) -> None:
        """Forget an upload."""
        await asyncio.to_thread(self._end, upload_id)

    async def forget_old(self, now: datetime) -> int:
        """Forget the uploads that nobody went on with in time; returns how many those were."""
        return await asyncio.to_thread(self._forget_old, now)

    def _path(self, upload_id: str, ending: str) -> Path:
        return self.home / FOLDER / (upload_id + ending)

    def _begin(self, upload_id: str, wanted: Wanted) -> None:
        with full_disk_named():
            folder = self.home / FOLDER
            if not folder.is_dir():
                folder.mkdir(exist_ok=True, mode=0o700)
                sync_folder(self.home)
            self._path(upload_id, _BYTES).touch(mode=0o600)
        self._write(upload_id, wanted)

    def _write(self, upload_id: str, wanted: Wanted) -> None:
        path = self._path(upload_id, _WANTED)
        temporary = path.with_suffix(".new")
        with full_disk_named():
            with temporary.open("wb") as file:
                file.write(self.transit.seal(msgspec.json.encode(wanted)))
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(path)
            sync_folder(path.parent)

    def _offset(self, upload_id: str) -> int:
        try:
            return int(self._path(upload_id, _OFFSET).read_bytes() or b"0")
        except FileNotFoundError:  # nothing came yet
            return 0

    def _settled(self, upload_id: str, file: FileIO, count: int) -> None:
        """Cut the bytes to what counts, and close."""
        with file:
            file.truncate(count)
            self._settle(upload_id, file, count)

    def _settle(self, upload_id: str, file: FileIO, count: int) -> None:
        """Make bytes durable, then note how many; digits of one width change in one write."""
        with full_disk_named():
            os.fsync(file.fileno())
            path = self._path(upload_id, _OFFSET)
            with path.open("r+b" if path.exists() else "xb") as noted:
                noted.write(b"%020d" % count)
                noted.flush()
                os.fsync(noted.fileno())

    def _read(self, upload_id: str) -> Wanted | None:
        if not (upload_id.isalnum() and upload_id.isascii()):
            return None
        try:
            kept = self.transit.unseal(self._path(upload_id, _WANTED).read_bytes())
            return msgspec.json.decode(kept, type=Wanted)
        except (FileNotFoundError, ValueError, msgspec.DecodeError):
            return None

    def _end(self, upload_id: str) -> None:
        self._unlink(upload_id, _WANTED, _BYTES, _OFFSET)

    def _unlink(self, upload_id: str, *endings: str) -> None:
        for ending in endings:
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


def _next(start: int, stop: int | None) -> int:
    return _PIECE if stop is None else min(_PIECE, stop - start)


async def _bounded(body: AsyncIterator[bytes], room: int) -> AsyncIterator[bytes]:
    async for piece in body:
        room -= len(piece)
        if room < 0:
            raise TusRefused(413, "More bytes came than were announced")
        yield piece


def _write(file: FileIO, piece: bytes) -> None:
    with full_disk_named():
        write_all(file.fileno(), piece)
