"""Directories below the folder, opened name by name, so that no link ever leads out of it."""

import os
import stat
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from clients.desktop.disk.file_system import keeps_numbers
from clients.desktop.disk.names import impossible
from clients.desktop.disk.port import Changed, Entry, EntryKind, Identity, Unwritable
from clients.desktop.disk.system_calls import Facts, Place, facts_at

BY_DESCRIPTOR = sys.platform != "win32" and os.open in os.supports_dir_fd
_DIRECTORY = os.O_RDONLY | getattr(os, "O_DIRECTORY", 0) | getattr(os, "O_CLOEXEC", 0)
_NO_LINK = getattr(os, "O_NOFOLLOW", 0)
_BINARY = getattr(os, "O_BINARY", 0)
_READING = os.O_RDONLY | _NO_LINK | _BINARY | getattr(os, "O_NONBLOCK", 0)
_OWNER_RUNS = 0o100
_KINDS = {
    stat.S_IFREG: EntryKind.FILE,
    stat.S_IFDIR: EntryKind.DIRECTORY,
    stat.S_IFLNK: EntryKind.LINK,
}


@dataclass(frozen=True, slots=True)
class Directory:
    """A directory that is open; without a descriptor where the system opens none."""

    descriptor: int | None
    prefix: str

    def place(self, name: str) -> Place:
        """Return a name in it, as calls of the system take it."""
        return Place(self.descriptor, self.prefix + name)

    def is_same(self, other: "Directory") -> bool:
        """Tell whether both are one directory."""
        if self.descriptor is None or other.descriptor is None:
            return self.prefix == other.prefix
        return os.path.sameopenfile(self.descriptor, other.descriptor)

    def names(self) -> list[str]:
        """Return what is in it."""
        return os.listdir(self.prefix or "." if self.descriptor is None else self.descriptor)

    def sync(self) -> None:
        """Make its entries durable. Windows opens none, and its renames are journalled."""
        if self.descriptor is not None:
            os.fsync(self.descriptor)


class Root:
    """The folder as it was when it was opened: whoever stands in its place later is not touched."""

    def __init__(self, path: str) -> None:
        self.path = path
        found = os.stat(path)
        self.device = found.st_dev
        self._identity = (found.st_dev, found.st_ino)
        self._session = 0 if keeps_numbers(found.st_dev) else time.time_ns()
        self.few_characters = False
        """Whether the disk takes only the characters in names that Windows takes."""

    def is_same(self) -> bool:
        """Tell whether the folder is still there. Raises OSError where nothing is."""
        found = os.stat(self.path)
        return (found.st_dev, found.st_ino) == self._identity

    @contextmanager
    def opened(self, path: str) -> Iterator[Directory]:
        """Open a directory. Raises Changed where something else is there, or a link leads to it."""
        self._require_possible(path)
        with self.descended(path.split("/") if path else []) as directory:
            yield directory

    @contextmanager
    def above(self, path: str) -> Iterator[tuple[Directory, str]]:
        """Open the directory that a path lies in; gives its name there too."""
        self._require_possible(path)
        above, _, name = path.rpartition("/")
        with self.descended(above.split("/") if above else []) as directory:
            yield directory, name

    def _require_possible(self, path: str) -> None:
        why = (
            impossible(path, windows=sys.platform == "win32", few=self.few_characters)
            if path
            else ""
        )
        if why:
            raise Unwritable(path, why)

    @contextmanager
    def descended(self, names: list[str]) -> Iterator[Directory]:
        """Open a directory by the names that lead to it, the client's own among them."""
        if not BY_DESCRIPTOR:
            yield Directory(None, self._walked(names))
            return
        descriptor = self._descend(names)
        try:
            yield Directory(descriptor, "")
        finally:
            os.close(descriptor)

    def _descend(self, names: list[str]) -> int:
        here = os.open(self.path, _DIRECTORY)
        try:
            self._recognize(os.fstat(here))
            for name in names:
                deeper = os.open(name, _DIRECTORY | _NO_LINK, dir_fd=here)
                os.close(here)
                here = deeper
        except BaseException:
            os.close(here)
            raise
        return here

    def _recognize(self, found: os.stat_result) -> None:
        if (found.st_dev, found.st_ino) != self._identity:
            raise Changed("", "another folder stands in its place")

    def _walked(self, names: list[str]) -> str:
        """Return a path with its separator, each name of which is a directory and no link."""
        self._recognize(os.stat(self.path))
        path = self.path
        for name in names:
            path = os.path.join(path, name)
            if not stat.S_ISDIR(facts_at(Place(None, path)).mode):
                raise Changed("/".join(names), "no directory")
        return path + os.sep

    def entry(self, name: str, place: Place) -> Entry:
        """Look at a place. Raises OSError."""
        return self.entry_of(name, facts_at(place))

    def entry_of(self, name: str, facts: Facts) -> Entry:
        """Return an entry.

        Devices are numbered anew by each start of a computer, so that of the folder counts as 0.
        Where files are numbered anew too, the moment that the folder was opened is part of who they
        are: after it, no number of another time is taken for the same file.
        """
        kind = _KINDS.get(stat.S_IFMT(facts.mode), EntryKind.OTHER)
        device = 0 if facts.device == self.device else facts.device
        identity = Identity(device, facts.inode, self._session or facts.birth)
        if kind is EntryKind.DIRECTORY:
            return Entry(name, kind, identity)
        runs = kind is EntryKind.FILE and bool(facts.mode & _OWNER_RUNS)
        return Entry(name, kind, identity, facts.size, facts.modified, facts.changed, runs)


def open_file(place: Place) -> int:
    """Open a file for reading; a link is refused, and a pipe does not make us wait."""
    return os.open(place.name, _READING, dir_fd=place.directory)
