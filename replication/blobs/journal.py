"""A log in front of small contents: one sync makes all of them durable that arrive at once.

Each content gets a file of its own under its digest all the same, one that nobody syncs; what makes
it durable is its record here. A log that is full, or was begun some seconds ago, is settled: the
files of its records are synced, and then it is emptied. What is found in it at a start, somebody
died before that, and what its records hold and the files lack is written again. A record has a
checksum of its content, so one that is torn is known; in a sealed folder contents have other names
than their digests.
"""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from struct import Struct
from zlib import crc32

from replication.blobs.disk import full_disk_named, sync_folder, write_all

SUFFIX = ".log"
_HEAD = Struct(">I32sI")  # the length of the content, its name, the CRC-32 of both
_FLAGS = os.O_CREAT | os.O_EXCL | os.O_WRONLY | getattr(os, "O_BINARY", 0)

Content = tuple[str, bytes]
"""The name of a content, 64 digits in hex (its digest, but in a sealed folder), and its bytes."""


class Journal:
    """One log, made at its first record; one thread at a time may use it."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._descriptor = -1
        self.size = 0
        self.digests: list[str] = []

    def append(self, contents: Sequence[Content]) -> None:
        """Add records, durable when this returns; none of them stays where it raises StorageFull.

        Blocks.
        """
        written = b"".join(
            part
            for digest, content in contents
            for part in (_head(bytes.fromhex(digest), content), content)
        )
        with full_disk_named():
            self._open()
            try:
                write_all(self._descriptor, written)
                _sync(self._descriptor)
            except BaseException:
                self._cut(self.size)
                raise
        self.size += len(written)
        self.digests += [digest for digest, _ in contents]

    def empty(self) -> None:
        """Forget all records, whose files are durable now; blocks."""
        self.digests = []
        self.size = 0
        if self._descriptor >= 0:
            self._cut(0)

    def close(self) -> None:
        """Let go of it; it goes, if it is empty. Idempotent; blocks."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1
            if not self.size:
                Path(self._path).unlink(missing_ok=True)

    def _open(self) -> None:
        if self._descriptor < 0:
            self._descriptor = os.open(self._path, _FLAGS, 0o600)
            sync_folder(os.path.dirname(self._path))  # noqa: PTH120  # a text, as all paths here

    def _cut(self, size: int) -> None:
        os.ftruncate(self._descriptor, size)
        os.lseek(self._descriptor, size, os.SEEK_SET)


def _head(name: bytes, content: bytes) -> bytes:
    return _HEAD.pack(len(content), name, _checksum(name, content))


def _checksum(name: bytes, content: bytes) -> int:
    return crc32(content, crc32(name))  # of nothing but zeros, as a power cut may leave, it is none


def records(path: Path) -> Iterator[Content]:
    """Read what a log holds, up to a record that is not whole; blocks."""
    with path.open("rb") as log:
        while len(head := log.read(_HEAD.size)) == _HEAD.size:
            length, digest, checksum = _HEAD.unpack(head)
            content = log.read(length)
            if len(content) < length or _checksum(digest, content) != checksum:
                return
            yield digest.hex(), content


def _sync(descriptor: int) -> None:
    # What is new of the file is its length, which fdatasync(2) sees to.
    getattr(os, "fdatasync", os.fsync)(descriptor)
