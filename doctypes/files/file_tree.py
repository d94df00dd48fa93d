"""One person's files and directories: every door reads and writes them here.

A change is decided on what the database holds, under a lock that no upload ever holds, and written
in one transaction; contents are durable before a document names them. So a change is whole or not
there, and what is acknowledged stays.
"""

from collections.abc import AsyncIterator, Callable, Sequence
from datetime import datetime

from doctypes.files import creation
from doctypes.files.amend_verbs import AmendVerbs
from doctypes.files.authors import By
from doctypes.files.blob_references import named_blobs
from doctypes.files.device_verbs import DeviceVerbs
from doctypes.files.first_folders import first_folders
from doctypes.files.import_verbs import ImportVerbs
from doctypes.files.node import ROOT_ID, TRASH_ID, Directory, Node
from doctypes.files.over_verbs import OverVerbs
from doctypes.files.rewind_verbs import RewindVerbs
from doctypes.files.sync_verbs import SyncVerbs
from doctypes.files.usage import Usage, usage_of
from doctypes.files.verify_verbs import VerifyVerbs
from doctypes.files.versioning import KeepingRules
from doctypes.files.view_verbs import ViewVerbs
from doctypes.files.workspace import Workspace
from replication.blobs.protocol import BlobStore
from replication.core.sequence import UpdateSequence
from replication.store.protocol import DocumentStore


class FileTree(
    AmendVerbs,
    DeviceVerbs,
    ImportVerbs,
    OverVerbs,
    RewindVerbs,
    SyncVerbs,
    VerifyVerbs,
    ViewVerbs,
):
    """Files and directories over a store of documents and a store of blobs; `start` comes first.

    `clock` returns an aware datetime, `new_id` an id that nobody has; `address` is that of the home
    (`https://alice.example/`), for the documents. `by` names who does it, for the document's
    metadata. Names are kept as they are given, and found in either Unicode form; verbs that take
    one raise IllegalName and, where it would lie too far down, TooDeep. All raise NodeMissing for
    an unknown id, and verbs that write raise StaleRevision when a writer beside this tree came
    first, StorageFull when the disk has no room, QuotaExceeded where a quota is set. The trash
    takes nothing in but by `trash`: Protected.
    """

    def __init__(
        self,
        store: DocumentStore,
        blobs: BlobStore,
        *,
        clock: Callable[[], datetime],
        new_id: Callable[[], str],
        address: str = "",
    ) -> None:
        super().__init__(Workspace(store, blobs, clock, new_id, address))

    async def start(self) -> None:
        """Open the databases, made with root and trash if there are none."""
        await self._work.start()
        first = creation.first_directories(self._work.stamp(""))
        found = await self._work.database.get_many([edit.document_id for edit in first])
        missing = [edit for edit, row in zip(first, found, strict=True) if not row or row.deleted]
        if missing:
            await self._work.database.write(missing)

    async def make_first_folders(self, locale: str, *, by: By = "") -> bool:
        """Give a new home the folders that apps expect, named in a language (`fr`, `en-GB`).

        Nothing is done, and False returned, where anything is in the root already: it is for a home
        that was just founded.
        """
        async with self._work.lock.alone():
            async for page in self._work.nodes.children(ROOT_ID):
                if any(node.id != TRASH_ID for node in page):
                    return False
            stamp = self._work.stamp(by)
            await self._work.write(first_folders(locale, self._work.new_id, stamp))
        return True

    async def get(self, node_id: str) -> Node:
        """Return a node by its id."""
        return await self._work.nodes.get(node_id)

    async def get_many(self, node_ids: Sequence[str]) -> list[Node]:
        """Return those of many nodes that are there, in order."""
        return await self._work.nodes.get_many(node_ids)

    async def at(self, path: str) -> Node:
        """Return the node at an absolute path; `/` is the root."""
        return await self._work.nodes.at(path)

    async def way_to(self, path: str) -> tuple[Directory | None, Node | None]:
        """Return the directory above an absolute path, and what lies there; None for what is not.

        The root has nothing above it, and is not told of.
        """
        return await self._work.nodes.way_to(path)

    async def directory_at(self, path: str) -> Directory | None:
        """Return the directory at an absolute path; None for none."""
        return await self._work.nodes.directory_at(path)

    async def child(self, directory_id: str, name: str) -> Node | None:
        """Return what has this name in a directory."""
        return await self._work.nodes.child(directory_id, name)

    async def path_of(self, node: Node) -> str:
        """Return a node's absolute path."""
        return await self._work.nodes.path_of(node)

    async def paths_of(self, nodes: Sequence[Node]) -> list[str]:
        """Return the paths of many nodes, in order; empty for a file whose directory is gone."""
        return await self._work.nodes.paths_of(nodes)

    async def marks(self, directory_ids: Sequence[str]) -> list[int]:
        """Return, for each directory, the sequence of the last change in it or below it.

        0 where nothing has changed since homes keep these. Read it before what is in the directory:
        then it is never newer than what was read.
        """
        return await self._work.database.marks(directory_ids)

    async def sequence(self) -> UpdateSequence:
        """Return where the documents of all nodes stand."""
        return await self._work.database.sequence()

    async def children(
        self, directory: Directory, after: Node | None = None
    ) -> AsyncIterator[list[Node]]:
        """List what lies directly in a directory, in pages, by name; the trash is not shown.

        `after` continues behind a child that was listed before.
        """
        async for page in self._work.nodes.children(directory.id, after):
            yield [node for node in page if node.id != TRASH_ID]

    @property
    def quota(self) -> int | None:
        """How many bytes files and versions may hold together; None: as many as there is room."""
        return self._work.quota

    @quota.setter
    def quota(self, quota: int | None) -> None:
        self._work.quota = quota

    @property
    def keeping(self) -> KeepingRules:
        """How many old versions are kept of a file, and how far apart."""
        return self._work.rules

    @keeping.setter
    def keeping(self, rules: KeepingRules) -> None:
        self._work.rules = rules

    async def usage(self) -> Usage:
        """Count the bytes of all files, of those in the trash, and of old versions."""
        return await self._work.usage()

    async def size_of(self, directory_id: str) -> int:
        """Count the bytes of all files below a directory. Raises NotADirectory."""
        directory = await self._work.nodes.directory(directory_id)
        subtree = await self._work.nodes.subtree(directory, with_files=True)
        return usage_of(subtree.files).files

    def named_blobs(self) -> AsyncIterator[str]:
        """Yield the digest of every content that a file or a version names, for the sweep."""
        return named_blobs(self._work.database, self._work.versions_database)
