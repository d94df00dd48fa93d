"""Chunks of uploads under way, on the disk: a folder for each upload, a file for each chunk.

A chunk is written beside, synced, and then named, so that after a crash it is whole or not there.
Nothing else is kept: which uploads there are, and when one was last touched, the folders tell.
"""

import asyncio
import os
import re
import shutil
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO

from server.at_rest.transit import Transit

FOLDER = "chunks"
LASTING = timedelta(hours=24)
LONGEST_NAME = 64
_PIECE = 1 << 20
_UNFINISHED = ".new"


@dataclass(frozen=True, slots=True)
class Chunk:
    """One chunk that is here: its name as the client gave it, bytes, and when it came."""

    name: str
    size: int
    came: datetime

    @property
    def place(self) -> tuple[int, int, str]:
        """Where it stands among the others: Nextcloud counts, ownCloud gives offsets."""
        digits = self.name.isascii() and self.name.isdigit()
        return (0, int(self.name), self.name) if digits else (1, 0, self.name)


@dataclass(frozen=True, slots=True)
class ChunkedUploads:
    """The uploads under way of one caller, in the folder of a home."""

    home: Path
    caller: str
    transit: Transit

    async def begin(self, upload: str) -> bool:
        """Begin an upload; False if it is under way already."""
        return await asyncio.to_thread(self._begin, self._folder(upload))

    async def chunks(self, upload: str) -> list[Chunk] | None:
        """Return what has come of an upload, in order; None if there is no such upload."""
        return await asyncio.to_thread(_listed, self._folder(upload), self.transit.head)

    async def keep(self, upload: str, name: str, body: AsyncIterator[bytes]) -> Path:
        """Write a chunk durably, under no name yet. Raises FileNotFoundError."""
        path = self._folder(upload) / f"{_kept(name)}.{os.urandom(6).hex()}{_UNFINISHED}"
        file = await asyncio.to_thread(path.open, "xb")
        head, size = self.transit.new_head(), 0
        try:
            await asyncio.to_thread(file.write, head)
            async for piece in body:
                masked = self.transit.mask(head.hex(), size, piece)
                await asyncio.to_thread(file.write, masked)
                size += len(piece)
            await asyncio.to_thread(_settle, file)
        except BaseException:
            file.close()
            path.unlink(missing_ok=True)
            raise
        return path

    async def name(self, upload: str, name: str, kept: Path) -> None:
        """Let a chunk that was kept be one of the upload's, in the place of any of that name."""
        await asyncio.to_thread(kept.replace, self._folder(upload) / _kept(name))

    async def read(self, upload: str, chunks: list[Chunk]) -> AsyncIterator[bytes]:
        """Yield the bytes of chunks, one after the other."""
        for chunk in chunks:
            file = await asyncio.to_thread((self._folder(upload) / _kept(chunk.name)).open, "rb")
            try:
                head, size = await asyncio.to_thread(file.read, self.transit.head), 0
                while piece := await asyncio.to_thread(file.read, _PIECE):
                    yield self.transit.mask(head.hex(), size, piece)
                    size += len(piece)
            finally:
                file.close()

    async def end(self, upload: str) -> None:
        """Forget an upload with all that has come of it."""
        await asyncio.to_thread(shutil.rmtree, self._folder(upload), ignore_errors=True)

    def _folder(self, upload: str) -> Path:
        told = sha256(f"{self.caller}\n{upload}".encode()).hexdigest()[:32]
        return self.home / FOLDER / told

    def _begin(self, folder: Path) -> bool:
        folder.parent.mkdir(mode=0o700, exist_ok=True)
        try:
            folder.mkdir(mode=0o700)
        except FileExistsError:
            return False
        return True


def forget_old(home: Path, now: datetime) -> int:
    """Forget the uploads of a home that nobody went on with for so long; blocks."""
    gone = 0
    for folder in (home / FOLDER).glob("*"):
        with suppress(FileNotFoundError):
            touched = datetime.fromtimestamp(folder.stat().st_mtime, UTC)
            if touched < now - LASTING:
                shutil.rmtree(folder, ignore_errors=True)
                gone += 1
    return gone


def _settle(file: BinaryIO) -> None:
    with file:
        file.flush()
        os.fsync(file.fileno())


def _listed(folder: Path, head: int) -> list[Chunk] | None:
    found = []
    try:
        for entry in os.scandir(folder):
            if (name := _given(entry.name)) is not None:
                stat = entry.stat()
                came = datetime.fromtimestamp(stat.st_mtime, UTC)
                found.append(Chunk(name, max(stat.st_size - head, 0), came))
    except FileNotFoundError:
        return None
    return sorted(found, key=lambda chunk: chunk.place)


def _kept(name: str) -> str:
    """Return the name of a chunk's file: whatever a client says, it leads nowhere else."""
    return name.encode().hex()


def _given(kept: str) -> str | None:
    return bytes.fromhex(kept).decode() if re.fullmatch("([0-9a-f]{2})+", kept) else None
