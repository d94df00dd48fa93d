"""The six calls that a source or a target of a replication must answer.

Revisions travel with their history and their attachments' bytes, so that peers of any two kinds
replicate. A peer that does not answer raises PeerUnreachable: asking again may help, and every call
may be repeated. One that will not raises PeerRefused.
"""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from replication.core.checkpoint import Filter, OpaqueSequence
from replication.core.document import LocalDocument
from replication.core.errors import ReplicationError
from replication.core.revision import Revision


class PeerUnreachable(ReplicationError):
    """A peer did not answer, or not sensibly; it may do so later. `why` names no secret."""

    def __init__(self, peer: str, why: str) -> None:
        super().__init__(f"{peer}: {why}")
        self.peer = peer
        self.why = why


class PeerRefused(ReplicationError):
    """A peer answered, and will not do it; `status` is HTTP's, `word` CouchDB's."""

    def __init__(self, peer: str, status: int, word: str, reason: str) -> None:
        super().__init__(f"{peer}: {status} {word}: {reason}")
        self.peer = peer
        self.status = status
        self.word = word
        self.reason = reason


@dataclass(frozen=True, slots=True)
class TravellingAttachment:
    """An attachment under way: what it is, and how to read its bytes (once, or again)."""

    content_type: str
    revpos: int
    length: int
    read: Callable[[], AsyncIterator[bytes]]


@dataclass(frozen=True, slots=True)
class Travelling:
    """A revision under way; `history` is newest first, `body` without underscore fields."""

    document_id: str
    history: tuple[Revision, ...]
    deleted: bool = False
    body: bytes = b"{}"
    attachments: Mapping[str, TravellingAttachment] = field(default_factory=dict)

    @property
    def size(self) -> int:
        """Return about how many bytes travel."""
        attached = sum(attachment.length for attachment in self.attachments.values())
        return len(self.body) + attached + 40 * len(self.history)


@dataclass(frozen=True, slots=True)
class Refusal:
    """A document that cannot travel: the source cannot give it, or the target will not have it."""

    document_id: str
    word: str
    reason: str


@dataclass(frozen=True, slots=True)
class FeedQuery:
    """Rows after `since`, `limit` at most; while there is none, wait `patience` seconds."""

    since: OpaqueSequence
    limit: int
    kept: Filter
    patience: float = 0.0


@dataclass(frozen=True, slots=True)
class FeedPage:
    """Leaves of changed documents by id, where reading stopped, and how many rows lie beyond.

    `pending` counts rows before the filter, and is None where the source does not say.
    """

    rows: Mapping[str, tuple[Revision, ...]]
    last: OpaqueSequence
    pending: int | None


class Peer(Protocol):
    """A database that can be replicated from or to.

    All calls raise PeerUnreachable, PeerRefused, DatabaseMissing.
    """

    @property
    def name(self) -> str:
        """How it is called in messages; holds no secret."""

    async def changes(self, query: FeedQuery) -> FeedPage:
        """Read a page of the changes feed, with all leaves of each document.

        Raises Invalid for a filter that this peer does not know.
        """

    async def revs_diff(
        self, revisions: Mapping[str, Sequence[Revision]]
    ) -> dict[str, tuple[Revision, ...]]:
        """Return those revisions that are unknown here."""

    def documents(
        self, wanted: Mapping[str, Sequence[Revision]]
    ) -> AsyncIterator[Travelling | Refusal]:
        """Read revisions, or the leaves they have grown into; what is gone is left out."""

    async def write(self, documents: Sequence[Travelling]) -> list[Refusal]:
        """Store revisions durably as they are, and return those that are refused for good."""

    async def get_local(self, name: str) -> LocalDocument | None:
        """Read a `_local/` document; None when there is none."""

    async def put_local(self, name: str, body: bytes, base: Revision | None) -> Revision:
        """Write a `_local/` document over the revision last seen, and return its new one."""
