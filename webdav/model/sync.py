"""The port to whatever knows what changed below a collection (RFC 6578)."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from webdav.model.errors import Forbidden
from webdav.model.path import Path
from webdav.model.resource import Located

SYNC_COLLECTION = "{DAV:}sync-collection"


class TokenUnknown(Forbidden):
    """The token is none of ours, or is too old to be answered (RFC 6578 3.2).

    The client then begins anew. A source that can still say what changed does so instead: clients
    handle this badly.
    """

    def __init__(self) -> None:
        super().__init__("begin again without a token", condition="<D:valid-sync-token/>")


@dataclass(frozen=True, slots=True)
class SyncPage:
    """Members as they are now, and paths where the client should no longer have anything.

    A path is in one of both, once in all pages. A collection comes before its members, and one
    that is removed stands for all below it.
    """

    changed: Sequence[Located] = ()
    removed: Sequence[Path] = ()


@dataclass(frozen=True, slots=True)
class SyncChanges:
    """What brings a client from one state of a collection to another.

    `token` names the state reached once all `pages` are taken in: asked with it, a source tells
    everything that happened after the state the pages show, and may tell some of it twice. It is
    known before the pages are read. With `is_truncated` there is more to be had with that token.
    """

    pages: AsyncIterator[SyncPage]
    token: str
    is_truncated: bool = False


class ChangesSource(Protocol):
    """Knows the states of collections by tokens, which are URIs (RFC 6578 6.2)."""

    async def token(self, collection: Located) -> str:
        """Name the present state of a collection with all below it."""

    async def changes_since(
        self, collection: Located, token: str | None, *, is_deep: bool, limit: int | None
    ) -> SyncChanges:
        """Tell what changed among the members, with `is_deep` all below, after the token's state.

        Without a token it tells everything there is, and nothing as removed. At most `limit`
        members are told, if it is given; at least one is where there is any, so that a client
        that repeats comes to an end. The collection itself is never told of. Raises TokenUnknown,
        before any page.
        """
