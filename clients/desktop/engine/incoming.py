"""A content of the home that the disk is to get: of what files here have, and the rest fetched."""

from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from dataclasses import dataclass

from clients.desktop.disk.port import Busy, Changed, DiskError, NoRoomOnDisk, Staged, Unwritable
from clients.desktop.engine.meter import Running
from clients.desktop.engine.sides import Outdated, Sides
from clients.desktop.engine.spans import up_to
from clients.desktop.home.port import RemoteNode
from clients.desktop.model.content import Content
from clients.desktop.trees.local_tree import LocalNode
from replication.chunks.difference import Part, difference, lacking, rest_of

_WORTH = 0.9
"""Share of a content from which on it is fetched whole."""


async def receive(
    sides: Sides, path: str, remote: RemoteNode, like: LocalNode | None = None
) -> Staged:
    """Take a content in, which a file that is here may have much of."""
    content = _content_of(remote)
    copied = await _copy(sides, content)
    if copied is not None:
        return copied
    with sides.meter.transfer(path, content.size, is_upload=False) as running:
        if like is not None:
            spared = await _sparingly(sides, remote, content, like, running)
            if spared is not None:
                return spared
        return await sides.disk.stage(_Fetched(sides, remote, content, running).all, content)


async def _copy(sides: Sides, content: Content) -> Staged | None:
    """Take a content from a file that is here already, if it still has it."""
    twin = sides.trees.local.holding(content)
    if twin is None:
        return None
    with suppress(Changed, Busy, Unwritable):
        path = sides.trees.local.path(twin.key)
        return await sides.disk.stage_copy(path, twin.entry, content)
    return None


async def _sparingly(
    sides: Sides, remote: RemoteNode, content: Content, like: LocalNode, running: Running
) -> Staged | None:
    """Fetch only what a file here does not have; None where that is no good."""
    wanted = await sides.home.chunks(remote.id, content)
    if not wanted:
        return None
    try:
        held = await sides.disk.cut(sides.trees.local.path(like.key), like.entry)
        parts = difference(wanted, held)
        if lacking(parts) > _WORTH * content.size:
            return None
        put_together = _PutTogether(_Fetched(sides, remote, content, running), like, parts)
        return await sides.disk.stage(put_together.all, content)
    except NoRoomOnDisk:
        raise
    except DiskError:  # what is here was written to meanwhile
        return None


@dataclass(frozen=True, slots=True)
class _Fetched:
    """A content as the home gives it."""

    sides: Sides
    remote: RemoteNode
    content: Content
    running: Running

    def all(self, start: int) -> AsyncIterator[bytes]:
        """Read it from an offset on."""
        return self.part(start, None)

    def part(self, start: int, stop: int | None) -> AsyncIterator[bytes]:
        """Read from `start` to before `stop`."""
        found = self.sides.home.read(self.remote.id, self.content, start, stop)
        return self.sides.meter.count(self.running, found, start)


@dataclass(frozen=True, slots=True)
class _PutTogether:
    """A content as a file here has it, and the home where that has not."""

    fetched: _Fetched
    like: LocalNode
    parts: Sequence[Part]

    async def all(self, start: int) -> AsyncIterator[bytes]:
        """Read it from an offset on."""
        for part in rest_of(self.parts, start):
            async for piece in self._pieces(part, start):
                yield piece
            start += part.size

    def _pieces(self, part: Part, start: int) -> AsyncIterator[bytes]:
        if part.start is None:
            return self.fetched.part(start, start + part.size)
        sides = self.fetched.sides
        path = sides.trees.local.path(self.like.key)
        return up_to(sides.disk.read(path, self.like.entry, part.start), part.size)


def _content_of(remote: RemoteNode) -> Content:
    if remote.content is None:
        raise Outdated(remote.id)
    return remote.content
