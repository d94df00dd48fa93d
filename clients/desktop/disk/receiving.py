"""A content that comes in: written beside the folder's files, hashed on the way, made durable."""

import hashlib
import os
from collections.abc import AsyncIterator
from dataclasses import dataclass

from clients.desktop.disk.own_folder import OwnFolder
from clients.desktop.disk.port import Changed
from clients.desktop.disk.threads import in_thread
from clients.desktop.model.content import Content

PIECE = 1 << 20
"""Bytes that go to the disk at once: a file smaller than that takes one step in a thread."""

_FLAGS = os.O_CREAT | os.O_EXCL | os.O_RDWR | getattr(os, "O_BINARY", 0)


@dataclass(frozen=True, slots=True)
class Received:
    """A content that lies whole and durable in the client's own folder, under this name."""

    content: Content
    name: str
    own: OwnFolder

    async def drop(self) -> None:
        """Throw it away; nothing happens where it has been put in its place."""
        await in_thread(self.name, self.forget)

    def forget(self) -> None:
        """Throw it away, at once."""
        with self.own.incoming() as here:
            place = here.place(self.name)
            try:
                os.unlink(place.name, dir_fd=place.directory)
            except FileNotFoundError:
                return


class _Incoming:
    """One file that is being written. All calls wait for the disk: they belong in a thread."""

    def __init__(self, own: OwnFolder) -> None:
        self.name = own.new_name()
        self._own = own
        self._hash = hashlib.sha256()
        self._size = 0
        self._descriptor = -1

    def write(self, data: bytes) -> None:
        if self._descriptor < 0:
            with self._own.incoming() as here:
                place = here.place(self.name)
                self._descriptor = os.open(place.name, _FLAGS, 0o600, dir_fd=place.directory)
        rest = memoryview(data)
        while rest:
            rest = rest[os.write(self._descriptor, rest) :]
        self._hash.update(data)
        self._size += len(data)

    def end(self, data: bytes) -> Content:
        self.write(data)
        os.fsync(self._descriptor)
        self.close()
        return Content(self._hash.hexdigest(), self._size)

    def close(self) -> None:
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

    def abandon(self) -> None:
        self.close()
        Received(Content("", 0), self.name, self._own).forget()


async def receive(own: OwnFolder, pieces: AsyncIterator[bytes], expected: Content) -> Received:
    """Write a content down. Raises Changed where other bytes came, and DiskError's other kinds."""
    incoming = _Incoming(own)
    try:
        waiting = bytearray()
        async for piece in pieces:
            waiting += piece
            if len(waiting) >= PIECE:
                await in_thread(incoming.name, incoming.write, bytes(waiting))
                waiting.clear()
        content = await in_thread(incoming.name, incoming.end, bytes(waiting))
    except BaseException:
        await in_thread(incoming.name, incoming.abandon)
        raise
    received = Received(content, incoming.name, own)
    if content != expected:
        await received.drop()
        raise Changed(incoming.name, "other bytes came than were announced")
    return received
