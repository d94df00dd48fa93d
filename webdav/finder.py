"""The files as macOS sees them, with what it keeps beside files out of everybody's sight.

What it only probes for is answered from memory; `._name` and `.DS_Store` rest in a store of their
own. Nothing here is listed: macOS asks for each by name. A sidecar goes with the collection that it
is in, since it is kept by that collection's id; where a file is renamed, macOS renames its sidecar.
"""

import hashlib
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from webdav.message import FileSlice
from webdav.model.backend import Backend, Guard, Placed, PropertyChanges, Upload, UploadFacts
from webdav.model.errors import NotAllowed, ParentMissing, PreconditionFailed
from webdav.model.path import Path
from webdav.model.resource import Quota, Resource
from webdav.model.sidecar import LARGEST, Sidecar, SidecarStore
from webdav.quirks import is_probe, is_sidecar, keeps_indexers_out

_EPOCH = datetime(2001, 1, 1, tzinfo=UTC)  # Apple's own


class FinderBackend:
    """Another backend, with its sidecars in a store of their own."""

    def __init__(
        self, files: Backend, sidecars: SidecarStore, clock: Callable[[], datetime]
    ) -> None:
        self._files = files
        self._sidecars = sidecars
        self._clock = clock

    async def lookup(self, path: Path) -> Resource | None:
        """Return what has this path; nothing of it is looked up for a mere probe."""
        if keeps_indexers_out(path):
            return _described(Sidecar("", path[-1], b"", _EPOCH))
        if is_probe(path):
            return None
        if is_sidecar(path) and (found := await self._sidecar(path)) is not None:
            return _described(found)
        return await self._files.lookup(path)

    async def is_collection(self, path: Path) -> bool:
        """Tell whether a collection has this path: sidecars and probes are none."""
        if keeps_indexers_out(path) or is_probe(path):
            return False
        return await self._files.is_collection(path)

    def children(self, collection: Resource) -> AsyncIterator[Sequence[Resource]]:
        """List the members that are files."""
        return self._files.children(collection)

    async def content(
        self, file: Resource, start: int, stop: int
    ) -> FileSlice | AsyncIterator[bytes]:
        """Return bytes of a file, or of a sidecar."""
        if isinstance(file.handle, Sidecar):
            return _one(file.handle.content[start:stop])
        return await self._files.content(file, start, stop)

    async def stage(self, path: Path, body: AsyncIterator[bytes], facts: UploadFacts) -> Upload:
        """Take content in; more than LARGEST of a sidecar is taken in as a file."""
        if not is_sidecar(path):
            return await self._files.stage(path, body, facts)
        gathered, rest = await _up_to(LARGEST, body)
        if rest is None and not await self._files.lookup(path):
            return SidecarUpload(self, path, gathered)
        return await self._files.stage(path, _joined(gathered, rest), facts)

    async def make_collection(self, path: Path, properties: Mapping[str, str]) -> Resource:
        """Make a collection among the files."""
        return await self._files.make_collection(path, properties)

    async def remove(self, path: Path, guard: Guard) -> None:
        """Remove a file, or a sidecar."""
        found = await self._sidecar(path) if is_sidecar(path) else None
        if found is None:
            await self._files.remove(path, guard)
            return
        guard.check(_described(found))
        await self._sidecars.delete(found.parent, found.name)

    async def move(self, source: Path, destination: Path, *, replace: bool, guard: Guard) -> Placed:
        """Move a file, or a sidecar; one becomes the other where the name says so."""
        found = await self._sidecar(source) if is_sidecar(source) else None
        if found is None:
            return await self._files.move(source, destination, replace=replace, guard=guard)
        placed = await self.copy(source, destination, replace=replace, deep=True, guard=guard)
        await self._sidecars.delete(found.parent, found.name)
        return placed

    async def copy(
        self, source: Path, destination: Path, *, replace: bool, deep: bool, guard: Guard
    ) -> Placed:
        """Copy a file, or a sidecar."""
        found = await self._sidecar(source) if is_sidecar(source) else None
        if found is None:
            return await self._files.copy(
                source, destination, replace=replace, deep=deep, guard=guard
            )
        guard.check(_described(found))
        if not replace and await self.lookup(destination) is not None:
            raise PreconditionFailed
        upload = await self.stage(
            destination, _one(found.content), UploadFacts(length=len(found.content))
        )
        try:
            return await upload.commit(_ANYTHING)
        finally:
            await upload.discard()

    async def patch(self, path: Path, changes: PropertyChanges, guard: Guard) -> None:
        """Change properties of a file; of a sidecar, macOS sets some that nobody reads."""
        found = await self._sidecar(path) if is_sidecar(path) else None
        if found is None:
            await self._files.patch(path, changes, guard)
            return
        guard.check(_described(found))

    async def quota(self) -> Quota | None:
        """Count bytes of files."""
        return await self._files.quota()

    async def keep(self, path: Path, content: bytes, guard: Guard) -> Placed:
        """Keep a sidecar, as `Upload.commit` promises."""
        parent = await self._files.lookup(path[:-1])
        if parent is None or not parent.is_collection:
            raise ParentMissing
        there = await self._sidecars.get(parent.id, path[-1])
        guard.check(None if there is None else _described(there))
        made = Sidecar(parent.id, path[-1], content, self._clock())
        await self._sidecars.put(made)
        return Placed(_described(made), is_new=there is None)

    async def _sidecar(self, path: Path) -> Sidecar | None:
        parent = await self._files.lookup(path[:-1])
        if parent is None or not parent.is_collection:
            return None
        return await self._sidecars.get(parent.id, path[-1])


@dataclass(frozen=True, slots=True)
class SidecarUpload:
    """A sidecar on its way to its name."""

    backend: FinderBackend
    path: Path
    content: bytes

    async def commit(self, guard: Guard) -> Placed:
        """Keep it."""
        return await self.backend.keep(self.path, self.content, guard)

    async def discard(self) -> None:
        """Forget it."""


class _Anything:
    def check(self, found: Resource | None) -> None:
        """Let everything pass, but a collection."""
        if found is not None and found.is_collection:
            raise NotAllowed


_ANYTHING = _Anything()


def _described(sidecar: Sidecar) -> Resource:
    digest = hashlib.sha256(sidecar.content).hexdigest()[:32]
    return Resource(
        name=sidecar.name,
        id=f"{sidecar.parent}/{sidecar.name}",
        is_collection=False,
        etag=f'"{digest}"',
        size=len(sidecar.content),
        created=sidecar.modified,
        modified=sidecar.modified,
        content_type="application/octet-stream",
        handle=sidecar,
    )


async def _up_to(
    most: int, body: AsyncIterator[bytes]
) -> tuple[bytes, AsyncIterator[bytes] | None]:
    """Return a body that is at most so long; of a longer one its beginning, and what follows."""
    gathered = bytearray()
    async for piece in body:
        gathered += piece
        if len(gathered) > most:
            return bytes(gathered), body
    return bytes(gathered), None


async def _joined(start: bytes, rest: AsyncIterator[bytes] | None) -> AsyncIterator[bytes]:
    yield start
    if rest is not None:
        async for piece in rest:
            yield piece


async def _one(piece: bytes) -> AsyncIterator[bytes]:
    yield piece


_backend: type[Backend] = FinderBackend
_upload: type[Upload] = SidecarUpload
