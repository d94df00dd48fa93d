"""FileTree seen as the backend of WebDAV.

A write is decided on what `FileTree` holds, and is told to it as "this revision and no other".
Where somebody else wrote in between, the decision is taken anew on what is there now: so a guard
is always checked against the very state that is replaced.
"""

from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from doctypes.files.document import Stamp, revision
from doctypes.files.errors import (
    FileTreeError,
    IllegalName,
    MoveIntoItself,
    NameTaken,
    NodeMissing,
    NotADirectory,
    Protected,
    StaleRevision,
    TooDeep,
)
from doctypes.files.file_tree import FileTree
from doctypes.files.node import DOCTYPE, ROOT_ID, TRASH_NAME, Directory, File, Node
from replication.blobs.protocol import StagedBlob
from replication.core.errors import BlobMismatch, Conflict, ReplicationError, StorageFull
from replication.store.protocol import DocumentStore
from server.dav.node_properties import properties_of, with_changes
from webdav.message import FileSlice
from webdav.model.backend import Backend, Guard, Placed, PropertyChanges, Upload, UploadFacts
from webdav.model.errors import (
    BadRequest,
    Busy,
    DavError,
    Forbidden,
    NotAllowed,
    NotFound,
    OutOfSpace,
    ParentMissing,
    PreconditionFailed,
)
from webdav.model.path import Path
from webdav.model.resource import Quota, Resource

# Each further try means that another writer got through; more than this many is no coincidence.
_TRIES = 100

_REFUSALS: dict[type[FileTreeError | ReplicationError], type[DavError]] = {
    IllegalName: BadRequest,
    TooDeep: Forbidden,
    Protected: Forbidden,
    MoveIntoItself: Forbidden,
    NotADirectory: ParentMissing,
    NodeMissing: NotFound,
    NameTaken: PreconditionFailed,
    StorageFull: OutOfSpace,
    BlobMismatch: BadRequest,
}


@contextmanager
def _in_words_of_dav() -> Iterator[None]:
    try:
        yield
    except tuple(_REFUSALS) as fault:
        raise _REFUSALS[type(fault)](str(fault)) from fault


