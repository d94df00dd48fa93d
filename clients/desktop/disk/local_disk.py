"""A folder of this computer: the port `Disk` over the system's own calls, each in a thread."""

import asyncio
import os
import time
from builtins import list as list_of
from collections.abc import AsyncIterator, Sequence
from functools import partial
from io import FileIO
from pathlib import Path

from clients.desktop.disk.blocking import BlockingDisk, Placing, read
from clients.desktop.disk.hashing import Hashing
from clients.desktop.disk.own_folder import write_marker
from clients.desktop.disk.port import Entry, Pieces, RootState, Staged
from clients.desktop.disk.receiving import PIECE, Received, receive
from clients.desktop.disk.steps import Steps
from clients.desktop.disk.threads import in_thread
from clients.desktop.model.content import Content
from clients.desktop.model.folding import Folding
from replication.chunks.chunk import Chunk
from replication.chunks.streaming import cut_open


class LocalDisk:
    """One folder that is there, and named by its marker."""

    def __init__(self, folder: BlockingDisk) -> None:
        self._folder = folder

    @staticmethod
    async def name(folder: Path, folder_id: str) -> None:
        """Make a folder one that is kept: its marker is written. Raises DiskError's kinds."""
        await in_thread("", write_marker, str(folder), folder_id)

    @classmethod
    async def open(cls, folder: Path, folder_id: str) -> "LocalDisk":
        """Open a folder that is HERE, and bring back what a crash left half-way.

        Raises DiskError's kinds; Changed where its marker is not this one.
        """
        return cls(await in_thread("", BlockingDisk, str(folder), folder_id))

    @property
    def folding(self) -> Folding:
        """What is one name here."""
        return self._folder.found.folding

    @property
    def keeps_executable(self) -> bool:
        """Whether this disk keeps that a file may be run; entries say no where it does not."""
        return self._folder.found.executable

    @property
    def recovered(self) -> list_of[str]:
        """Names in the folder of what a crash had left aside, and was nobody's to throw away."""
        return self._folder.recovered

    async def root_state(self) -> RootState:
        """Look whether the folder is there and the same."""
        return await in_thread("", self._folder.root_state)

    async def list(self, path: str) -> list_of[Entry]:
        """Return what is in a directory, the client's own files left out, in any order."""
        return await in_thread(path, self._folder.entries, path)

    async def look(self, path: str) -> Entry | None:
        """Return what is at a path, spelt just so; None where nothing is."""
        return await in_thread(path, self._folder.look, path)

    async def digest(self, path: str, expected: Entry) -> Content:
        """Return what a file holds. Raises Changed where it changed before its last byte."""
        await self._settled(expected)
        begin, check = self._folder.begin, self._folder.check
        descriptor, first = await in_thread(path, begin, path, expected, 0, PIECE)
        hashing = Hashing(first)
        with FileIO(descriptor) as file:
            is_more = len(first) == PIECE
            while is_more:
                is_more = await in_thread(path, hashing.go_on, file)
            await in_thread(path, check, path, expected)
        return hashing.content

    def read(self, path: str, expected: Entry, offset: int = 0) -> AsyncIterator[bytes]:
        """Read a file from an offset on; raises Changed at its end at the latest."""
        return self._pieces(path, expected, offset, PIECE)

    async def _pieces(
        self, path: str, expected: Entry, offset: int, most: int
    ) -> AsyncIterator[bytes]:
        await self._settled(expected)
        begin = self._folder.begin
        descriptor, piece = await in_thread(path, begin, path, expected, offset, most)
        try:
            while piece:
                yield piece
                if len(piece) < most:
                    break
                piece = await in_thread(path, read, descriptor, most)
            await in_thread(path, self._folder.check, path, expected)
        finally:
            os.close(descriptor)

    async def cut(self, path: str, expected: Entry) -> Sequence[Chunk]:
        """Cut a file into chunks. Raises Changed where it changed before its last byte."""
        await self._settled(expected)
        descriptor, _ = await in_thread(path, self._folder.begin, path, expected, 0, 0)
        with FileIO(descriptor) as file:
            chunks = await cut_open(file, partial(in_thread, path))
            await in_thread(path, self._folder.check, path, expected)
        return chunks

    async def _settled(self, expected: Entry) -> None:
        """Wait until a write would show: one in the same tick would leave a file's times alike."""
        tick = self._folder.found.tick
        if time.time_ns() - expected.changed < tick:
            await asyncio.sleep(tick / 1e9)

    async def stage(self, pieces: Pieces, expected: Content) -> Received:
        """Receive a content, behind what is here of it. Raises Changed where other bytes came."""
        return await receive(self._folder.own, pieces, expected)

    async def stage_copy(self, path: str, entry: Entry, expected: Content) -> Received:
        """Receive a content from a file that is here already. Raises Changed where it differs."""
        pieces = partial(self.read, path, entry)
        return await receive(self._folder.own, pieces, expected)

    async def place(
        self, staged: Staged, path: str, over: Entry | None, *, modified: int, executable: bool
    ) -> Entry:
        """Put a content at a path, over what is expected there (None: nothing). Atomic."""
        if not isinstance(staged, Received):
            raise TypeError("staged by another disk")
        placing = Placing(over, modified, executable)
        return await in_thread(path, self._folder.place, staged.name, path, placing)

    async def make_directory(self, path: str) -> Entry:
        """Make a directory. Raises Changed where something is there, or its parent is not."""
        return await in_thread(path, self._folder.make_directory, path)

    async def move(self, path: str, to: str, expected: Entry) -> Entry:
        """Give a node another place, where nothing is. A new case of its own name may be given."""
        return await in_thread(path, self._folder.move, path, to, expected)

    async def set_executable(self, path: str, expected: Entry, *, executable: bool) -> Entry:
        """Let a file be run, or not."""
        return await in_thread(path, self._folder.set_executable, path, expected, executable)

    async def remove_file(self, path: str, expected: Entry) -> None:
        """Take a file away."""
        await in_thread(path, self._folder.remove, path, expected, Steps.remove)

    async def remove_directory(self, path: str, expected: Entry) -> None:
        """Take an empty directory away. Raises Changed where something is in it."""
        await in_thread(path, self._folder.remove, path, expected, Steps.remove_directory)
