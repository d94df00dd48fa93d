"""A file of the disk that the home is to get, wherever its directory was moved to meanwhile."""

from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice

from clients.desktop.engine.meter import Running
from clients.desktop.engine.sides import Sides
from clients.desktop.engine.spans import up_to
from clients.desktop.home.port import Like, Outgoing
from clients.desktop.model.content import Content
from clients.desktop.trees.local_tree import LocalNode
from replication.chunks.chunk import Chunk

_LOOKED_AT = 10
"""Files of one content that are looked at: thousands of empty ones are no help."""


@dataclass(frozen=True, slots=True)
class OutgoingFile:
    """One that is being sent; what goes over the line is counted."""

    sides: Sides
    node: LocalNode
    running: Running

    async def cut(self) -> Sequence[Chunk]:
        """Cut it into chunks."""
        path = self.sides.trees.local.path(self.node.key)
        return await self.sides.disk.cut(path, self.node.entry)

    def send(self, start: int = 0, stop: int | None = None) -> AsyncIterator[bytes]:
        """Read bytes that go over the line, from `start` to before `stop`."""
        path = self.sides.trees.local.path(self.node.key)
        pieces = self.sides.disk.read(path, self.node.entry, start)
        if stop is not None:
            pieces = up_to(pieces, stop - start)
        return self.sides.meter.count(self.running, pieces, start)


@contextmanager
def outgoing(sides: Sides, node: LocalNode, content: Content) -> Iterator[Outgoing]:
    """Show a file as one that is sent, for as long as it is."""
    path = sides.trees.local.path(node.key)
    with sides.meter.transfer(path, content.size, is_upload=True) as running:
        yield OutgoingFile(sides, node, running)


def copy_at_home(sides: Sides, node: LocalNode, content: Content) -> Like | None:
    """Return a file of the home that has a content already, as far as is known."""
    for twin in islice(sides.trees.local.holders(content), _LOOKED_AT):
        node_id = None if twin.key == node.key else sides.trees.id_of(twin.key)
        remote = None if node_id is None else sides.trees.remote.seen(node_id)
        if remote is not None and remote.content == content:
            return Like(remote.id, content)
    return None


_: type[Outgoing] = OutgoingFile