class FileTreeBackend:
    """One person's files; the trash is not among them, and what is removed goes there."""

    def __init__(
        self, tree: FileTree, store: DocumentStore, clock: Callable[[], datetime], by: str = ""
    ) -> None:
        self.tree = tree
        self._store = store
        self._clock = clock
        self._by = by

    async def lookup(self, path: Path) -> Resource | None:
        """Return what has this path."""
        node = await self.find(path)
        return None if node is None else resource_of(node)

    async def children(self, collection: Resource) -> AsyncIterator[Sequence[Resource]]:
        """List members in name order."""
        if isinstance(directory := collection.handle, Directory):
            async for page in self.tree.children(directory):
                yield [resource_of(node) for node in page]

    async def content(
        self, file: Resource, start: int, stop: int
    ) -> FileSlice | AsyncIterator[bytes]:
        """Return a part of the blob that this state of the file names."""
        if not isinstance(node := file.handle, File):
            raise NotAllowed
        local = await self.tree.content_path(node)
        return self.tree.read(node, start, stop) if local is None else FileSlice(local, start, stop)

    async def stage(
        self, path: Path, body: AsyncIterator[bytes], facts: UploadFacts
    ) -> "FileUpload":
        """Take content in for a path."""
        _refuse_trash(path)
        with _in_words_of_dav():
            staged = await self.tree.stage(body, length=facts.length)
        return FileUpload(self, path, staged, facts, self._by)

    async def make_collection(self, path: Path, properties: Mapping[str, str]) -> Resource:
        """Make an empty directory."""
        _refuse_trash(path)
        parent = await self.parent(path)
        try:
            with _in_words_of_dav():
                made = await self.tree.make_directory(parent.id, path[-1], by=self._by)
        except PreconditionFailed as taken:
            raise NotAllowed("something has this path") from taken
        if properties:
            # A crash in between leaves the directory without them, and the request unanswered.
            await self._amend(made, PropertyChanges(stored=properties))
        return resource_of(made)

    async def remove(self, path: Path, guard: Guard) -> None:
        """Put a node into the trash, with all below it."""
        for _ in range(_TRIES):
            node = await self._required(path)
            guard.check(resource_of(node))
            with _in_words_of_dav():
                try:
                    await self.tree.trash(node.id, expected=node.revision, by=self._by)
                except StaleRevision:
                    continue
                return
        raise Busy

    async def move(self, source: Path, destination: Path, *, replace: bool, guard: Guard) -> Placed:
        """Move a node; one that it replaces goes into the trash."""
        _refuse_trash(destination)
        for _ in range(_TRIES):
            node = await self._required(source)
            guard.check(resource_of(node))
            parent = await self.parent(destination)
            is_new = await self._is_free(destination, node)
            with _in_words_of_dav():
                try:
                    moved = await self.tree.move(
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

    async def copy(
        self, source: Path, destination: Path, *, replace: bool, deep: bool, guard: Guard
    ) -> Placed:
        """Copy a node; one that it replaces goes into the trash."""
        _refuse_trash(destination)
        node = await self._required(source)
        guard.check(resource_of(node))
        parent = await self.parent(destination)
        is_new = await self._is_free(destination, node)
        with _in_words_of_dav():
            copied = await self.tree.copy(
                node.id, parent.id, destination[-1], replace=replace, deep=deep, by=self._by
            )
        return Placed(resource_of(copied), is_new=is_new)

    async def patch(self, path: Path, changes: PropertyChanges, guard: Guard) -> None:
        """Change dead properties and the time of the content."""
        for _ in range(_TRIES):
            node = await self._required(path)
            guard.check(resource_of(node))
            try:
                await self._amend(node, changes)
            except Conflict:
                continue
            return
        raise Busy

    async def _amend(self, node: Node, changes: PropertyChanges) -> None:
        # An edit of the revision that was read: FileTree, whatever it does meanwhile, either sees
        # it or is told of a conflict.
        database = await self._store.open(DOCTYPE)
        fields = with_changes(node, changes, Stamp(self._clock(), self._by))
        with _in_words_of_dav():
            await database.write([revision(node, fields)], together=True)

    async def quota(self) -> Quota:
        """Count the bytes of all files."""
        return Quota(used=await self.tree.usage())

    async def find(self, path: Path) -> Node | None:
        """Return the node at a path, unless it is in the trash."""
        if not path:
            return await self.tree.get(ROOT_ID)
        if path[0] == TRASH_NAME:
            return None
        try:
            return await self.tree.at("/" + "/".join(path))
        except (NodeMissing, NotADirectory):
            return None

    async def parent(self, path: Path) -> Directory:
        """Return the directory that holds a path. Raises ParentMissing."""
        parent = await self.find(path[:-1]) if path else None
        if not isinstance(parent, Directory):
            raise ParentMissing
        return parent

    async def _required(self, path: Path) -> Node:
        node = await self.find(path)
        if node is None:
            raise NotFound
        return node

    async def _is_free(self, path: Path, mover: Node) -> bool:
        found = await self.find(path)
        if found is not None and found.id == mover.id:
            # Two spellings of one name: letters with accents, composed or not.
            raise Forbidden("source and destination are the same")
        return found is None


@dataclass(frozen=True, slots=True)
class FileUpload:
    """Content staged with the blob store."""

    backend: FileTreeBackend
    path: Path
    staged: StagedBlob
    facts: UploadFacts
    by: str

    async def commit(self, guard: Guard) -> Placed:
        """Create the file, or replace its content."""
        for _ in range(_TRIES):
            parent = await self.backend.parent(self.path)
            found = await self.backend.find(self.path)
            guard.check(None if found is None else resource_of(found))
            with _in_words_of_dav():
                try:
                    file = await self._write(parent, found)
                except (NameTaken, StaleRevision, NodeMissing):
                    continue
                return Placed(resource_of(file), is_new=found is None)
        raise Busy

    async def _write(self, parent: Directory, found: Node | None) -> File:
        if isinstance(found, Directory):
            raise NotAllowed("a collection takes no content")
        tree, name = self.backend.tree, self.path[-1]
        mime, modified_at = self.facts.content_type, self.facts.modified
        if found is None:
            return await tree.create(
                parent.id, name, self.staged, mime=mime, modified_at=modified_at, by=self.by
            )
        return await tree.replace(
            found.id,
            self.staged,
            expected=found.revision,
            mime=mime,
            modified_at=modified_at,
            by=self.by,
        )

    async def discard(self) -> None:
        """Forget the staged bytes."""
        await self.staged.discard()


def resource_of(node: Node) -> Resource:
    """Show a node as DAV lists it.

    The ETag is that of the content alone, so that it is the same behind every door.
    """
    if isinstance(node, Directory):
        return Resource(
            name=node.name,
            id=node.id,
            is_collection=True,
            etag="",
            size=0,
            created=node.created_at,
            modified=node.updated_at,
            content_type="",
            properties=properties_of(node),
            handle=node,
        )
    return Resource(
        name=node.name,
        id=node.id,
        is_collection=False,
        etag=f'"{node.blob[:32]}"',
        size=node.size,
        created=node.created_at,
        modified=node.updated_at,
        content_type=node.mime,
        properties=properties_of(node),
        handle=node,
    )


def _refuse_trash(path: Path) -> None:
    if path and path[0] == TRASH_NAME:
        raise Forbidden(f"{TRASH_NAME} is kept for the trash")


_backend: type[Backend] = FileTreeBackend
_upload: type[Upload] = FileUpload
