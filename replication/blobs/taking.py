"""Many local files taken in at once: their bytes made durable together, not one by one.

A disk that syncs a file in milliseconds makes each upload wait for it, which nobody minds; a
hundred thousand files would wait for minutes. Here all files of a batch are written, made durable
with one call where the system has one (`whole_disk`), then named, and the names made durable.

Each file costs some ten system calls, so what is between them is plain: texts and descriptors.
"""

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, runtime_checkable

from replication.blobs.content_hash import ContentHash
from replication.blobs.disk import full_disk_named, write_all
from replication.blobs.incoming import MADE, PRIVATE, IncomingFolder

_PIECE = 1 << 20
_LEAST = 1 << 12
_BOTH = 2  # names: that in the folder, and the blob's
_BINARY = getattr(os, "O_BINARY", 0)


@dataclass(frozen=True, slots=True)
class TakenFile:
    """A local file whose content is a blob now; `md5` in base64, `size` in bytes."""

    path: str
    digest: str
    md5: str
    size: int


@runtime_checkable
class FileTaker(Protocol):
    """A store of blobs that can take local files in, many at once."""

    async def take_files(
        self, paths: Sequence[str], *, link: bool = False
    ) -> list[TakenFile | OSError]:
        """Take files in, and return for each what it holds, or why it could not be read.

        With `link` the blob is the file itself where both are on one disk and it has no other name:
        whoever asks for that must not change the file any more, and may remove it. Its dates and
        rights stay. Raises StorageFull.
        """


@dataclass(slots=True)
class Received:
    """A file that was read: its bytes in `copy`, until that is named, or still where they are."""

    taken: TakenFile
    copy: str | None


class Receiver:
    """Reads files, and copies them unless they are linked; `synced` makes each durable at once.

    `place_of` returns the path that a digest's blob has, or would have.
    """

    def __init__(
        self,
        folder: IncomingFolder,
        place_of: Callable[[str], str],
        *,
        link: bool,
        synced: bool,
    ) -> None:
        self._folder = folder
        self._place_of = place_of
        self._link = link
        self._synced = synced

    def receive_all(self, paths: Sequence[str]) -> list[Received | OSError]:
        """Read files one after the other; blocks. Raises StorageFull, and leaves nothing then."""
        received: list[Received | OSError] = []
        try:
            received.extend(self._receive(path) for path in paths)
        except BaseException:
            forget(received)
            raise
        return received

    def _receive(self, path: str) -> Received | OSError:
        try:
            source = os.open(path, os.O_RDONLY | _BINARY)
            try:
                return self._read(path, source)
            finally:
                os.close(source)
        except OSError as error:
            return error

    def _read(self, path: str, source: int) -> Received | OSError:
        before = os.fstat(source)
        if not (self._link and before.st_dev == self._folder.device):
            copy, hashes = self._copied(source, before.st_size)
            return Received(_taken(path, hashes), copy)
        hashes = ContentHash()
        for piece in _pieces(source, before.st_size):
            hashes.update(piece)
        if _state(os.fstat(source)) != _state(before):
            return BlockingIOError(f"{path} changed while it was read")
        if not self._is_ours_alone(before, hashes.digest):
            os.lseek(source, 0, os.SEEK_SET)
            copy, hashes = self._copied(source, before.st_size)
            return Received(_taken(path, hashes), copy)
        if self._synced:
            os.fsync(source)
        return Received(_taken(path, hashes), None)

    def _is_ours_alone(self, found: os.stat_result, digest: str) -> bool:
        """Tell whether a file has no name but that which it goes by, and maybe its blob's.

        It has that already when an import that linked it was cut off.
        """
        if sys.platform == "win32":  # which syncs only what is open for writing
            return False
        if found.st_nlink == 1:
            return True
        try:
            blob = os.stat(self._place_of(digest))  # noqa: PTH116  # as all here, a text
        except FileNotFoundError:
            return False
        return os.path.samestat(found, blob) and found.st_nlink == _BOTH

    def _copied(self, source: int, size: int) -> tuple[str, ContentHash]:
        hashes, copy = ContentHash(), self._folder.new_path()
        with full_disk_named():
            target = os.open(copy, MADE, PRIVATE)
            try:
                for piece in _pieces(source, size):
                    hashes.update(piece)
                    write_all(target, piece)
                if self._synced:
                    os.fsync(target)
            except BaseException:
                os.unlink(copy)  # noqa: PTH108  # as all here, a text
                raise
            finally:
                os.close(target)
        return copy, hashes


class Namer(Protocol):
    """The store that files are taken into."""

    def give_name(self, received: Received) -> None:
        """Put received bytes, durable already, under their digest; blocks."""


def give_names(namer: Namer, received: Sequence[Received | OSError]) -> list[TakenFile | OSError]:
    """Name all that was received; blocks. Raises StorageFull."""
    named: list[TakenFile | OSError] = []
    for one in received:
        if isinstance(one, OSError):
            named.append(one)
            continue
        try:
            with full_disk_named():
                namer.give_name(one)
            named.append(one.taken)
        except OSError as error:
            named.append(error)
    return named


def forget(received: Sequence[Received | OSError]) -> None:
    """Remove copies that have no name; blocks."""
    for one in received:
        if isinstance(one, Received) and one.copy is not None:
            Path(one.copy).unlink(missing_ok=True)
            one.copy = None


def _taken(path: str, hashes: ContentHash) -> TakenFile:
    return TakenFile(path, hashes.digest, hashes.md5, hashes.size)


def _pieces(descriptor: int, size: int) -> Iterator[bytes]:
    """Yield what is in a file of a size: most in one piece, without asking for its end."""
    asked, total = min(max(size + 1, _LEAST), _PIECE), 0
    while total != size and (piece := os.read(descriptor, asked)):
        total += len(piece)
        yield piece


def _state(found: os.stat_result) -> tuple[int, int]:
    return found.st_size, found.st_mtime_ns
