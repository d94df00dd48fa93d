"""The client's own folder inside the folder: the marker that names it, and what is on its way.

What is on its way has a name that tells what may be done with it after a crash. `.part` was never
whole, or never put in its place: it goes. `.out` was taken out of its place a moment ago, or was
about to take it; its name tells the size and time of both. What fits may go, and what does not was
written by somebody else in that moment, and is brought back.
"""

import itertools
import os
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
_PART, _OUT = ".part", ".out"


class OwnFolder:
    """`.foyer` in a folder that is there."""

    def __init__(self, root: Root) -> None:
        self._root = root
        self._numbers = itertools.count()

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
                if name.endswith(_OUT) and not _was_to_leave(name, facts_at(place)):
                    back.append(f"{RESCUED} {name.removesuffix(_OUT)}")
                    rename_new(place, top.place(back[-1]))
                else:
                    os.unlink(place.name, dir_fd=place.directory)
            top.sync()
        return back


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
