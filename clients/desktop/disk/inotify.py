"""inotify(7) by ctypes: watches of directories, and what happened in them.

Libraries for this pass over an overflow of the queue without a word; here it is an event.
"""

import ctypes
import os
import struct
from dataclasses import dataclass

CLOSE_WRITE, MODIFY, ATTRIB = 0x8, 0x2, 0x4
MOVED_FROM, MOVED_TO, CREATE, DELETE = 0x40, 0x80, 0x100, 0x200
OVERFLOW, IGNORED, IS_DIRECTORY = 0x4000, 0x8000, 0x4000_0000
_ONLY_DIRECTORIES, _NO_LINKS, _EXCLUDE_UNLINKED = 0x0100_0000, 0x0200_0000, 0x0400_0000
_WANTED = (
    *(CLOSE_WRITE, MODIFY, ATTRIB, MOVED_FROM, MOVED_TO, CREATE, DELETE),
    *(_ONLY_DIRECTORIES, _NO_LINKS, _EXCLUDE_UNLINKED),
)
_MASK = sum(_WANTED)
_HEAD = struct.Struct("iIII")
_BUFFER = 1 << 18


@dataclass(frozen=True, slots=True)
class Event:
    """Something about a name in the directory of a watch; watch -1 is the queue itself."""

    watch: int
    mask: int
    name: str


class Inotify:
    """One queue of events. All calls raise OSError."""

    def __init__(self) -> None:
        library = ctypes.CDLL(None, use_errno=True)
        self._add = library.inotify_add_watch
        self._add.argtypes = (ctypes.c_int, ctypes.c_char_p, ctypes.c_uint32)
        self._remove = library.inotify_rm_watch
        self.descriptor: int = library.inotify_init1(os.O_NONBLOCK | os.O_CLOEXEC)
        if self.descriptor < 0:
            raise _failure()

    def add(self, path: str) -> int:
        """Watch a directory; raises ENOSPC where the person's limit of watches is reached."""
        watch: int = self._add(self.descriptor, os.fsencode(path), _MASK)
        if watch < 0:
            raise _failure(path)
        return watch

    def remove(self, watch: int) -> None:
        """Watch no more; nothing happens where the watch has ended by itself."""
        self._remove(self.descriptor, watch)

    def read(self) -> list[Event]:
        """Return what happened; empty where nothing did."""
        try:
            data = os.read(self.descriptor, _BUFFER)
        except BlockingIOError:
            return []
        return parse(data)

    def close(self) -> None:
        """End all watches."""
        os.close(self.descriptor)


def parse(data: bytes) -> list[Event]:
    """Read events as the kernel writes them: a head, and a name filled up with zeros."""
    events, place = [], 0
    while place < len(data):
        watch, mask, _, length = _HEAD.unpack_from(data, place)
        place += _HEAD.size
        name = data[place : place + length].rstrip(b"\0")
        events.append(Event(watch, mask, os.fsdecode(name)))
        place += length
    return events


def _failure(path: str = "") -> OSError:
    number = ctypes.get_errno()
    return OSError(number, os.strerror(number), path)
