"""What systems can do with files that Python does not offer, by ctypes; the safe floor elsewhere.

Linux: statx(2) for the birth of a file, renameat2(2) for a rename that never replaces and for one
that exchanges. macOS: renameatx_np(2) for both. Windows renames never replace by themselves.
"""

import ctypes
import errno
import os
import stat
import struct
import sys
from collections.abc import Callable
from functools import cache
from typing import NamedTuple

_AT_FDCWD = -2 if sys.platform == "darwin" else -100
_AT_SYMLINK_NOFOLLOW = 0x100
_STATX_WANTED = 0x7FF | 0x800  # all that stat knows, and the birth
_STATX_BIRTH = 0x800
_STATX = struct.Struct("=I24xH2xQQ32xqI4xqI4xqI4x8xII")
"""mask, mode, inode, size; birth, change and modification in seconds and nanoseconds; device."""

_STATX_BYTES = 256
_NOREPLACE, _EXCHANGE = (4, 2) if sys.platform == "darwin" else (1, 2)
_CANNOT = frozenset({errno.EINVAL, errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP})
_NO_LINKS = _CANNOT | {errno.EPERM, errno.EMLINK, errno.EACCES}
_SECOND = 1_000_000_000
_REPARSE_MOUNT_POINT = 0xA0000003


class Place(NamedTuple):
    """A name in an open directory; where a system opens none, a whole path and None."""

    directory: int | None
    name: str


class Facts(NamedTuple):
    """What the system says of a place, links not followed; times in nanoseconds, 0 is unknown."""

    mode: int
    inode: int
    device: int
    size: int
    modified: int
    changed: int
    birth: int


def facts_at(place: Place) -> Facts:
    """Look at a place. Raises OSError."""
    statx = _statx()
    return _facts_of(_stat(place)) if statx is None else statx(place)


def _stat(place: Place) -> os.stat_result:
    return os.stat(place.name, dir_fd=place.directory, follow_symlinks=False)


def facts_of(descriptor: int) -> Facts:
    """Look at an open file; its birth is not told."""
    return _facts_of(os.fstat(descriptor))


def _facts_of(found: os.stat_result) -> Facts:
    mode = found.st_mode
    if getattr(found, "st_reparse_tag", 0) == _REPARSE_MOUNT_POINT:  # Windows: leads elsewhere
        mode = stat.S_IFLNK
    birth = getattr(found, "st_birthtime_ns", 0) or int(getattr(found, "st_birthtime", 0) * _SECOND)
    return Facts(
        mode,
        found.st_ino,
        found.st_dev,
        found.st_size,
        found.st_mtime_ns,
        0 if sys.platform == "win32" else found.st_ctime_ns,  # there it is the birth
        birth,
    )


@cache
def _statx() -> Callable[[Place], Facts] | None:
    """Return statx(2) if this system has it."""
    if sys.platform != "linux":
        return None
    call = getattr(ctypes.CDLL(None, use_errno=True), "statx", None)
    if call is None:
        return None
    call.argtypes = (ctypes.c_int, ctypes.c_char_p, ctypes.c_int, ctypes.c_uint, ctypes.c_void_p)

    def look(place: Place) -> Facts:
        buffer = ctypes.create_string_buffer(_STATX_BYTES)
        at, name = _raw(place)
        if call(at, name, _AT_SYMLINK_NOFOLLOW, _STATX_WANTED, buffer) != 0:
            raise _failure(place.name)
        return _read_statx(buffer.raw)

    try:
        look(Place(None, "/"))
    except OSError:  # a kernel, or a sandbox, that does not let it through
        return None
    return look


def _read_statx(raw: bytes) -> Facts:
    mask, mode, inode, size, *times, major, minor = _STATX.unpack_from(raw)
    birth, changed, modified = (times[n] * _SECOND + times[n + 1] for n in (0, 2, 4))
    device = os.makedev(major, minor)
    known = birth if mask & _STATX_BIRTH else 0
    return Facts(mode, inode, device, size, modified, changed, known)


def rename_new(source: Place, target: Place) -> None:
    """Give a node another place. Raises FileExistsError where something is there already.

    Where the system cannot promise that, files are linked before they are unlinked, which never
    replaces either; directories are looked at first, and replace an empty directory at worst.
    """
    if sys.platform == "win32":
        os.rename(source.name, target.name)
    elif not _rename(source, target, _NOREPLACE):
        _rename_checked(source, target)


def exchange(one: Place, other: Place) -> bool:
    """Let two nodes change places in one step; False where this system or disk cannot."""
    return sys.platform != "win32" and _rename(one, other, _EXCHANGE)


def _rename_checked(source: Place, target: Place) -> None:
    if not stat.S_ISDIR(_stat(source).st_mode):
        try:
            os.link(
                source.name,
                target.name,
                src_dir_fd=source.directory,
                dst_dir_fd=target.directory,
                follow_symlinks=False,
            )
        except OSError as error:
            if error.errno not in _NO_LINKS:
                raise
        else:
            os.unlink(source.name, dir_fd=source.directory)
            return
    try:
        _stat(target)
    except FileNotFoundError:
        rename_over(source, target)
    else:
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), target.name)


def rename_over(source: Place, target: Place) -> None:
    """Give a file another place, in the place of what is there."""
    os.replace(source.name, target.name, src_dir_fd=source.directory, dst_dir_fd=target.directory)


def _rename(source: Place, target: Place, flag: int) -> bool:
    call = _renaming()
    if call is None:
        return False
    if call(*_raw(source), *_raw(target), flag) == 0:
        return True
    failure = _failure(target.name)
    if failure.errno in _CANNOT:  # or a directory was to go into itself: any rename says so
        return False
    raise failure


@cache
def _renaming() -> Callable[..., int] | None:
    names = {"linux": "renameat2", "darwin": "renameatx_np"}
    if sys.platform not in names:
        return None
    call = getattr(ctypes.CDLL(None, use_errno=True), names[sys.platform], None)
    if call is not None:
        place = (ctypes.c_int, ctypes.c_char_p)
        call.argtypes = (*place, *place, ctypes.c_uint)
    return call


def _raw(place: Place) -> tuple[int, bytes]:
    return (_AT_FDCWD if place.directory is None else place.directory), os.fsencode(place.name)


def _failure(name: str) -> OSError:
    number = ctypes.get_errno()
    return OSError(number, os.strerror(number), name)
