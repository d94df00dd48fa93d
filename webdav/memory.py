"""A backend that keeps files in memory: the reference for others, and what tests run against."""

import hashlib
import mimetypes
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from webdav.model.backend import Backend, Guard, Placed, PropertyChanges, Upload, UploadFacts
from webdav.model.errors import Forbidden, NotAllowed, NotFound, ParentMissing, PreconditionFailed
from webdav.model.path import Path
from webdav.model.resource import Quota, Resource

_PAGE = 100


@dataclass(slots=True)
class _Node:
    """A file or, with `members`, a collection."""

    resource: Resource
    members: "dict[str, _Node]" = field(default_factory=dict)


class MemoryBackend:
    """Files in a tree of dictionaries; every verb is atomic since none waits half-way."""

    def __init__(self, clock: Callable[[], datetime], new_id: Callable[[], str]) -> None:
        self._clock = clock
        self._new_id = new_id
        self._contents: dict[str, bytes] = {}  # by ETag: readers keep what they were given
        self.keeps_properties = True
        self._root = self._new_collection("", {})

    async def is_collection(self, path: Path) -> bool:
        """Tell whether a collection has this path."""
        found = await self.lookup(path)
        return found is not None and found.is_collection

    async def lookup(self, path: Path) -> Resource | None:
        """Return what has this path."""
        node = self._find(path)
        return None if node is None else node.resource

    async def children(self, collection: Resource) -> AsyncIterator[Sequence[Resource]]:
        """List members in name order."""
        nodes = [node for node in _walk(self._root) if node.resource.id == collection.id]
        members = [node.members[name].resource for node in nodes for name in sorted(node.members)]
        for first in range(0, len(members), _PAGE):
            yield members[first : first + _PAGE]

    async def content(self, file: Resource, start: int, stop: int) -> AsyncIterator[bytes]:
        """Return bytes of the content this resource describes."""
        return _one(self._contents[file.etag][start:stop])

    async def stage(
        self, path: Path, body: AsyncIterator[bytes], facts: UploadFacts
    ) -> "MemoryUpload":
        """Take content in for a path."""
        content = b"".join([piece async for piece in body])
        return MemoryUpload(self, path, content, facts)

    def put(self, path: Path, content: bytes, facts: UploadFacts, guard: Guard) -> Placed:
        """Put content at a path, as `Upload.commit` promises."""
        parent, found = self._parent(path), self._find(path)
        guard.check(None if found is None else found.resource)
        if found is not None and found.resource.is_collection:
            raise NotAllowed
        resource = self._describe(path, content, facts)
        if found is not None:
            resource = resource._replace(
                id=found.resource.id,
                created=found.resource.created,
                properties=found.resource.properties,
            )
        self._contents[resource.etag] = content
        parent.members[path[-1]] = _Node(resource)
        return Placed(resource, is_new=found is None)

    async def make_collection(self, path: Path, properties: Mapping[str, str]) -> Resource:
        """Make an empty collection."""
        parent = self._parent(path)
        if properties and not self.keeps_properties:
            raise Forbidden("no properties are kept here")
        if path[-1] in parent.members:
            raise NotAllowed
        made = self._new_collection(path[-1], properties)
        parent.members[path[-1]] = made
        return made.resource

    async def remove(self, path: Path, guard: Guard) -> None:
        """Remove a resource and all below it."""
        found = self._required(path)
        guard.check(found.resource)
        del self._parent(path).members[path[-1]]

    async def move(self, source: Path, destination: Path, *, replace: bool, guard: Guard) -> Placed:
        """Move a resource with all below it."""
        moved = self._required(source)
        placed = self._place(moved, destination, overwrite=replace, guard=guard)
        del self._parent(source).members[source[-1]]
        return placed

    async def copy(
        self, source: Path, destination: Path, *, replace: bool, deep: bool, guard: Guard
    ) -> Placed:
        """Copy a resource, with all below it if `deep`."""
        found = self._required(source)
        return self._place(
            self._clone(found, deep=deep), destination, overwrite=replace, guard=guard
        )

    async def patch(self, path: Path, changes: PropertyChanges, guard: Guard) -> None:
        """Change properties."""
        found = self._required(path)
        guard.check(found.resource)
        if changes.live:
            raise Forbidden("no such property is kept here")
        if changes.stored and not self.keeps_properties:
            raise Forbidden("no properties are kept here")
        kept = {**found.resource.properties, **changes.stored}
        found.resource = found.resource._replace(
            modified=changes.modified or found.resource.modified,
            created=changes.created or found.resource.created,
            properties={name: xml for name, xml in kept.items() if xml is not None},
        )

    async def quota(self) -> Quota:
        """Count the bytes of all contents; there is no limit."""
        return Quota(used=sum(node.resource.size for node in _walk(self._root)))

    def _place(self, node: _Node, destination: Path, *, overwrite: bool, guard: Guard) -> Placed:
        guard.check(node.resource)
        parent = self._parent(destination)
        is_new = destination[-1] not in parent.members
        if not (is_new or overwrite):
            raise PreconditionFailed
        resource = node.resource._replace(name=destination[-1])
        parent.members[destination[-1]] = _Node(resource, node.members)
        return Placed(resource, is_new=is_new)

    def _clone(self, node: _Node, *, deep: bool) -> _Node:
        members = node.members if deep else {}
        copies = {name: self._clone(member, deep=True) for name, member in members.items()}
        return _Node(node.resource._replace(id=self._new_id()), copies)

    def _find(self, path: Path) -> _Node | None:
        node = self._root
        for name in path:
            if name not in node.members:
                return None
            node = node.members[name]
        return node

    def _required(self, path: Path) -> _Node:
        node = self._find(path)
        if node is None:
            raise NotFound
        return node

    def _parent(self, path: Path) -> _Node:
        node = self._find(path[:-1]) if path else None
        if node is None or not node.resource.is_collection:
            raise ParentMissing
        return node

    def _describe(self, path: Path, content: bytes, facts: UploadFacts) -> Resource:
        now = self._clock()
        guessed = mimetypes.guess_type(path[-1])[0] or facts.content_type
        return Resource(
            name=path[-1],
            id=self._new_id(),
            is_collection=False,
            etag=f'"{hashlib.sha256(content).hexdigest()[:32]}"',
            size=len(content),
            created=facts.created or now,
            modified=facts.modified or now,
            content_type=guessed or "application/octet-stream",
        )

    def _new_collection(self, name: str, properties: Mapping[str, str]) -> _Node:
        now = self._clock()
        return _Node(
            Resource(
                name=name,
                id=self._new_id(),
                is_collection=True,
                etag="",
                size=0,
                created=now,
                modified=now,
                content_type="",
                properties=properties,
            )
        )


@dataclass(frozen=True, slots=True)
class MemoryUpload:
    """Content held until it is put at its path."""

    backend: MemoryBackend
    path: Path
    content: bytes
    facts: UploadFacts

    async def commit(self, guard: Guard) -> Placed:
        """Put it at its path."""
        return self.backend.put(self.path, self.content, self.facts, guard)

    async def discard(self) -> None:
        """Forget it."""


def _walk(node: _Node) -> list[_Node]:
    return [node, *(below for member in node.members.values() for below in _walk(member))]


async def _one(piece: bytes) -> AsyncIterator[bytes]:
    yield piece


_backend: type[Backend] = MemoryBackend
_upload: type[Upload] = MemoryUpload
