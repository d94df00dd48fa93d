"""A folder in memory: what a file system does to the engine, and what a person does to it.

The person's verbs are plain functions and happen at once; the port's calls take time, may fail
before they did anything, and may be cut off after they did.
"""

from dataclasses import dataclass, field
from functools import partial
from hashlib import sha256
from itertools import count

from clients.desktop.disk.port import (
    Busy,
    Changed,
    Disk,
    Entry,
    EntryKind,
    Identity,
    NoRoomOnDisk,
    RootState,
    Unwritable,
)
from clients.desktop.model.content import Content
from clients.desktop.model.folding import Folding, folded
from replication.chunks.chunk import Chunk

PIECE = 4


def content_of(data):
    return Content(sha256(data).hexdigest(), len(data))


def pieces_of(data, size):
    return [data[at : at + size] for at in range(0, len(data), size)]


def chunks_of(data):
    """Cut as the real sides do, only into smaller pieces: what people write here is short."""
    return [Chunk(sha256(piece).digest(), len(piece)) for piece in pieces_of(data, 2)]


@dataclass(eq=False)
class Node:
    name: str
    kind: EntryKind
    inode: int
    birth: int
    data: bytes = b""
    modified: int = 0
    changed: int = 0
    executable: bool = False
    children: dict = field(default_factory=dict)

    def entry(self, *, keeps_executable=True):
        identity = Identity(1, self.inode, self.birth)
        if self.kind is not EntryKind.FILE:
            return Entry(self.name, self.kind, identity)
        return Entry(
            *(self.name, self.kind, identity, len(self.data), self.modified, self.changed),
            executable=self.executable and keeps_executable,
        )


class FakeStaged:
    def __init__(self, data):
        self.data = data
        self.is_dropped = False

    @property
    def content(self):
        return content_of(self.data)

    async def drop(self):
        self.is_dropped = True


