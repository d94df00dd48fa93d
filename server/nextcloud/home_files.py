"""The files of a home as the dialect lists them: directories have ETags, favourites can be set."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import replace

from doctypes.files.amending import Amendment
from doctypes.files.authors import By
from doctypes.files.file_tree import FileTree
from doctypes.files.node import File, Node
from server.dav.file_resource import FileTreeBackend
from server.dav.node_properties import amendment
from server.media.describing import Describe
from server.nextcloud.identity import file_id
from server.nextcloud.properties import FAVORITE, checksums
from webdav.model.backend import Guard, Placed, PropertyChanges
from webdav.model.path import Path
from webdav.model.resource import Quota, Resource

_UNLIMITED = -3
"""What is left where nobody set a limit: their clients read negative numbers so."""


class DialectFiles(FileTreeBackend):
    """One person's files.

    The ETag of a directory changes whenever anything below it does: clients that remember it go
    down only where it is another. It is looked up before what the directory holds is read.
    """

    def __init__(self, tree: FileTree, by: By = "", describe: Describe | None = None) -> None:
        super().__init__(tree, by, describe)
        self._files = tree

    async def lookup(self, path: Path) -> Resource | None:
        """Return what has this path."""
        found = await super().lookup(path)
        return None if found is None else (await self.tagged([found]))[0]

    async def children(self, collection: Resource) -> AsyncIterator[Sequence[Resource]]:
        """List members in name order."""
        async for page in super().children(collection):
            yield await self.tagged(page)

    async def make_collection(self, path: Path, properties: Mapping[str, str]) -> Resource:
        """Make an empty directory."""
        return (await self.tagged([await super().make_collection(path, properties)]))[0]

    async def move(self, source: Path, destination: Path, *, replace: bool, guard: Guard) -> Placed:
        """Move a node."""
        return await self._placed(
            await super().move(source, destination, replace=replace, guard=guard)
        )

    async def copy(
        self, source: Path, destination: Path, *, replace: bool, deep: bool, guard: Guard
    ) -> Placed:
        """Copy a node."""
        return await self._placed(
            await super().copy(source, destination, replace=replace, deep=deep, guard=guard)
        )

    async def quota(self) -> Quota:
        """Count the bytes of all files."""
        found = await super().quota()
        return Quota(found.used, _UNLIMITED) if found.available is None else found

    async def tagged(self, page: Sequence[Resource]) -> list[Resource]:
        """Return resources, directories among them with their ETags."""
        ids = [resource.id for resource in page if resource.is_collection]
        if not ids:
            return list(page)
        marks = dict(zip(ids, await self._files.marks(ids), strict=True))
        epoch = (await self._files.sequence()).epoch
        return [
            replace(one, etag=f'"{marks[one.id]:x}-{epoch}"') if one.is_collection else one
            for one in page
        ]

    def amendment(self, node: Node, changes: PropertyChanges) -> Amendment:
        """Return what is to be said anew; a favourite is marked as Cozy marks it."""
        favorite = changes.live.get(FAVORITE)
        said = amendment(node, changes)
        return said if favorite is None else replace(said, cozy_metadata={"favorite": favorite})

    async def _placed(self, placed: Placed) -> Placed:
        return Placed((await self.tagged([placed.resource]))[0], is_new=placed.is_new)


def headers_of(instance: str, resource: Resource) -> dict[str, str]:
    """Return what goes with a resource in every answer: its number, and what it hashes to."""
    node = resource.handle
    told = {"OC-FileId": file_id(resource.id, instance)}
    if resource.etag:
        told["OC-ETag"] = resource.etag
    if isinstance(node, File) and (hashes := checksums(node)):
        told["OC-Checksum"] = hashes.partition(" ")[0]
    return told
