"""What an error of the system means for a step on the disk."""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager

from clients.desktop.disk.port import Busy, Changed, DiskError, NoRoomOnDisk, Unwritable


def _numbers(*names: str) -> frozenset[int]:
    return frozenset(getattr(errno, name) for name in names if hasattr(errno, name))


_CHANGED = _numbers("ENOENT", "EEXIST", "ENOTDIR", "ELOOP", "ENOTEMPTY", "EISDIR", "ESTALE")
_FULL = _numbers("ENOSPC", "EDQUOT", "EFBIG")
_BUSY = _numbers("EBUSY", "ETXTBSY", "EAGAIN", "EMFILE", "ENFILE", "EDEADLK")
_HELD = frozenset({32, 33})
"""Windows: another process uses the file, or has locked a part of it."""


def fault_of(path: str, error: OSError) -> DiskError:
    """Return what an error says, in the port's kinds."""
    why = error.strerror or str(error)
    if error.errno in _CHANGED:
        return Changed(path, why)
    if error.errno in _FULL:
        return NoRoomOnDisk(path, why)
    if error.errno in _BUSY or getattr(error, "winerror", 0) in _HELD:
        return Busy(path, why)
    return Unwritable(path, why)


@contextmanager
def faults_named(path: str) -> Iterator[None]:
    """Raise DiskError's kinds in place of the system's errors."""
    try:
        yield
    except OSError as error:
        raise fault_of(path, error) from error
    except UnicodeEncodeError as error:
        raise Unwritable(path, "this system cannot spell the name") from error


def is_missing(error: OSError) -> bool:
    """Tell whether an error means that nothing is there."""
    return error.errno in (errno.ENOENT, errno.ENOTDIR, errno.ELOOP)


def remove_quietly(path: str) -> None:
    """Take a file of our own away, if it is there."""
    try:
        os.unlink(path)
    except FileNotFoundError:
        return
