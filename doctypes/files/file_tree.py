"""One person's files and directories: every door reads and writes them here.

A change is decided on what the database holds, under a lock that no upload ever holds, and written
in one transaction; contents are durable before a document names them. So a change is whole or not
there, and what is acknowledged stays.
"""

from collections.abc import AsyncIterator, Callable
from datetime import datetime

from doctypes.files import copies, creation, moves, trash
from doctypes.files.blob_references import named_blobs
from doctypes.files.creation import FileFacts
from doctypes.files.document import Stamp
from doctypes.files.errors import (
    AlreadyInTrash,
    IsADirectory,
    MoveIntoItself,
    NotInTrash,
    Protected,
    StaleRevision,
)
from doctypes.files.names import legal_name
from doctypes.files.node import DOCTYPE, TRASH_ID, Directory, File, Node
from doctypes.files.node_reader import BY_PARENT, BY_PATH, NodeReader
from doctypes.files.paths import is_below, is_in_trash
from doctypes.files.plan import Place, Plan, Subtree
from doctypes.files.planner import PROTECTED, Planner
from doctypes.files.to_the_end import to_the_end
from doctypes.files.tree_lock import TreeLock
from doctypes.files.usage import UsageCounter
from replication.blobs.protocol import BlobStore, StagedBlob
from replication.core.errors import Conflict
from replication.core.revision import Revision
from replication.store.protocol import Database, DocumentStore


