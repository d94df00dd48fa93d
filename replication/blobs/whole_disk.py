"""Making all that was written to a disk durable with one call, where the system has one that waits.

Linux has `syncfs` (syncfs(2)): one wait for any number of files, and since 5.8 it tells of a write
that failed. A file system that is a program of its own (FUSE) is not asked by it, so there, and on
other systems, each file has to be synced.
"""

import ctypes
import os
import sys
from collections.abc import Callable
from pathlib import Path

from replication.blobs.disk import full_disk_named

_MOUNTS = Path("/proc/self/mountinfo")


class WholeDisk:
    """The disk that a folder lies on; errors of writes are told since this was made."""

    def __init__(self, folder: Path, mounts: Path = _MOUNTS) -> None:
        self._folder = -1
        self._syncfs = _syncfs() if _is_of_the_kernel(folder, mounts) else None
        if self._syncfs is not None:
            self._folder = os.open(folder, os.O_RDONLY)

    @property
    def at_once(self) -> bool:
        """Tell whether `sync` makes all durable; else each file and folder wants its own."""
        return self._syncfs is not None

    def sync(self) -> None:
        """Make all that was written to this disk durable; blocks. Raises StorageFull, OSError."""
        if self._syncfs is not None:
            with full_disk_named():
                self._syncfs(self._folder)

    def close(self) -> None:
        """Let go of the folder; idempotent."""
        folder, self._folder, self._syncfs = self._folder, -1, None
        if folder >= 0:
            os.close(folder)


def _syncfs() -> Callable[[int], None] | None:
    """Return the system's call, if it has one."""
    if sys.platform != "linux":
        return None
    call = getattr(ctypes.CDLL(None, use_errno=True), "syncfs", None)
    if call is None:
        return None

    def syncfs(descriptor: int) -> None:
        if call(descriptor):
            number = ctypes.get_errno()
            raise OSError(number, os.strerror(number))

    return syncfs


def _is_of_the_kernel(folder: Path, mounts: Path) -> bool:
    """Tell whether the kernel itself writes this disk; False where nobody says (proc(5))."""
    device = folder.stat().st_dev
    wanted = f"{os.major(device)}:{os.minor(device)}" if sys.platform == "linux" else ""
    try:
        lines = mounts.read_bytes().splitlines()
    except OSError:
        return False
    kinds = [line.partition(b" - ")[2].split()[0] for line in lines if _device(line) == wanted]
    return bool(kinds) and not any(kind.startswith(b"fuse") for kind in kinds)


def _device(line: bytes) -> str:
    fields = line.split()
    return fields[2].decode() if len(fields) > 2 else ""  # noqa: PLR2004  # where proc(5) has it
