"""A home in memory: the server that all devices share, and the port by which each speaks to it."""

import asyncio
from copy import deepcopy
from dataclasses import dataclass, field
from hashlib import sha256

from clients.desktop.home.port import (
    ROOT_ID,
    FeedPage,
    Gone,
    Home,
    Missing,
    NameTaken,
    NoRoomInHome,
    RemoteNode,
    Stale,
    Unreachable,
)
from clients.desktop.model.kind import Kind
from replication.chunks.difference import difference
from tests.support.desktop.fake_disk import chunks_of, content_of, pieces_of

PIECE = 4


@dataclass(eq=False)
class ServerNode:
    id: str
    parent_id: str
    name: str
    kind: Kind
    data: bytes = b""
    executable: bool = False
    modified: int = 0
    revision: str = ""
    sequence: int = 0
    is_trashed: bool = False
    versions: list = field(default_factory=list)


class FakeServer:
    """The verbs are what the home does, at once; they are also how a person acts in a browser."""

    def __init__(self):
        self.nodes = {}
        self.sequence = 0
        self.life = 0
        self.left_out = {}
        self.is_full = False
        self._waiting = {}
        self._ids = 0

    def seen(self, device, node):
        """Say whether a device is to have a node."""
        while node.id != ROOT_ID:
            if node.is_trashed or node.id in self.left_out.get(device, ()):
                return False
            if node.parent_id == ROOT_ID:
                return True
            node = self.nodes[node.parent_id]
        return True

    def children(self, parent_id):
        return [
            node
            for node in self.nodes.values()
            if node.parent_id == parent_id and not node.is_trashed
        ]

    def is_alive(self, node_id):
        while node_id != ROOT_ID:
            node = self.nodes.get(node_id)
            if node is None or node.is_trashed:
                return False
            node_id = node.parent_id
        return True

    def is_directory(self, node_id):
        if node_id == ROOT_ID:
            return True
        return self.is_alive(node_id) and self.nodes[node_id].kind is Kind.DIRECTORY

    def named(self, parent_id, name):
        return next((node for node in self.children(parent_id) if node.name == name), None)

    def path(self, node):
        names = []
        while True:
            names.append(node.name)
            if node.parent_id == ROOT_ID:
                return "/".join(reversed(names))
            node = self.nodes[node.parent_id]

    def below(self, node_id):
        for child in self.children(node_id):
            yield child
            yield from self.below(child.id)

    def make(self, parent_id, name, kind, data=b"", *, executable=False, modified=0):
        self._free(parent_id, name)
        self._ids += 1
        node = ServerNode(f"n{self._ids:05}", parent_id, name, kind, data, executable, modified)
        self.nodes[node.id] = node
        self.touch(node)
        return node

    def replace(self, node, data, *, executable=None, modified=0):
        node.versions.append(node.data)
        node.data = data
        node.modified = modified
        node.executable = node.executable if executable is None else executable
        self.touch(node)

    def move(self, node, parent_id, name):
        taken = self.named(parent_id, name)
        if taken is not None and taken is not node:
            raise NameTaken(name)
        is_inside = parent_id == node.id or self._is_below(parent_id, node)
        if is_inside or not self.is_directory(parent_id):
            raise Missing(parent_id)
        node.parent_id, node.name = parent_id, name
        self.touch(node)
        self._touch_below(node)

    def mark(self, node, *, executable):
        node.executable = executable
        self.touch(node)

    def trash(self, node):
        node.is_trashed = True
        self.touch(node)
        self._touch_below(node)

    def restore(self, node):
        self._free(node.parent_id, node.name)
        node.is_trashed = False
        self.touch(node)
        self._touch_below(node)

    def leave_out(self, device, node_id, *, is_left_out):
        out = self.left_out.setdefault(device, set())
        (out.add if is_left_out else out.discard)(node_id)
        node = self.nodes[node_id]
        self.touch(node)
        self._touch_below(node)

    def touch(self, node):
        self.sequence += 1
        node.sequence = self.sequence
        generation = int(node.revision.partition("-")[0] or 0) + 1
        state = f"{node.parent_id}/{node.name}/{node.executable}/{node.is_trashed}"
        node.revision = f"{generation}-{sha256(node.data + state.encode()).hexdigest()[:8]}"
        for event in self._waiting:
            event.set()

    def _touch_below(self, node):
        for child in list(self.below(node.id)):
            self.touch(child)

    def _is_below(self, node_id, node):
        return any(child.id == node_id for child in self.below(node.id))

    def _free(self, parent_id, name):
        if not self.is_directory(parent_id):
            raise Missing(parent_id)
        if self.named(parent_id, name) is not None:
            raise NameTaken(name)

    @property
    def place(self):
        return self._place(self.sequence)

    def _place(self, sequence):
        return f"{sequence}-{self.life}" if self.life else str(sequence)

    def number_of(self, place):
        """Return where a place is; one of another life of the home says nothing."""
        number, _, life = (place or "0").partition("-")
        return int(number) if int(life or 0) == self.life else 0

    def backup(self):
        return deepcopy((self.sequence, self.nodes, self.left_out))

    def bring_back(self, backup):
        """Be as it was; an id is never given again, though."""
        self.sequence, self.nodes, self.left_out = deepcopy(backup)
        self.life += 1
        for event in self._waiting:
            event.set()

    def page(self, device, place, limit):
        since = self.number_of(place)
        is_anew = place != "" and place.partition("-")[2] != self.place.partition("-")[2]
        rows = sorted(
            (node for node in self.nodes.values() if node.sequence > since),
            key=lambda node: node.sequence,
        )
        more = len(rows) > limit
        rows = rows[:limit]
        last = rows[-1].sequence if more else self.sequence
        told = tuple(self._row(device, node) for node in rows)
        return FeedPage(told, self._place(last), more, is_anew)

    def _row(self, device, node):
        if self.seen(device, node):
            return remote_of(node)
        return Gone(node.id, trashed=not self.is_alive(node.id))

    async def wait(self, place, patience):
        if self.sequence > self.number_of(place):
            return
        event = asyncio.Event()
        self._waiting[event] = None
        try:
            async with asyncio.timeout(patience):
                await event.wait()
        except TimeoutError:
            pass
        finally:
            del self._waiting[event]