class FileTree:
    """Files and directories over a store of documents and a store of blobs; `start` comes first.

    `clock` returns an aware datetime, `new_id` an id that nobody has. `by` names who does it, for
    the document's metadata. Names are stored in Unicode NFC; verbs that take one raise IllegalName
    and, where it would lie too far down, TooDeep. All raise NodeMissing for an unknown id, and
    verbs that write raise StaleRevision when a writer beside this tree came first, StorageFull
    when the disk has no room. The trash takes nothing in but by `trash`: Protected.
    """

    def __init__(
        self,
        store: DocumentStore,
        blobs: BlobStore,
        *,
        clock: Callable[[], datetime],
        new_id: Callable[[], str],
    ) -> None:
        self._store = store
        self._blobs = blobs
        self._clock = clock
        self._new_id = new_id
        self._lock = TreeLock()
        self._database: Database
        self._nodes: NodeReader
        self._planner: Planner
        self._usage: UsageCounter

    async def start(self) -> None:
        """Open the database, made with its root and trash if there is none."""
        self._database = await self._store.ensure(DOCTYPE, [BY_PARENT, BY_PATH])
        self._nodes = NodeReader(self._database)
        self._planner = Planner(self._nodes, self._new_id)
        self._usage = UsageCounter(self._database)
        first = creation.first_directories(self._clock())
        found = await self._database.get_many([edit.document_id for edit in first])
        missing = [edit for edit, row in zip(first, found, strict=True) if not row or row.deleted]
        if missing:
            await self._database.write(missing)

    async def get(self, node_id: str) -> Node:
        """Return a node by its id."""
        return await self._nodes.get(node_id)

    async def at(self, path: str) -> Node:
        """Return the node at an absolute path; `/` is the root."""
        return await self._nodes.at(path)

    async def path_of(self, node: Node) -> str:
        """Return a node's absolute path."""
        return await self._nodes.path_of(node)

    async def children(self, directory: Directory) -> AsyncIterator[list[Node]]:
        """List what lies directly in a directory, in pages, by name; the trash is not shown."""
        async for page in self._nodes.children(directory.id):
            yield [node for node in page if node.id != TRASH_ID]

    def read(self, file: File, start: int = 0, stop: int | None = None) -> AsyncIterator[bytes]:
        """Stream the content that this state of a file names. Raises BlobMissing."""
        return self._blobs.read(file.blob, start, stop)

    async def content_path(self, file: File) -> str | None:
        """Return a local file that holds just the content, for sendfile; None if there is none."""
        return await self._blobs.path(file.blob)

    async def usage(self) -> int:
        """Count the bytes of all files, the trash included."""
        known = await self._usage.current()
        if known is not None:
            return known
        async with self._lock.alone():
            return await self._usage.count()

    def named_blobs(self) -> AsyncIterator[str]:
        """Yield the digest of every content that a file names, for the sweep of blobs."""
        return named_blobs(self._database)

    async def stage(self, body: AsyncIterator[bytes], *, length: int | None = None) -> StagedBlob:
        """Take content in. Raises BlobMismatch, StorageFull, and what the body raises."""
        return await self._blobs.stage(body, length=length)

    async def make_directory(self, parent_id: str, name: str, *, by: str = "") -> Directory:
        """Make an empty directory. Raises NotADirectory, NameTaken."""
        name = legal_name(name)
        async with self._lock.sharing((parent_id, name)):
            parent = await self._planner.parent(parent_id, name)
            await self._planner.require_free(parent, name)
            node_id = self._new_id()
            stamp = self._stamp(by)
            await self._write(creation.new_directory(node_id, Place.of(parent), name, stamp))
            return await self._nodes.directory(node_id)

    async def create(
        self,
        parent_id: str,
        name: str,
        content: StagedBlob,
        *,
        mime: str | None = None,
        modified_at: datetime | None = None,
        executable: bool = False,
        by: str = "",
    ) -> File:
        """Make a file. Raises NotADirectory, NameTaken.

        Without `mime` the name tells it; without `modified_at` it is modified now.
        """
        name = legal_name(name)
        facts = FileFacts(mime, modified_at, executable)
        await content.commit()
        async with self._lock.sharing((parent_id, name)):
            parent = await self._planner.parent(parent_id, name)
            await self._planner.require_free(parent, name)
            return await self._create(parent, name, content, facts, by)

    async def create_copy(
        self,
        parent_id: str,
        name: str,
        content: StagedBlob,
        *,
        mime: str | None = None,
        modified_at: datetime | None = None,
        executable: bool = False,
        by: str = "",
    ) -> File:
        """Make a file under the name, or the first like `x (2).docx` that is free."""
        name = legal_name(name)
        facts = FileFacts(mime, modified_at, executable)
        await content.commit()
        async with self._lock.alone():
            parent = await self._planner.parent(parent_id, name)
            free = await self._planner.free_name(parent.id, name, is_file=True)
            return await self._create(parent, free, content, facts, by)

    async def replace(
        self,
        file_id: str,
        content: StagedBlob,
        *,
        expected: Revision | None = None,
        expected_blob: str | None = None,
        mime: str | None = None,
        modified_at: datetime | None = None,
        by: str = "",
    ) -> File:
        """Give a file new content; where nothing would change, it is returned as it is.

        Raises IsADirectory, and StaleRevision unless it still has the `expected` revision and the
        content of the `expected_blob`.
        """
        await content.commit()
        async with self._lock.sharing(file_id):
            file = await self._nodes.get(file_id)
            if isinstance(file, Directory):
                raise IsADirectory(file_id)
            _require_revision(file, expected)
            if expected_blob not in (None, file.blob):
                raise StaleRevision(file_id, expected_blob, file.blob)
            facts = FileFacts(mime, modified_at)
            plan = creation.new_content(file, content, facts, self._stamp(by))
            return file if plan is None else await self._write_file(plan, file_id)

    async def move(
        self,
        node_id: str,
        parent_id: str,
        name: str,
        *,
        replace: bool = False,
        expected: Revision | None = None,
        by: str = "",
    ) -> Node:
        """Put a node elsewhere, or rename it; it keeps its id and its dates.

        With `replace`, what is in the way goes into the trash in the same transaction. Raises
        NotADirectory, NameTaken, MoveIntoItself, Protected.
        """
        name = legal_name(name)
        async with self._lock.alone():
            node = await self._unprotected(node_id, expected)
            parent = await self._planner.parent(parent_id, name)
            if (node.dir_id, node.name) == (parent.id, name):
                return node
            path = await self._nodes.path_of(node)
            if is_below(parent.path, path):
                raise MoveIntoItself(node_id)
            stamp = self._stamp(by)
            cleared = await self._planner.cleared(parent, name, path, stamp, replace=replace)
            subtree = await self._nodes.subtree(node, with_files=is_in_trash(path))
            await self._write(cleared + moves.move(subtree, Place.of(parent), name, stamp))
            return await self._nodes.get(node_id)

    async def copy(
        self,
        node_id: str,
        parent_id: str,
        name: str,
        *,
        replace: bool = False,
        deep: bool = True,
        by: str = "",
    ) -> Node:
        """Copy a node, with all below it if `deep`; contents are shared, not copied.

        With `replace`, what is in the way goes into the trash in the same transaction. Raises
        NotADirectory, NameTaken, MoveIntoItself, and Protected for the trash as a whole.
        """
        name = legal_name(name)
        if node_id == TRASH_ID:
            raise Protected(node_id)
        async with self._lock.alone():
            node = await self._nodes.get(node_id)
            parent = await self._planner.parent(parent_id, name)
            path = await self._nodes.path_of(node)
            if deep and is_below(parent.path, path):
                raise MoveIntoItself(node_id)
            stamp = self._stamp(by)
            cleared = await self._planner.cleared(parent, name, path, stamp, replace=replace)
            subtree = (
                await self._nodes.subtree(node, with_files=True) if deep else Subtree(node, path)
            )
            copy_id, plan = copies.copy(subtree, Place.of(parent), name, self._new_id, stamp)
            await self._write(cleared + plan)
            return await self._nodes.get(copy_id)

    async def trash(self, node_id: str, *, expected: Revision | None = None, by: str = "") -> Node:
        """Put a node, with all below it, into the trash. Raises Protected, AlreadyInTrash."""
        async with self._lock.alone():
            node = await self._unprotected(node_id, expected)
            if is_in_trash(await self._nodes.path_of(node)):
                raise AlreadyInTrash(node_id)
            await self._write(await self._planner.thrown_away(node, self._stamp(by)))
            return await self._nodes.get(node_id)

    async def restore(self, node_id: str, *, by: str = "") -> Node:
        """Put a node back where it was thrown away, under a free name like `x (2).docx`.

        Directories on the way that are gone are made again; where a file has the name of one, the
        way ends there. Raises NotInTrash.
        """
        async with self._lock.alone():
            node = await self._nodes.get(node_id)
            path = await self._nodes.path_of(node)
            if not is_in_trash(path):
                raise NotInTrash(node_id)
            await self._write(await self._planner.taken_back(node, path, self._stamp(by)))
            return await self._nodes.get(node_id)

    async def destroy(self, node_id: str) -> None:
        """Delete a node and all below it for good. Raises Protected."""
        async with self._lock.alone():
            node = await self._unprotected(node_id, None)
            await self._write(trash.destroy(await self._nodes.subtree(node, with_files=True)))

    def _stamp(self, by: str) -> Stamp:
        return Stamp(self._clock(), by)

    async def _unprotected(self, node_id: str, expected: Revision | None) -> Node:
        if node_id in PROTECTED:
            raise Protected(node_id)
        node = await self._nodes.get(node_id)
        _require_revision(node, expected)
        return node

    async def _create(
        self, parent: Directory, name: str, content: StagedBlob, facts: FileFacts, by: str
    ) -> File:
        node_id = self._new_id()
        stamp = self._stamp(by)
        plan = creation.new_file(node_id, Place.of(parent), name, content, facts, stamp)
        return await self._write_file(plan, node_id)

    async def _write_file(self, plan: Plan, file_id: str) -> File:
        await self._write(plan)
        node = await self._nodes.get(file_id)
        if isinstance(node, Directory):
            raise IsADirectory(file_id)
        return node

    async def _write(self, plan: Plan) -> None:
        try:
            outcomes = await to_the_end(self._database.write(plan.edits, together=True))
        except Conflict as error:
            raise StaleRevision(error.document_id, error.expected, error.found) from error
        self._usage.add(outcomes, plan.growth)


def _require_revision(node: Node, expected: Revision | None) -> None:
    if expected not in (None, node.revision):
        raise StaleRevision(node.id, expected, node.revision)