class FakeDisk:
    """`reuses`: an inode that became free is the next to be given, with a birth that tells."""

    def __init__(self, faults, name="disk", *, folding=None, reuses=True, keeps_executable=True):
        self.faults = faults
        self.name = name
        self.folding = folding or Folding()
        self.keeps_executable = keeps_executable
        self.reuses = reuses
        self.state = RootState.HERE
        self.is_full = False
        self._ticks = count(1)
        self._inodes = count(10)
        self._free = []
        self.halves = {}
        self.root = Node("", EntryKind.DIRECTORY, 1, 0)

    # What a person does, at once.

    def fold(self, name):
        return folded(name, self.folding)

    def find(self, path):
        """Return the node at a path, as the file system compares names; None where none is."""
        node = self.root
        for name in path.split("/") if path else ():
            if node is None or node.kind is not EntryKind.DIRECTORY:
                return None
            node = node.children.get(self.fold(name))
        return node

    def walk(self):
        """Yield path and node of all there is, parents first."""
        stack = [("", self.root)]
        while stack:
            path, node = stack.pop()
            for child in sorted(node.children.values(), key=lambda child: child.name, reverse=True):
                below = f"{path}/{child.name}" if path else child.name
                yield below, child
                stack.append((below, child))

    def make(self, path, kind, data=b""):
        parent, name = self._split(path)
        inode = self._free.pop() if self._free and self.reuses else next(self._inodes)
        node = Node(name, kind, inode, next(self._ticks), data)
        node.modified = node.changed = next(self._ticks)
        parent.children[self.fold(name)] = node
        return node

    def write(self, node, data):
        node.data = data
        node.modified = node.changed = next(self._ticks)

    def mark(self, node, *, executable):
        node.executable = executable
        node.changed = next(self._ticks)

    def rename(self, path, to):
        """Move as rename(2) does: over a file, or over an empty directory; returns who went."""
        node, (parent, name) = self.find(path), self._split(to)
        source, _ = self._split(path)
        over = parent.children.get(self.fold(name))
        del source.children[self.fold(node.name)]
        if over is not None and over is not node:
            self._freed(over)
        node.name = name
        node.changed = next(self._ticks)
        parent.children[self.fold(name)] = node
        return over if over is not node else None

    def unlink(self, path):
        """Take a node away, with what is in it; returns it."""
        parent, name = self._split(path)
        node = parent.children.pop(self.fold(name))
        self._freed(node)
        return node

    def _freed(self, node):
        self._free.append(node.inode)
        for child in node.children.values():
            self._freed(child)

    def _split(self, path):
        assert not {"", ".", ".."} & set(path.split("/")), "a way out of the folder"
        above, _, name = path.rpartition("/")
        parent = self.find(above)
        if parent is None or parent.kind is not EntryKind.DIRECTORY:
            raise Changed(path, "no parent")
        return parent, name

    # The port.

    async def _before(self, path, *kinds):
        await self.faults.pause()
        failure = self.faults.strikes(kinds or (Unwritable, Busy))
        if failure is not None:
            raise failure(path, "fault")
        if self.state is not RootState.HERE:
            raise Changed(path, "no folder")

    async def _after(self, *what):
        self.faults.note(f"disk of {self.name}", *what)
        await self.faults.pause()

    async def root_state(self):
        await self.faults.pause()
        return self.state

    async def list(self, path):
        await self._before(path, Unwritable)
        node = self._exact(path)
        if node is None or node.kind is not EntryKind.DIRECTORY:
            raise Changed(path)
        found = [
            child.entry(keeps_executable=self.keeps_executable) for child in node.children.values()
        ]
        self.faults.random.shuffle(found)
        await self.faults.pause()
        return found

    async def look(self, path):
        await self._before(path)
        node = self._exact(path)
        return None if node is None else self._entry(node)

    async def digest(self, path, expected):
        data = b"".join([piece async for piece in self.read(path, expected)])
        return content_of(data)

    async def read(self, path, expected, offset=0):
        await self._before(path)
        node = self._expect(path, expected)
        at = offset
        while at < len(node.data):
            yield node.data[at : at + PIECE]
            at += PIECE
            await self.faults.pause()
            if self._entry(node) != expected:
                raise Changed(path)
        self._expect(path, expected)

    async def cut(self, path, expected):
        return chunks_of(b"".join([piece async for piece in self.read(path, expected)]))

    async def stage(self, pieces, expected):
        """Receive a content behind what is here of it: it outlives the program, as on a disk."""
        await self._before("", NoRoomOnDisk)
        if self.is_full:
            raise NoRoomOnDisk("")
        data = self.halves.pop(expected, b"")
        try:
            async for piece in pieces(len(data)):
                data += piece
        except BaseException:
            self.halves[expected] = data
            raise
        if content_of(data) != expected:
            raise Changed("", "other bytes")
        return FakeStaged(data)

    async def stage_copy(self, path, entry, expected):
        return await self.stage(partial(self.read, path, entry), expected)

    async def place(self, staged, path, over, *, modified, executable):
        await self._before(path)
        assert not staged.is_dropped
        self._check_target(path, over)
        if over is not None:
            self.unlink(path)
        node = self.make(path, EntryKind.FILE, staged.data)
        node.modified = modified
        node.executable = executable and self.keeps_executable
        entry = self._entry(node)
        await self._after("place", path, staged.data)
        return entry

    async def make_directory(self, path):
        await self._before(path)
        self._check_target(path, None)
        node = self.make(path, EntryKind.DIRECTORY)
        entry = node.entry()
        await self._after("mkdir", path)
        return entry

    async def move(self, path, to, expected):
        await self._before(path)
        node = self._expect(path, expected)
        target = self.find(to)
        parent, _ = self._split(to)
        if (target is not None and target is not node) or self._is_in(parent, node):
            raise Changed(to)
        self.rename(path, to)
        entry = self._entry(node)
        await self._after("move", path, to)
        return entry

    async def set_executable(self, path, expected, *, executable):
        await self._before(path)
        node = self._expect(path, expected)
        self.mark(node, executable=executable)
        entry = self._entry(node)
        await self._after("mark", path, executable)
        return entry

    async def remove_file(self, path, expected):
        await self._before(path)
        if self._expect(path, expected).kind is EntryKind.DIRECTORY:
            raise Changed(path)
        self.unlink(path)
        await self._after("remove", path)

    async def remove_directory(self, path, expected):
        await self._before(path)
        if self._expect(path, expected).children:
            raise Changed(path)
        self.unlink(path)
        await self._after("rmdir", path)

    def _entry(self, node):
        return node.entry(keeps_executable=self.keeps_executable)

    def _exact(self, path):
        """Return the node at a path that is spelt just so."""
        node = self.root
        for name in path.split("/") if path else ():
            node = node.children.get(self.fold(name)) if node is not None else None
            if node is None or node.name != name:
                return None
        return node

    def _expect(self, path, expected):
        node = self._exact(path)
        if node is None or self._entry(node) != expected:
            raise Changed(path)
        return node

    def _check_target(self, path, over):
        self._split(path)
        if over is not None:
            self._expect(path, over)
        elif self.find(path) is not None:
            raise Changed(path)

    def _is_in(self, directory, node):
        return directory is node or any(
            self._is_in(directory, child) for child in node.children.values()
        )


_: type[Disk] = FakeDisk
