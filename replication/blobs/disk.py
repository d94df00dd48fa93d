"""The steps that make a file durable, and what a full disk is called."""

import errno
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from replication.core.errors import StorageFull

_FULL = frozenset(
    number
    for number in (errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", None))
    if number is not None
)


@contextmanager
def full_disk_named() -> Iterator[None]:
    """Raise StorageFull in place of an error that says: no space, over quota, file too large."""
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            raise StorageFull(str(error)) from error
        raise


def write_all(descriptor: int, data: bytes) -> None:
    """Write every byte, however few the system takes at a time."""
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(descriptor, rest) :]


def begin_writing(descriptor: int, start: int, size: int) -> None:
    """Let the disk begin with bytes that are written, and do not wait for it, where that is known.

    Linux takes the advice that a range is not needed so (`mm/fadvise.c`).
    """
    if sys.platform == "linux":
        os.posix_fadvise(descriptor, start, size, os.POSIX_FADV_DONTNEED)


def sync_file(path: str) -> None:
    """Make a file's bytes durable. Raises FileNotFoundError, OSError."""
    descriptor = os.open(path, os.O_RDWR)  # Windows syncs what is open for writing
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_folder(folder: Path | str) -> None:
    """Make a folder's entries durable: a rename or a new file in it survives a power cut."""
    if sys.platform == "win32":
        return  # Windows opens no folders, and its renames are journalled
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
