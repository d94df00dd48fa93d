"""FileTree seen as the backend of WebDAV.

A write is decided on what `FileTree` holds, and is told to it as "this revision and no other".
Where somebody else wrote in between, the decision is taken anew on what is there now: so a guard
is always checked against the very state that is replaced.
"""

from collections.abc import AsyncIterator, Mapping, Sequence

from doctypes.files.amending import Amendment
from doctypes.files.authors import By
from doctypes.files.errors import StaleRevision
from doctypes.files.facts import FileSaid
from doctypes.files.file_tree import FileTree
from doctypes.files.node import Directory, File, Node
from server.dav.file_upload import FileUpload
from server.dav.node_properties import amendment, members_with
from server.dav.node_resource import resource_of
from server.dav.refusals import in_words_of_dav
from server.dav.visible_tree import TRIES, VisibleTree, refuse_trash
from server.media.describing import Describe
from webdav.message import FileSlice
from webdav.model.backend import Backend, Guard, Placed, PropertyChanges, UploadFacts
from webdav.model.errors import Busy, Forbidden, NotAllowed, PreconditionFailed
from webdav.model.path import Path
from webdav.model.resource import Quota, Resource


class FileTreeBackend:
    """One person's files; the trash is not among them, and what is removed goes there.

    `by` is who writes, for the documents; `describe` looks into what they write.
    """

    def __init__(self, tree: FileTree, by: By = "", describe: Describe | None = None) -> None:
        self._tree = tree
        self._visible = VisibleTree(tree)
        self._by = by
        self._describe = describe

    async def lookup(self, path: Path) -> Resource | None:
        """Return what has this path."""
        node = await self._visible.find(path)
        return None if node is None else resource_of(node)

    async def children(self, collection: Resource) -> AsyncIterator[Sequence[Resource]]:
        """List members in name order."""
        if isinstance(directory := collection.handle, Directory):
            async for page in self._tree.children(directory):
                yield [resource_of(node) for node in page]

    async def content(
        self, file: Resource, start: int, stop: int
    ) -> FileSlice | AsyncIterator[bytes]:
        """Return a part of the blob that this state of the file names."""
        if not isinstance(node := file.handle, File):
            raise NotAllowed
        local = await self._tree.content_path(node)
        if local is None:
            return self._tree.read(node, start, stop)
        return FileSlice(local, start, stop)

    async def stage(self, path: Path, body: AsyncIterator[bytes], facts: UploadFacts) -> FileUpload:
        """Take content in for a path."""
        refuse_trash(path)
        with in_words_of_dav():
            staged = await self._tree.stage(body, length=facts.length)
        said: FileSaid = {}
        if self._describe is not None:
            said = await self._describe(staged, path[-1], facts.content_type)
        return FileUpload(self._visible, path, staged, facts, self._by, said)

    async def make_collection(self, path: Path, properties: Mapping[str, str]) -> Resource:
        """Make an empty directory."""
        parent = await self._visible.require_parent(path)
        metadata = members_with({}, properties)
        try:
            with in_words_of_dav():
                made = await self._tree.make_directory(
                    parent.id, path[-1], metadata=metadata, by=self._by
                )
        except PreconditionFailed as taken:
            raise NotAllowed("something has this path") from taken
        return resource_of(made)

    async def remove(self, path: Path, guard: Guard) -> None:
        """Put a node into the trash, with all below it."""
        for _ in range(TRIES):
            node = await self._visible.require(path)
            guard.check(resource_of(node))
            with in_words_of_dav():
                try:
                    await self._tree.trash(node.id, expected=node.revision, by=self._by)
                except StaleRevision:
                    continue
                return
        raise Busy

    async def move(self, source: Path, destination: Path, *, replace: bool, guard: Guard) -> Placed:
        """Move a node; one that it replaces goes into the trash."""
        for _ in range(TRIES):
            node, parent, is_new = await self._ends(source, destination, guard)
            with in_words_of_dav():
                try:
                    moved = await self._tree.move(
                        node.id,
                        parent.id,
                        destination[-1],
                        replace=replace,
                        expected=node.revision,
                        by=self._by,
                    )
                except StaleRevision:
                    continue
                return Placed(resource_of(moved), is_new=is_new)
        raise Busy

    async def _ends(
        self, source: Path, destination: Path, guard: Guard
    ) -> tuple[Node, Directory, bool]:
        """Return what is to go where, and whether nothing is in its way."""
        node = await self._visible.require(source)
        guard.check(resource_of(node))
        parent = await self._visible.require_parent(destination)
        return node, parent, await self._is_free(destination, node)

    async def copy(
        self, source: Path, destination: Path, *, replace: bool, deep: bool, guard: Guard
    ) -> Placed:
        """Copy a node; one that it replaces goes into the trash."""
        for _ in range(TRIES):
            node, parent, is_new = await self._ends(source, destination, guard)
            with in_words_of_dav():
                try:
                    copied = await self._tree.copy(
                        node.id,
                        parent.id,
                        destination[-1],
                        replace=replace,
                        deep=deep,
                        by=self._by,
                    )
                except StaleRevision:  # of what is replaced
                    continue
                return Placed(resource_of(copied), is_new=is_new)
        raise Busy

    async def patch(self, path: Path, changes: PropertyChanges, guard: Guard) -> None:
        """Change dead properties and the time of the content."""
        for _ in range(TRIES):
            node = await self._visible.require(path)
            guard.check(resource_of(node))
            with in_words_of_dav():
                try:
                    await self._tree.amend(
                        node.id, self.amendment(node, changes), expected=node.revision, by=self._by
                    )
                except StaleRevision:
                    continue
                return
        raise Busy

    def amendment(self, node: Node, changes: PropertyChanges) -> Amendment:
        """Return what changes of properties come to in the node's document."""
        return amendment(node, changes)

    async def quota(self) -> Quota:
        """Count the bytes of all files."""
        used = (await self._tree.usage()).total
        quota = self._tree.quota
        return Quota(used, None if quota is None else max(quota - used, 0))

    async def _is_free(self, path: Path, mover: Node) -> bool:
        found = await self._visible.find(path)
        if found is not None and found.id == mover.id:
            # Two spellings of one name: letters with accents, composed or not.
            raise Forbidden("source and destination are the same")
        return found is None


_: type[Backend] = FileTreeBackend
