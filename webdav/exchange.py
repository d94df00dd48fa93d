"""One request, with what it is answered from."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

from webdav.message import BodyIncomplete, DavRequest
from webdav.model.backend import Backend
from webdav.model.errors import NotFound, ParentMissing
from webdav.model.path import Path, href
from webdav.model.resource import Resource


@dataclass(frozen=True, slots=True)
class Exchange:
    """A request, its path decoded, and the files of the one who asks."""

    request: DavRequest
    path: Path
    backend: Backend

    def href(self, path: Path, *, is_collection: bool) -> str:
        """Encode a path of ours for an answer."""
        return href(self.request.mount, path, is_collection=is_collection)

    async def require(self, path: Path) -> Resource:
        """Look a path up. Raises NotFound."""
        found = await self.backend.lookup(path)
        if found is None:
            raise NotFound
        return found

    async def require_parent(self, path: Path) -> None:
        """Raise ParentMissing unless the path's parent is a collection."""
        parent = await self.backend.lookup(path[:-1])
        if parent is None or not parent.is_collection:
            raise ParentMissing("the parent is no collection that exists")

    async def is_body_empty(self) -> bool:
        """Tell whether the body holds no byte; it is used up by asking."""
        async for piece in self.request.body:
            if piece:
                return False
        return True


async def whole(body: AsyncIterator[bytes], length: int | None) -> AsyncIterator[bytes]:
    """Pass a body on, and raise BodyIncomplete unless it has just the announced length."""
    received = 0
    async for piece in body:
        received += len(piece)
        if length is not None and received > length:
            break
        yield piece
    if length is not None and received != length:
        raise BodyIncomplete(f"{length} bytes were announced, {received} came")
