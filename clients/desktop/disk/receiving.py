"""A content that comes in: written beside the folder's files, hashed on the way, made durable."""

import hashlib
import os
from dataclasses import dataclass

from clients.desktop.disk.own_folder import OwnFolder
from clients.desktop.disk.port import Changed, NoRoomOnDisk, Pieces
from clients.desktop.disk.threads import in_thread
from clients.desktop.model.content import Content

PIECE = 1 << 20
"""Bytes that go to the disk at once: a file smaller than that takes one step in a thread."""

GONE_ON_FROM = 8 << 20
"""Bytes from which on it is worth a second reading to go on with what was cut off."""

_GOING_ON = os.O_CREAT | os.O_RDWR | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
_FLAGS = os.O_EXCL | _GOING_ON


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

    def __init__(self, own: OwnFolder, name: str) -> None:
        self.name = name
        self._own = own
        self._hash = hashlib.sha256()
        self.size = 0
        self._descriptor = -1

    def go_on(self, most: int) -> None:
        """Take in what is here of a content of so many bytes, hashed anew; nothing if it is more.

        What a power cut did to it shows at the end, in the hash of the whole.
        """
        with self._own.incoming() as here:
            place = here.place(self.name)
            self._descriptor = os.open(place.name, _GOING_ON, 0o600, dir_fd=place.directory)
        if os.fstat(self._descriptor).st_size > most:
            os.ftruncate(self._descriptor, 0)
        while piece := os.read(self._descriptor, PIECE):
            self._hash.update(piece)
            self.size += len(piece)

    def write(self, data: bytes) -> None:
        if self._descriptor < 0:
            with self._own.incoming() as here:
                place = here.place(self.name)
                self._descriptor = os.open(place.name, _FLAGS, 0o600, dir_fd=place.directory)
        rest = memoryview(data)
        while rest:
            rest = rest[os.write(self._descriptor, rest) :]
        self._hash.update(data)
        self.size += len(data)

    def end(self, data: bytes) -> Content:
        self.write(data)
        os.fsync(self._descriptor)
        self.close()
        return Content(self._hash.hexdigest(), self.size)

    def close(self) -> None:
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

    def abandon(self) -> None:
        self.close()
        Received(Content("", 0), self.name, self._own).forget()


async def receive(own: OwnFolder, pieces: Pieces, expected: Content) -> Received:
    """Write a content down. Raises Changed where other bytes came, and DiskError's other kinds.

    What is cut off of a large one stays, unless the room is wanted; the next try goes on behind it.
    """
    with own.name_for(expected.sha256 if expected.size >= GONE_ON_FROM else "") as name:
        incoming = _Incoming(own, name)
        try:
            content = await _received(incoming, pieces, expected)
        except BaseException as error:
            stays = own.is_half(name) and not isinstance(error, NoRoomOnDisk)
            await in_thread(name, incoming.close if stays else incoming.abandon)
            raise
        received = Received(content, name, own)
        if content != expected:
            await received.drop()
            raise Changed(name, "other bytes came than were announced")
        return received


async def _received(incoming: _Incoming, pieces: Pieces, expected: Content) -> Content:
    if OwnFolder.is_half(incoming.name):
        await in_thread(incoming.name, incoming.go_on, expected.size)
    waiting = bytearray()
    async for piece in pieces(incoming.size):
        waiting += piece
        if len(waiting) >= PIECE:
            await in_thread(incoming.name, incoming.write, bytes(waiting))
            waiting.clear()
    return await in_thread(incoming.name, incoming.end, bytes(waiting))
