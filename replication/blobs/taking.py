"""Many local files taken in at once: their bytes made durable together, not one by one.

A disk that syncs a file in milliseconds makes each upload wait for it, which nobody minds; a
hundred thousand files would wait for minutes. Here all files of a batch are written, synced with
one call where the system has one that waits (Linux), and then named.
"""

import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, runtime_checkable

from replication.blobs.content_hash import ContentHash
from replication.blobs.disk import full_disk_named, sync_folder
from replication.blobs.incoming import IncomingFile, IncomingFolder

_PIECE = 1 << 20


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

        With `link` the blob is the file itself where both are on one disk: whoever asks for that
        must not change the file any more, and may remove it. Raises StorageFull.
        """


@dataclass(frozen=True, slots=True)
class Received:
    """A file that was read: its bytes in `copy`, or still where they are."""

    taken: TakenFile
    copy: IncomingFile | None


def receive(path: str, folder: IncomingFolder, *, link: bool) -> Received | OSError:
    """Read a file, and copy it unless it is to be linked; blocks. Raises StorageFull."""
    hashes = ContentHash()
    try:
        with open(path, "rb", buffering=0) as source:  # noqa: PTH123  # a path of any bytes
            before = os.fstat(source.fileno())
            copy = None if link else folder.file()
            try:
                for piece in _pieces(source.fileno()):
                    hashes.update(piece)
                    if copy is not None:
                        copy.write(piece)
                after = os.fstat(source.fileno())
            except BaseException:
                if copy is not None:
                    folder.forget(copy)
                raise
    except OSError as error:
        return error
    if link and _state(before) != _state(after):
        return BlockingIOError(f"{path} changed while it was read")
    return Received(TakenFile(path, hashes.digest, hashes.md5, hashes.size), copy)


class Namer(Protocol):
    """The store that files are taken into."""

    def give_name(self, received: Received) -> None:
        """Put received bytes, durable already, under their digest; blocks."""


def settle(received: Sequence[Received]) -> None:
    """Make all received bytes durable; blocks. Raises StorageFull."""
    with full_disk_named():
        if sys.platform == "linux":
            os.sync()
        for one in received:
            if one.copy is not None:
                one.copy.finish(synced=sys.platform == "linux")


def settle_names(folders: Sequence[Path]) -> None:
    """Make new names durable; blocks."""
    if sys.platform == "linux":
        os.sync()
    else:
        for folder in folders:
            sync_folder(folder)


def give_names(namer: Namer, received: Sequence[Received | OSError]) -> list[TakenFile | OSError]:
    """Name all that was received; blocks."""
    named: list[TakenFile | OSError] = []
    for one in received:
        if isinstance(one, OSError):
            named.append(one)
            continue
        try:
            namer.give_name(one)
            named.append(one.taken)
        except OSError as error:
            named.append(error)
    return named


def can_link(path: str, folder: Path) -> bool:
    """Tell whether a file lies on the disk of a folder."""
    try:
        return os.stat(path).st_dev == folder.stat().st_dev  # noqa: PTH116  # a path of any bytes
    except OSError:
        return False


def _pieces(descriptor: int) -> Iterator[bytes]:
    while piece := os.read(descriptor, _PIECE):
        yield piece


def _state(found: os.stat_result) -> tuple[int, int]:
    return found.st_size, found.st_mtime_ns
