"""The folder's steps one after the other, waiting for the disk: what runs in threads."""

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass

from clients.desktop.disk.faults import is_missing
from clients.desktop.disk.names import OWN
from clients.desktop.disk.own_folder import OwnFolder, read_marker
from clients.desktop.disk.port import Changed, Entry, EntryKind, RootState
from clients.desktop.disk.probing import Found, probe
from clients.desktop.disk.steps import Steps, run_bits
from clients.desktop.disk.within import Directory, Root, open_file

Step = Callable[[Steps, Directory, str, Entry], None]


@dataclass(frozen=True, slots=True)
class Placing:
    """What a file is to be like where it is put; `modified` in nanoseconds."""

    over: Entry | None
    modified: int
    executable: bool


class BlockingDisk:
    """One folder that is there. All calls raise OSError, or DiskError's kinds."""

    def __init__(self, folder: str, folder_id: str) -> None:
        if state_of(folder, folder_id) is not RootState.HERE:
            raise Changed("", "this is not the folder that was kept")
        self._folder_id = folder_id
        self._root = Root(folder)
        self.own = OwnFolder(self._root)
        self.own.make()
        self.recovered = self.own.clear()
        self.found: Found = probe(self.own)
        self._root.few_characters = self.found.few_characters
        self._steps = Steps(self._root, self.own, self.found.folding)
        os.umask(mask := os.umask(0o022))
        self._mode = 0o666 & ~mask

    def root_state(self) -> RootState:
        """Look whether the folder is there and the same."""
        state = state_of(self._root.path, self._folder_id)
        try:
            same = self._root.is_same()
        except OSError:
            return RootState.MISSING
        return state if same or state is not RootState.HERE else RootState.ANOTHER

    def entries(self, path: str) -> list[Entry]:
        """Return what is in a directory, the client's own files left out."""
        found = []
        with self._root.opened(path) as directory:
            for name in directory.names():
                if not path and name == OWN:
                    continue
                try:
                    found.append(self._root.entry(name, directory.place(name)))
                except FileNotFoundError:  # gone since
                    continue
        return found

    def look(self, path: str) -> Entry | None:
        """Return what is at a path, spelt just so; None where nothing is."""
        if not path or path.casefold() == OWN:
            return None
        try:
            with self._root.above(path) as (directory, name):
                return self._steps.look(directory, name)
        except OSError as error:
            if is_missing(error):
                return None
            raise

    def begin(self, path: str, expected: Entry, offset: int, most: int) -> tuple[int, bytes]:
        """Open a file that is as expected; returns its descriptor and the first piece."""
        with self._root.above(path) as (directory, name):
            descriptor = open_file(directory.place(name))
            try:
                self._expect_open(directory, name, expected, descriptor)
                os.lseek(descriptor, offset, os.SEEK_SET)
                return descriptor, read(descriptor, most)
            except BaseException:
                os.close(descriptor)
                raise

    def _expect_open(
        self, directory: Directory, name: str, expected: Entry, descriptor: int
    ) -> None:
        self._steps.expect(directory, name, expected)
        if os.fstat(descriptor).st_ino != expected.identity.inode:
            raise Changed(name, "something else is there now")

    def check(self, path: str, expected: Entry) -> None:
        """Raise Changed where a path is not as expected."""
        with self._root.above(path) as (directory, name):
            self._steps.expect(directory, name, expected)

    def place(self, came: str, path: str, placing: Placing) -> Entry:
        """Put what came at a path."""
        with self._root.above(path) as (directory, name):
            self._steps.expect(directory, name, placing.over)
            mode = run_bits(self._mode_over(directory, name, placing.over), placing.executable)
            self._dress(came, placing.modified, mode)
            self._steps.put(came, directory, name, placing.over)
            return self._root.entry(name, directory.place(name))

    def _mode_over(self, directory: Directory, name: str, over: Entry | None) -> int:
        """Return the rights that a file is to have: those of the one that it follows."""
        if over is None or over.kind is not EntryKind.FILE:
            return self._mode
        place = directory.place(name)
        return os.stat(place.name, dir_fd=place.directory, follow_symlinks=False).st_mode

    def _dress(self, came: str, modified: int, mode: int) -> None:
        """Give what came its times and its rights, durably."""
        times = (modified, modified)
        with self.own.incoming() as here:
            place = here.place(came)
            if sys.platform == "win32":
                os.utime(place.name, ns=times)
                return
            descriptor = os.open(place.name, os.O_RDWR | os.O_NOFOLLOW, dir_fd=place.directory)
            try:
                os.fchmod(descriptor, mode)
                os.utime(descriptor, ns=times)
                os.fsync(descriptor)
            finally:
                os.close(descriptor)

    def make_directory(self, path: str) -> Entry:
        """Make a directory where nothing is."""
        with self._root.above(path) as (directory, name):
            return self._steps.make_directory(directory, name)

    def move(self, path: str, to: str, expected: Entry) -> Entry:
        """Give a node another place."""
        with self._root.above(path) as (source, name), self._root.above(to) as (target, new):
            return self._steps.move(source, name, target, new, expected)

    def set_executable(self, path: str, expected: Entry, executable: bool) -> Entry:  # noqa: FBT001
        """Let a file be run, or not."""
        with self._root.above(path) as (directory, name):
            return self._steps.set_executable(directory, name, expected, executable=executable)

    def remove(self, path: str, expected: Entry, step: Step) -> None:
        """Take a node away, by one of the steps that do so."""
        with self._root.above(path) as (directory, name):
            step(self._steps, directory, name, expected)


def state_of(folder: str, folder_id: str) -> RootState:
    """Look whether a folder is there, and has this marker."""
    if not os.path.isdir(folder):
        return RootState.MISSING
    return RootState.HERE if read_marker(folder) == folder_id else RootState.ANOTHER


def read(descriptor: int, most: int) -> bytes:
    """Read so many bytes; fewer are the end of the file."""
    found = os.read(descriptor, most)
    while found and len(found) < most:
        more = os.read(descriptor, most - len(found))
        if not more:
            break
        found += more
    return found
