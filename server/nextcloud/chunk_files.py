"""Uploads in chunks as WebDAV lists them: `/{upload}/{chunk}`, which is all there is."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path as DiskPath

from server.dav.closed_files import ClosedFiles, folder
from server.nextcloud.chunks import LONGEST_NAME, Chunk, ChunkedUploads
from webdav.model.backend import Guard, Placed, Upload, UploadFacts
from webdav.model.errors import Forbidden, NotAllowed, NotFound, ParentMissing
from webdav.model.path import Path
from webdav.model.resource import Resource

WHOLE = ".file"
"""What an upload is called when all its chunks are put together: it can only be moved."""
_DEPTH = 2


@dataclass(frozen=True, slots=True)
class ChunkUpload:
    """A chunk that has come whole."""

    uploads: ChunkedUploads
    path: Path
    kept: DiskPath
    size: int

    async def commit(self, guard: Guard) -> Placed:
        """Let it be one of the upload's."""
        upload, name = self.path
        known = await self.uploads.chunks(upload)
        if known is None:
            raise ParentMissing
        before = next((chunk for chunk in known if chunk.name == name), None)
        guard.check(None if before is None else _chunk(before))
        await self.uploads.name(upload, name, self.kept)
        came = Chunk(name, self.size, datetime.now(UTC))
        return Placed(_chunk(came), is_new=before is None)

    async def discard(self) -> None:
        """Forget it."""
        self.kept.unlink(missing_ok=True)


class ChunkFiles(ClosedFiles):
    """The uploads under way of one caller."""

    def __init__(self, uploads: ChunkedUploads) -> None:
        self._uploads = uploads

    async def lookup(self, path: Path) -> Resource | None:
        """Return the whole, an upload or a chunk."""
        if not path:
            return folder("")
        chunks = await self._uploads.chunks(path[0])
        if chunks is None or len(path) > _DEPTH:
            return None
        if len(path) == 1:
            return folder(path[0])
        return next((_chunk(chunk) for chunk in chunks if chunk.name == path[1]), None)

    async def children(self, collection: Resource) -> AsyncIterator[Sequence[Resource]]:
        """List the chunks of an upload; nobody is told which uploads there are."""
        if collection.name:
            chunks = await self._uploads.chunks(collection.name) or []
            yield [_chunk(chunk) for chunk in chunks]

    async def stage(self, path: Path, body: AsyncIterator[bytes], facts: UploadFacts) -> Upload:
        """Take a chunk in."""
        del facts
        if len(path) != _DEPTH or path[1] == WHOLE or len(path[1].encode()) > LONGEST_NAME:
            raise Forbidden("a chunk has a short name in the folder of its upload")
        size = 0

        async def counted() -> AsyncIterator[bytes]:
            nonlocal size
            async for piece in body:
                size += len(piece)
                yield piece

        try:
            kept = await self._uploads.keep(path[0], path[1], counted())
        except FileNotFoundError as gone:
            raise ParentMissing from gone
        return ChunkUpload(self._uploads, path, kept, size)

    async def make_collection(self, path: Path, properties: Mapping[str, str]) -> Resource:
        """Begin an upload."""
        if len(path) != 1 or properties:
            raise Forbidden("only uploads are begun here")
        if not await self._uploads.begin(path[0]):
            raise NotAllowed("there is such an upload already")
        return folder(path[0])

    async def remove(self, path: Path, guard: Guard) -> None:
        """Forget an upload."""
        found = await self.lookup(path)
        if found is None:
            raise NotFound
        guard.check(found)
        if len(path) != 1:
            raise Forbidden("an upload is forgotten as a whole")
        await self._uploads.end(path[0])


def _chunk(chunk: Chunk) -> Resource:
    etag = f'"{chunk.came.timestamp():.6f}-{chunk.size}"'
    return Resource(
        name=chunk.name,
        id=chunk.name,
        is_collection=False,
        etag=etag,
        size=chunk.size,
        created=chunk.came,
        modified=chunk.came,
        content_type="application/octet-stream",
    )
