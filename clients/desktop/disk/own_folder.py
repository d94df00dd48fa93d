"""The client's own folder inside the folder: the marker that names it, and what is on its way.

What is on its way has a name that tells what may be done with it after a crash. `.part` was never
whole, or never put in its place: it goes. `.out` was taken out of its place a moment ago, or was
about to take it; its name tells the size and time of both. What fits may go, and what does not was
written by somebody else in that moment, and is brought back. `.half` is the beginning of a large
content, named by its hash: it is gone on with, or goes after a week.
"""

import itertools
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager

from clients.desktop.disk.faults import remove_quietly
from clients.desktop.disk.names import OWN
from clients.desktop.disk.port import Entry
from clients.desktop.disk.system_calls import Facts, Place, facts_at, rename_new
from clients.desktop.disk.within import Directory, Root

MARKER = "folder"
_INCOMING = "incoming"
RESCUED = "recovered"
_PART, _OUT, HALF = ".part", ".out", ".half"
_HALF_KEPT = 7 * 86_400
"""Seconds that the beginning of a content is kept after its last byte."""


class OwnFolder:
    """`.foyer` in a folder that is there."""

    def __init__(self, root: Root) -> None:
        self._root = root
        self._numbers = itertools.count()
        self._taken: set[str] = set()

    @contextmanager
    def incoming(self) -> Iterator[Directory]:
        """Open where contents lie before they are put in their place."""
        with self._root.descended([OWN, _INCOMING]) as here:
            yield here

    def make(self) -> None:
        """Make the folder, where it is not there."""
        for above, name in (([], OWN), ([OWN], _INCOMING)):
            with self._root.descended(above) as directory:
                _make(directory.place(name))

    @contextmanager
    def name_for(self, sha256: str) -> Iterator[str]:
        """Give a name for a content that comes in; that of its beginning, if nobody has it."""
        half = sha256 + HALF
        if not sha256 or half in self._taken:
            yield self.new_name()
            return
        self._taken.add(half)
        try:
            yield half
        finally:
            self._taken.discard(half)

    @staticmethod
    def is_half(name: str) -> bool:
        """Tell whether a name is that of a content's beginning."""
        return name.endswith(HALF)

    def new_name(self, *leaving: Entry) -> str:
        """Return a name for what comes in, or for what of these is about to leave its place."""
        number = f"{os.getpid()}-{next(self._numbers)}"
        if not leaving:
            return number + _PART
        told = (f"_{entry.size}.{entry.modified}" for entry in leaving)
        return number + "".join(told) + _OUT

    def clear(self) -> list[str]:
        """Take away what a crash left; returns the names of what was brought back to the folder."""
        back = []
        with self.incoming() as here, self._root.opened("") as top:
            for name in here.names():
                place = here.place(name)
                if self.is_half(name) and _is_recent(facts_at(place)):
                    continue
                if name.endswith(_OUT) and not _was_to_leave(name, facts_at(place)):
                    back.append(f"{RESCUED} {name.removesuffix(_OUT)}")
                    rename_new(place, top.place(back[-1]))
                else:
                    os.unlink(place.name, dir_fd=place.directory)
            top.sync()
        return back


def _is_recent(found: Facts) -> bool:
    return time.time_ns() - found.modified < _HALF_KEPT * 1_000_000_000


def _was_to_leave(name: str, found: Facts) -> bool:
    _, *told = name.removesuffix(_OUT).split("_")
    return f"{found.size}.{found.modified}" in told


def _make(place: Place) -> None:
    try:
        os.mkdir(place.name, 0o700, dir_fd=place.directory)
    except FileExistsError:
        return


def write_marker(root: str, folder_id: str) -> None:
    """Name a folder, durably; it may have had another name before. Raises OSError."""
    own = os.path.join(root, OWN)
    _make(Place(None, own))
    path = os.path.join(own, MARKER)
    new = f"{path}.new"
    remove_quietly(new)
    with open(new, "x", encoding="utf-8") as file:
        file.write(folder_id + "\n")
        file.flush()
        os.fsync(file.fileno())
    os.replace(new, path)


def read_marker(root: str) -> str:
    """Return the name that a folder was given; empty where it has none."""
    try:
        with open(os.path.join(root, OWN, MARKER), encoding="utf-8") as file:
            return file.read(1000).strip()
    except (OSError, UnicodeDecodeError):
        return ""
