"""The port to whatever holds the files: about ten verbs, addressed by path.

A backend keeps three promises. Each writing verb is whole or not there. A guard is checked against
the state that the write replaces, with no other write in between. What a reader was given stays
readable until it is read to its end, whatever is written meanwhile.

Refusals are DavErrors: the verbs name those that depend on what is stored; Forbidden and
OutOfSpace may come from any that writes.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Protocol

from webdav.message import FileSlice
from webdav.model.path import Path
from webdav.model.resource import Quota, Resource
from webdav.wire.integrity import Checksum


class Guard(Protocol):
    """What a write demands of the state it finds."""

    def check(self, found: Resource | None) -> None:
        """Raise PreconditionFailed unless the resource found there (None: none) is as demanded."""


@dataclass(frozen=True, slots=True)
class UploadFacts:
    """What a client says of the content it sends; None where it does not say.

    `checksums` are those it announced. They are checked while the body is read: where `stage`
    returns, the content has them.
    """

    length: int | None = None
    content_type: str | None = None
    modified: datetime | None = None
    created: datetime | None = None
    checksums: tuple[Checksum, ...] = ()


@dataclass(frozen=True, slots=True)
class Placed:
    """What a write left at its path, and whether it made it or replaced something there.

    A move is partial where something of a collection stayed behind that the caller does not see.
    """

    resource: Resource
    is_new: bool
    is_partial: bool = False


@dataclass(frozen=True, slots=True)
class PropertyChanges:
    """What becomes of properties: times (None: as they are), dead properties, a provider's own.

    `stored` maps a Clark name to the element as XML, or to None where it is removed. `live` maps
    one to what `LiveProperty.accept` made of the element; none is in both.
    """

    modified: datetime | None = None
    created: datetime | None = None
    stored: Mapping[str, str | None] = field(default_factory=dict)
    live: Mapping[str, object] = field(default_factory=dict)

    def without(self, name: str) -> "PropertyChanges":
        """Return the changes but that of one live property."""
        live = {other: value for other, value in self.live.items() if other != name}
        return replace(self, live=live)


class Upload(Protocol):
    """Content received whole, that no path leads to yet."""

    async def commit(self, guard: Guard) -> Placed:
        """Put it at its path, durably.

        Raises PreconditionFailed (from the guard), ParentMissing, or NotAllowed if a collection
        has the path.
        """

    async def discard(self) -> None:
        """Forget it; harmless after a commit, and when repeated."""


class Backend(Protocol):
    """One person's files, as one caller may see them."""

    async def lookup(self, path: Path) -> Resource | None:
        """Return what has this path; the root is a collection and always there."""

    async def is_collection(self, path: Path) -> bool:
        """Tell whether `lookup` would find a collection there, and no more."""

    def children(self, collection: Resource) -> AsyncIterator[Sequence[Resource]]:
        """List the members of a collection that `lookup` or a listing returned, in pages."""

    async def content(
        self, file: Resource, start: int, stop: int
    ) -> FileSlice | AsyncIterator[bytes]:
        """Return bytes from `start` to before `stop` of the content this resource describes."""

    async def stage(self, path: Path, body: AsyncIterator[bytes], facts: UploadFacts) -> Upload:
        """Take content in for a path; what the body raises passes through, and nothing remains."""

    async def make_collection(self, path: Path, properties: Mapping[str, str]) -> Resource:
        """Make an empty collection, with dead properties: Clark names, and elements as XML.

        Raises ParentMissing; NotAllowed if something is there; Forbidden if there are properties
        and it cannot keep them.
        """

    async def remove(self, path: Path, guard: Guard) -> bool | None:
        """Remove a resource and all below it that the caller sees; False where something stays.

        Raises NotFound, PreconditionFailed.
        """

    async def move(self, source: Path, destination: Path, *, replace: bool, guard: Guard) -> Placed:
        """Move a resource with all below it; what is at the destination goes in the same act.

        A file may keep its id where another is moved over it. The guard is about the source. Raises
        NotFound, ParentMissing, and PreconditionFailed if there is something at the destination and
        `replace` is false.
        """

    async def copy(
        self, source: Path, destination: Path, *, replace: bool, deep: bool, guard: Guard
    ) -> Placed:
        """Copy a resource, with all below it if `deep`; otherwise as `move`."""

    async def patch(self, path: Path, changes: PropertyChanges, guard: Guard) -> None:
        """Change properties, all or none.

        A property in `changes.live` that it does not know is Forbidden. Raises NotFound,
        PreconditionFailed; Forbidden if this resource cannot keep them.
        """

    async def quota(self) -> Quota | None:
        """Count bytes; None if nobody counts."""