def remote_of(node):
    content = content_of(node.data) if node.kind is Kind.FILE else None
    return RemoteNode(
        *(node.id, node.revision, node.parent_id, node.name, node.kind, content),
        executable=node.executable,
        modified=node.modified,
    )


class FakeHome:
    """One device's way to the server: slow, and cut off before or after the server did its part."""

    def __init__(self, server, device, faults):
        self.server = server
        self.device = device
        self.faults = faults
        self.trouble = None

    async def _ask(self):
        await self.faults.pause()
        if self.trouble is not None:
            raise self.trouble
        failure = self.faults.strikes((Unreachable, NoRoomInHome, Unreachable))
        if failure is not None:
            raise failure("fault")

    async def _answer(self, *what):
        self.faults.note(self.device, *what)
        await self.faults.answer()
        if self.faults.strikes((Unreachable,)):
            raise Unreachable("answer lost")

    def _get(self, node_id, revision=None):
        node = self.server.nodes.get(node_id)
        if node is None or not self.server.seen(self.device, node):
            raise Missing(node_id)
        if revision is not None and node.revision != revision:
            raise Stale(node_id)
        return node

    def _parent(self, parent_id):
        if parent_id != ROOT_ID:
            self._get(parent_id)

    async def changes(self, since, limit):
        await self._ask()
        page = self.server.page(self.device, since, limit)
        await self._answer("changes", since, page.last)
        return page

    async def wait(self, since, patience):
        await self._ask()
        if self.faults.strikes((Unreachable,)):
            await asyncio.sleep(patience)  # the news were lost on the way
        else:
            await self.server.wait(since, patience)

    async def read(self, node_id, content, start=0, stop=None):
        await self._ask()
        data = self._get(node_id).data
        if content_of(data) != content:
            raise Stale(node_id)
        for piece in pieces_of(data[start:stop], PIECE):
            yield piece
            await self.faults.pause()
            if self.faults.strikes((Unreachable,)):
                raise Unreachable("cut off")

    async def chunks(self, node_id, content):
        await self._ask()
        data = self._get(node_id).data
        return chunks_of(data) if content_of(data) == content else ()

    async def make_directory(self, parent_id, name):
        await self._ask()
        self._parent(parent_id)
        node = self.server.make(parent_id, name, Kind.DIRECTORY)
        answer = remote_of(node)
        await self._answer("mkdir", parent_id, name, node.id)
        return answer

    async def create(self, parent_id, name, content, outgoing, *, modified, executable, like=None):
        await self._ask()
        data = await self._receive(content, outgoing, like)
        self._parent(parent_id)
        node = self.server.make(
            *(parent_id, name, Kind.FILE, data), executable=executable, modified=modified
        )
        answer = remote_of(node)
        await self._answer("create", parent_id, name, node.id, data)
        return answer

    async def replace(
        self, node_id, revision, content, outgoing, *, modified, executable, like=None
    ):
        await self._ask()
        self._get(node_id, revision)
        data = await self._receive(content, outgoing, like)
        node = self._get(node_id, revision)
        self.server.replace(node, data, executable=executable, modified=modified)
        answer = remote_of(node)
        await self._answer("replace", node_id, data)
        return answer

    async def move(self, node_id, revision, parent_id, name):
        await self._ask()
        node = self._get(node_id, revision)
        self._parent(parent_id)
        self.server.move(node, parent_id, name)
        answer = remote_of(node)
        await self._answer("move", node_id, parent_id, name)
        return answer

    async def set_executable(self, node_id, revision, *, executable):
        await self._ask()
        node = self._get(node_id, revision)
        self.server.mark(node, executable=executable)
        answer = remote_of(node)
        await self._answer("mark", node_id, executable)
        return answer

    async def trash(self, node_id, revision):
        await self._ask()
        self.server.trash(self._get(node_id, revision))
        await self._answer("trash", node_id)

    async def _receive(self, content, outgoing, like):
        """Take in what is sent, and the rest of it from a file that is like it."""
        if self.server.is_full:
            raise NoRoomInHome("full")
        node = None if like is None else self.server.nodes.get(like.id)
        held = b"" if node is None else node.data
        if like is None or content_of(held) != like.content:
            data = b"".join([piece async for piece in outgoing.send()])
        else:
            data = await self._put_together(outgoing, held)
        if content_of(data) != content:
            raise Stale("other bytes")
        return data

    async def _put_together(self, outgoing, held):
        data = b""
        for part in difference(await outgoing.cut(), chunks_of(held)):
            if part.start is None:
                sent = outgoing.send(len(data), len(data) + part.size)
                data += b"".join([piece async for piece in sent])
            else:
                data += held[part.start : part.start + part.size]
        return data


_: type[Home] = FakeHome
