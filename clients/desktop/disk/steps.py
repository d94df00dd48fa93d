"""Changes of the folder, each in one step that can be taken back until it is known to be right.

Between a look and a step another program may be quicker. So nothing is removed or replaced where
it stands: what goes is moved aside in one rename, looked at there, and put back where it is not
what was expected. All calls wait for the disk, and raise OSError or DiskError's kinds.
"""

import os
import sys
from dataclasses import replace

from clients.desktop.disk.own_folder import OwnFolder
from clients.desktop.disk.port import Changed, Entry, EntryKind
from clients.desktop.disk.system_calls import Place, exchange, rename_new, rename_over
from clients.desktop.disk.within import Directory, Root
from clients.desktop.model.folding import Folding, folded

_TRIES = 100


def is_same(found: Entry, expected: Entry) -> bool:
    """Tell whether a node is the one that was expected, after a rename: that moves its ctime."""
    return replace(found, name=expected.name, changed=expected.changed) == expected


class Steps:
    """What is done to one folder."""

    def __init__(self, root: Root, own: OwnFolder, folding: Folding) -> None:
        self._root = root
        self._own = own
        self._folding = folding
        self._folds = folding.case or folding.unicode

    def look(self, directory: Directory, name: str) -> Entry | None:
        """Return what is at a name, spelt just so; None where nothing is."""
        try:
            found = self._root.entry(name, directory.place(name))
        except FileNotFoundError:
            return None
        return found if not self._folds or name in directory.names() else None

    def expect(self, directory: Directory, name: str, expected: Entry | None) -> None:
        """Raise Changed where something else is at a name than was expected."""
        if self.look(directory, name) != expected:
            raise Changed(name, "something else is there now")

    def put(self, came: str, directory: Directory, name: str, over: Entry | None) -> None:
        """Put what came in its place, over what is expected there."""
        with self._own.incoming() as here:
            ours, target = here.place(came), directory.place(name)
            if over is None:
                rename_new(ours, target)
            else:
                self._put_over(here, came, target, over)
        directory.sync()

    def _put_over(self, here: Directory, came: str, target: Place, over: Entry) -> None:
        mine = self._root.entry(over.name, here.place(came))
        aside = here.place(self._own.new_name(over, mine))
        rename_new(here.place(came), aside)
        if not exchange(aside, target):
            self._put_over_in_two(aside, target, over)
        elif is_same(self._root.entry(over.name, aside), over):
            _unlink(aside)
        else:
            self._give_back(aside, target, mine)
            raise Changed(over.name, "it was written to in the last moment")

    def _put_over_in_two(self, ours: Place, target: Place, over: Entry) -> None:
        """Replace without an exchange: between look and step is a moment that nobody sees."""
        if not is_same(self._root.entry(over.name, target), over):
            _unlink(ours)
            raise Changed(over.name, "it was written to in the last moment")
        rename_over(ours, target)

    def _give_back(self, aside: Place, target: Place, mine: Entry) -> None:
        """Exchange until what comes out is ours again: others may go on writing meanwhile."""
        for _ in range(_TRIES):
            try:
                exchange(aside, target)
            except FileNotFoundError:  # what we put there is gone
                rename_new(aside, target)
                return
            if is_same(self._root.entry(mine.name, aside), mine):
                _unlink(aside)
                return
        # It stays in the client's folder under a name that brings it back at the next start.

    def remove(self, directory: Directory, name: str, expected: Entry) -> None:
        """Take a file away."""
        self.expect(directory, name, expected)
        leaving = self._own.new_name(expected)
        with self._own.incoming() as here:
            aside, target = here.place(leaving), directory.place(name)
            rename_new(target, aside)
            if not is_same(self._root.entry(name, aside), expected):
                rename_new(aside, target)
                raise Changed(name, "it was written to in the last moment")
            _unlink(aside)
        directory.sync()

    def remove_directory(self, directory: Directory, name: str, expected: Entry) -> None:
        """Take an empty directory away; the system refuses where something is in it."""
        self.expect(directory, name, expected)
        place = directory.place(name)
        os.rmdir(place.name, dir_fd=place.directory)
        directory.sync()

    def move(
        self, source: Directory, name: str, target: Directory, to: str, expected: Entry
    ) -> Entry:
        """Give a node another place, where nothing is but, on a disk that folds, itself."""
        self.expect(source, name, expected)
        old, new = source.place(name), target.place(to)
        if self._is_other_spelling(source, target, to, expected):
            rename_over(old, new)
        else:
            rename_new(old, new)
        moved = self._root.entry(to, new)
        if not is_same(moved, expected):
            rename_new(new, old)
            raise Changed(name, "it was written to in the last moment")
        target.sync()
        source.sync()
        return moved

    def _is_other_spelling(
        self, source: Directory, target: Directory, to: str, expected: Entry
    ) -> bool:
        """Tell whether a name is there only because the disk takes it for that of the node itself.

        exFAT by FUSE gives one node an inode for each spelling, so names count beside identities.
        """
        if not self._folds or to in target.names():
            return False
        try:
            found = self._root.entry(to, target.place(to))
        except FileNotFoundError:
            return False
        if found.identity == expected.identity:
            return True
        is_one = folded(expected.name, self._folding) == folded(to, self._folding)
        return is_one and source.is_same(target)

    def make_directory(self, directory: Directory, name: str) -> Entry:
        """Make a directory where nothing is."""
        place = directory.place(name)
        os.mkdir(place.name, dir_fd=place.directory)
        directory.sync()
        return self._root.entry(name, place)

    def set_executable(
        self, directory: Directory, name: str, expected: Entry, *, executable: bool
    ) -> Entry:
        """Let those run a file who may read it, or nobody."""
        self.expect(directory, name, expected)
        place = directory.place(name)
        if sys.platform != "win32" and expected.kind is EntryKind.FILE:
            descriptor = os.open(place.name, os.O_RDONLY | os.O_NOFOLLOW, dir_fd=place.directory)
            try:
                os.fchmod(descriptor, run_bits(os.fstat(descriptor).st_mode, executable))
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
        changed = self._root.entry(name, place)
        if changed.identity != expected.identity:
            raise Changed(name, "something else is there now")
        return changed


def run_bits(mode: int, executable: bool) -> int:  # noqa: FBT001
    """Return a mode with or without the right to run: for those who may read."""
    bare = mode & 0o7777 & ~0o111
    return bare | ((mode & 0o444) >> 2) if executable else bare


def _unlink(place: Place) -> None:
    os.unlink(place.name, dir_fd=place.directory)
