"""Files that nobody changes by the ordinary verbs: what lists the trash, versions and chunks.

A class of its own then allows what makes sense there.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import UTC, datetime

from webdav.message import FileSlice
from webdav.model.backend import Backend, Guard, Placed, PropertyChanges, Upload, UploadFacts
from webdav.model.errors import Forbidden
from webdav.model.path import Path
from webdav.model.resource import Quota, Resource

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class ClosedFiles:
    """Refuses everything, and lists nothing."""

    async def is_collection(self, path: Path) -> bool:
        """Tell whether a collection has this path."""
        found = await self.lookup(path)
        return found is not None and found.is_collection

    async def lookup(self, path: Path) -> Resource | None:
        """Return the root alone."""
        return None if path else folder("")

    async def children(self, collection: Resource) -> AsyncIterator[Sequence[Resource]]:
        """List nothing."""
        del collection
        pages: tuple[Sequence[Resource], ...] = ()
        for page in pages:
            yield page

    async def content(
        self, file: Resource, start: int, stop: int
    ) -> FileSlice | AsyncIterator[bytes]:
        """Give nothing out."""
        raise self._refusal(file, start, stop)

    async def stage(self, path: Path, body: AsyncIterator[bytes], facts: UploadFacts) -> Upload:
        """Take nothing in."""
        raise self._refusal(path, body, facts)

    async def make_collection(self, path: Path, properties: Mapping[str, str]) -> Resource:
        """Make nothing."""
        raise self._refusal(path, properties)

    async def remove(self, path: Path, guard: Guard) -> None:
        """Remove nothing."""
        raise self._refusal(path, guard)

    async def move(self, source: Path, destination: Path, *, replace: bool, guard: Guard) -> Placed:
        """Leave all where it is."""
        raise self._refusal(source, destination, replace, guard)

    async def copy(
        self, source: Path, destination: Path, *, replace: bool, deep: bool, guard: Guard
    ) -> Placed:
        """Copy nothing."""
        raise self._refusal(source, destination, replace, deep, guard)

    async def patch(self, path: Path, changes: PropertyChanges, guard: Guard) -> None:
        """Change nothing."""
        raise self._refusal(path, changes, guard)

    async def quota(self) -> Quota | None:
        """Count nothing."""
        return None

    @staticmethod
    def _refusal(*_asked: object) -> Forbidden:
        return Forbidden("this is not done here")


def folder(name: str) -> Resource:
    """Return a folder that stands for no directory."""
    return Resource(
        name=name,
        id=name,
        is_collection=True,
        etag="",
        size=0,
        created=_EPOCH,
        modified=_EPOCH,
        content_type="",
    )


_: type[Backend] = ClosedFiles
