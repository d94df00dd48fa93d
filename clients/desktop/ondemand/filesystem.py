"""The calls of FUSE (libfuse's high-level API) over a view of the home; nothing is ever written."""

import errno
import os
from collections.abc import Callable, Iterable
from itertools import count
from threading import Lock
from typing import NoReturn

from clients.desktop.home.port import HomeError
from clients.desktop.ondemand.kept import Content, WrongContent
from clients.desktop.ondemand.view import View, content_of
from clients.desktop.replica.tree import Node

Read = Callable[[str, Content, int, int], bytes]
_BLOCK = 4096


class HomeFiles:
    """A file system of which `view` is what it shows now; `used` is told of what was opened."""

    use_ns = True

    def __init__(self, view: View, read: Read, used: Callable[[Content], None]) -> None:
        self.view = view
        self._read = read
        self._used = used
        self._open: dict[int, Node] = {}
        self._numbers = count(1)
        self._lock = Lock()

    def init(self, path: str) -> None:
        """Begin."""

    def destroy(self, path: str) -> None:
        """End."""

    def opened(self) -> list[Content]:
        """Return the contents that programs have open."""
        with self._lock:
            return [content_of(node) for node in self._open.values()]

    def getattr(self, path: str, fh: int | None = None) -> dict[str, int]:
        """Tell of a path."""
        del fh
        found = self.view.attributes(path)
        if found is None:
            _fail(errno.ENOENT)
        return found

    def readdir(self, path: str, fh: int) -> Iterable[str]:
        """List a directory."""
        del fh
        if not self.view.is_directory(path):
            _fail(errno.ENOTDIR)
        return [".", "..", *self.view.members(path)]

    def open(self, path: str, flags: int) -> int:
        """Open a file to read: as it is now, also where the home's becomes another meanwhile."""
        if flags & os.O_ACCMODE != os.O_RDONLY:
            _fail(errno.EROFS)
        node = self.view.at(path)
        if node is None or node.is_directory:
            _fail(errno.ENOENT)
        self._used(content_of(node))
        with self._lock:
            number = next(self._numbers)
            self._open[number] = node
        return number

    def read(self, path: str, size: int, offset: int, fh: int) -> bytes:
        """Read; what is not here is fetched first."""
        del path
        node = self._open[fh]
        try:
            return self._read(node.id, content_of(node), offset, offset + size)
        except (HomeError, WrongContent):
            _fail(errno.EIO)

    def release(self, path: str, fh: int) -> int:
        """Close."""
        del path
        with self._lock:
            self._open.pop(fh, None)
        return 0

    def statfs(self, path: str) -> dict[str, int]:
        """Tell of the whole: nothing can be put here."""
        del path
        return {"f_bsize": _BLOCK, "f_frsize": _BLOCK, "f_namemax": 255}


def _fail(number: int) -> NoReturn:
    raise OSError(number, os.strerror(number))
