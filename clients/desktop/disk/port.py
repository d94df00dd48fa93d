"""The folder that is kept, as the engine sees it: looked at, read, and changed step by step.

Paths are relative to the folder, `/` between names, without a leading one; `""` is the folder
itself. Names are the bytes of the file system decoded with `os.fsdecode`, never another spelling.
Every change names the `Entry` that it was decided on, looks again right before it is done, and
raises `Changed` where something else is there now: then nothing has been done. A change that
returned outlasts a power cut. Nothing outside the folder is ever touched: a link is an entry, and
is not followed.
"""

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from clients.desktop.model.content import Content
from clients.desktop.model.folding import Folding
from replication.chunks.chunk import Chunk


class EntryKind(StrEnum):
    """What stands at a path. OTHER: sockets, devices, pipes; they are left alone."""

    FILE = "file"
    DIRECTORY = "directory"
    LINK = "link"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Identity:
    """What stays with a file that is renamed: device, inode, and birth in nanoseconds (0: unknown).

    An inode is used again for another file; the birth tells them apart where it is known.
    """

    device: int
    inode: int
    birth: int = 0


@dataclass(frozen=True, slots=True)
class Entry:
    """What a look at a path found. Equal entries of a file mean: not written to in between.

    `modified` and `changed` are mtime and ctime in nanoseconds. They and `size` are 0 for a
    directory, whose entry is to stay equal while its children come and go.
    """

    name: str
    kind: EntryKind
    identity: Identity
    size: int = 0
    modified: int = 0
    changed: int = 0
    executable: bool = False


class RootState(StrEnum):
    """Whether the folder is the one that was kept; all but HERE stop the engine."""

    HERE = "here"
    MISSING = "missing"
    ANOTHER = "another"
    """Another file system or folder stands in its place, or its marker file is lost."""


class DiskError(Exception):
    """Something the disk would not do. `path` is relative to the folder."""

    def __init__(self, path: str, why: str = "") -> None:
        super().__init__(f"{path}: {why}" if why else path)
        self.path = path
        self.why = why


class Changed(DiskError):
    """What is at the path is not what the step was decided on. Look again, plan again."""


class NoRoomOnDisk(DiskError):
    """The disk is full, or a quota is. Nothing else of this kind will go either."""


class Unwritable(DiskError):
    """The path cannot be read or written: rights, a name that this file system cannot hold."""


class Busy(DiskError):
    """Another program holds the file. Later it may go."""


Pieces = Callable[[int], AsyncIterator[bytes]]
"""Reads a content from an offset on."""


class Staged(Protocol):
    """A content that lies whole and durable beside the folder's files, under a name of its own."""

    @property
    def content(self) -> Content:
        """Return what was received."""

    async def drop(self) -> None:
        """Throw it away; nothing happens where it has been put in its place."""


class Disk(Protocol):
    """One folder. All calls raise DiskError's kinds; what was not done has left no trace."""

    @property
    def folding(self) -> Folding:
        """What is one name here."""

    @property
    def keeps_executable(self) -> bool:
        """Whether a file is remembered to be a program; where not, nothing is said of it."""

    async def root_state(self) -> RootState:
        """Look whether the folder is there and the same."""

    async def list(self, path: str) -> list[Entry]:
        """Return what is in a directory, in any order; Changed where there is no such directory.

        The client's own files are left out: marker, what is staged. A node that was moved aside to
        make way (`model.names.is_parked`) is the person's, and is not left out.
        """

    async def look(self, path: str) -> Entry | None:
        """Return what is at a path, spelt just so; None where nothing is."""

    async def digest(self, path: str, expected: Entry) -> Content:
        """Return what a file holds. Raises Changed where it changed before its last byte."""

    def read(self, path: str, expected: Entry, offset: int = 0) -> AsyncIterator[bytes]:
        """Read a file from an offset on.

        Raises Changed as soon as it is seen to change, at the end at the latest.
        """

    async def cut(self, path: str, expected: Entry) -> Sequence[Chunk]:
        """Cut a file into chunks. Raises Changed where it changed before its last byte."""

    async def stage(self, pieces: Pieces, expected: Content) -> Staged:
        """Receive a content. Raises Changed where other bytes came.

        A large one goes on behind what is here of it from a time when it was cut off.
        """

    async def stage_copy(self, path: str, entry: Entry, expected: Content) -> Staged:
        """Receive a content from a file that is here already. Raises Changed where it differs."""

    async def place(
        self, staged: Staged, path: str, over: Entry | None, *, modified: int, executable: bool
    ) -> Entry:
        """Put a content at a path, over what is expected there (None: nothing). Atomic."""

    async def make_directory(self, path: str) -> Entry:
        """Make a directory. Raises Changed where something is there, or its parent is not."""

    async def move(self, path: str, to: str, expected: Entry) -> Entry:
        """Give a node another place, where nothing is. A new case of its own name may be given."""

    async def set_executable(self, path: str, expected: Entry, *, executable: bool) -> Entry:
        """Let a file be run, or not."""

    async def remove_file(self, path: str, expected: Entry) -> None:
        """Take a file away."""

    async def remove_directory(self, path: str, expected: Entry) -> None:
        """Take an empty directory away. Raises Changed where something is in it."""
