"""The files of a replica as WebDAV has them, to read only: from the disk, else from the home."""

import mimetypes
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import NoReturn

from clients.desktop.replica.tree import Node
from webdav.message import FileSlice
from webdav.model.backend import Backend, Guard, Placed, PropertyChanges, Upload, UploadFacts
from webdav.model.errors import Forbidden
from webdav.model.path import Path
from webdav.model.resource import Quota, Resource

_PAGE = 500
_FOREVER_AGO = datetime(1970, 1, 1, tzinfo=UTC)

Content = Callable[[Node, int, int], Awaitable[FileSlice | AsyncIterator[bytes]]]


class ReplicaFiles:
    """A backend that writes nothing. `content` gives bytes of a file, from where they are."""

    def __init__(self, tree: Sequence[Node], content: Content) -> None:
        self._content = content
        self._nodes = {_parts(node): node for node in tree}
        self._members: dict[Path, list[Path]] = {}
        for path in sorted(self._nodes):
            if path:
                self._members.setdefault(path[:-1], []).append(path)

    async def lookup(self, path: Path) -> Resource | None:
        """Return what has this path."""
        node = self._nodes.get(path)
        if node is None:
            return None if path else _root()
        return _resource(node)

    async def is_collection(self, path: Path) -> bool:
        """Tell whether a directory has this path."""
        found = await self.lookup(path)
        return found is not None and found.is_collection

    async def children(self, collection: Resource) -> AsyncIterator[Sequence[Resource]]:
        """List the members of a directory, by name."""
        path = _parts(collection.handle) if isinstance(collection.handle, Node) else ()
        members = [_resource(self._nodes[it]) for it in self._members.get(path, ())]
        for first in range(0, len(members), _PAGE):
            yield members[first : first + _PAGE]

    async def content(
        self, file: Resource, start: int, stop: int
    ) -> FileSlice | AsyncIterator[bytes]:
        """Return bytes of a file."""
        if not isinstance(file.handle, Node):
            raise Forbidden("this is no file")
        return await self._content(file.handle, start, stop)

    async def stage(self, path: Path, body: AsyncIterator[bytes], facts: UploadFacts) -> Upload:
        """Refuse."""
        del path, body, facts
        _refuse()

    async def make_collection(self, path: Path, properties: Mapping[str, str]) -> Resource:
        """Refuse."""
        del path, properties
        _refuse()

    async def remove(self, path: Path, guard: Guard) -> bool | None:
        """Refuse."""
        del path, guard
        _refuse()

    async def move(self, source: Path, destination: Path, *, replace: bool, guard: Guard) -> Placed:
        """Refuse."""
        del source, destination, replace, guard
        _refuse()

    async def copy(
        self, source: Path, destination: Path, *, replace: bool, deep: bool, guard: Guard
    ) -> Placed:
        """Refuse."""
        del source, destination, replace, deep, guard
        _refuse()

    async def patch(self, path: Path, changes: PropertyChanges, guard: Guard) -> None:
        """Refuse."""
        del path, changes, guard
        _refuse()

    async def quota(self) -> Quota | None:
        """Return nothing: nobody counts here."""
        return None


_: type[Backend] = ReplicaFiles


def _refuse() -> NoReturn:
    raise Forbidden("this door is for reading")


def _parts(node: Node) -> Path:
    return tuple(part for part in node.path.split("/") if part)


def _root() -> Resource:
    return Resource("", "root", True, "", 0, _FOREVER_AGO, _FOREVER_AGO, "")


def _resource(node: Node) -> Resource:
    document = node.document
    kind = document.mime or mimetypes.guess_type(node.name)[0] or "application/octet-stream"
    return Resource(
        name=node.name,
        id=node.id,
        is_collection=node.is_directory,
        etag="" if node.is_directory else f'"{document.md5sum}"',
        size=0 if node.is_directory else node.size,
        created=_time(document.created_at),
        modified=_time(document.updated_at),
        content_type="" if node.is_directory else kind,
        handle=node,
    )


def _time(text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return _FOREVER_AGO
    return found if found.tzinfo else found.replace(tzinfo=UTC)
