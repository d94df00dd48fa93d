"""The home, as the engine sees it: a feed of nodes, and changes that name the revision they expect.

Every change raises `Stale` where the node has another revision by now, and has then done nothing.
A change whose answer was lost may have been done: the feed tells, and the engine plans again.
"""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from clients.desktop.model.content import Content
from clients.desktop.model.kind import Kind
from replication.chunks.chunk import Chunk

ROOT_ID = "io.cozy.files.root-dir"


@dataclass(frozen=True, slots=True)
class RemoteNode:
    """A file or directory of the home. `modified` in nanoseconds; directories have no content.

    `revision` begins with its generation, as CouchDB's do (`3-…`): each change counts it up. The
    home's root and its trash are not told of.
    """

    id: str
    revision: str
    parent_id: str
    name: str
    kind: Kind
    content: Content | None = None
    executable: bool = False
    modified: int = 0


@dataclass(frozen=True, slots=True)
class Gone:
    """A node that is not to be seen any more: in the trash, destroyed, or left out of this device.

    Only what was thrown away by somebody is `trashed`; all else is taken off the disk, where it
    was not changed, and is no wish to delete anything. What is in a directory goes with it, told
    or not; where the directory comes back, all that is in it is told again.
    """

    id: str
    trashed: bool = False


@dataclass(frozen=True, slots=True)
class FeedPage:
    """Changes in order, the latest of each node alone; `last` is where the next page begins.

    `is_anew`: the home was brought back from a backup since it told the place that was asked from.
    These are its nodes from the beginning, and what it told before says nothing any more.
    """

    rows: tuple[RemoteNode | Gone, ...]
    last: str
    more: bool
    is_anew: bool = False


class HomeError(Exception):
    """Something the home did not do. `why` is what people may be told; it names no secret."""

    def __init__(self, why: str = "") -> None:
        super().__init__(why)
        self.why = why


class Unreachable(HomeError):
    """No answer, or none that makes sense; it may come later. What was asked may have been done."""


class Stale(HomeError):
    """The node has another revision, or another content than was asked for."""


class Missing(HomeError):
    """There is no such node, or no such parent; or it is in the trash."""


class NameTaken(HomeError):
    """Another node of that directory has the name."""


class Refused(HomeError):
    """This will not be done however often it is asked: a name, a size, a right."""


class NoRoomInHome(HomeError):
    """The home's quota is used up."""


class Revoked(HomeError):
    """This device was taken out of the home, or must be let in again."""


class Shut(HomeError):
    """The home is shut until a person does something: `why` says what, with where."""


class Moved(HomeError):
    """The home has another address now: `why` is the address."""


class Outgoing(Protocol):
    """A content of the disk that the home is to get."""

    async def cut(self) -> Sequence[Chunk]:
        """Cut it into chunks, to find out what of it is to be sent."""

    def send(self, start: int = 0, stop: int | None = None) -> AsyncIterator[bytes]:
        """Read bytes that go over the line, from `start` to before `stop`: they are counted."""


@dataclass(frozen=True, slots=True)
class Like:
    """A file of the home, and its content, which another is thought to have much of."""

    id: str
    content: Content


class Home(Protocol):
    """One home. All calls raise HomeError's kinds."""

    async def changes(self, since: str, limit: int) -> FeedPage:
        """Return what changed after a place; `""` is the beginning."""

    async def wait(self, since: str, patience: float) -> None:
        """Return when there may be something after a place, or `patience` seconds have gone."""

    def read(
        self, node_id: str, content: Content, start: int = 0, stop: int | None = None
    ) -> AsyncIterator[bytes]:
        """Read a file's content. Raises Stale where it has another by now."""

    async def chunks(self, node_id: str, content: Content) -> Sequence[Chunk]:
        """Return how a file's content is cut; nothing where that is not worth its price."""

    async def make_directory(self, parent_id: str, name: str) -> RemoteNode:
        """Make a directory. Raises NameTaken, Missing."""

    async def create(
        self,
        parent_id: str,
        name: str,
        content: Content,
        outgoing: Outgoing,
        *,
        modified: int,
        executable: bool,
        like: Like | None = None,
    ) -> RemoteNode:
        """Make a file, whole or not at all. Raises NameTaken, Missing, NoRoomInHome."""

    async def replace(
        self,
        node_id: str,
        revision: str,
        content: Content,
        outgoing: Outgoing,
        *,
        modified: int,
        executable: bool,
        like: Like | None = None,
    ) -> RemoteNode:
        """Give a file another content; the home keeps the old one as a version. Raises Stale."""

    async def move(self, node_id: str, revision: str, parent_id: str, name: str) -> RemoteNode:
        """Give a node another place, where nothing is. Raises Stale, NameTaken, Missing."""

    async def set_executable(self, node_id: str, revision: str, *, executable: bool) -> RemoteNode:
        """Let a file be run, or not. Raises Stale."""

    async def trash(self, node_id: str, revision: str) -> None:
        """Throw a node away, a directory with what is in it, to where its owner finds it again."""
