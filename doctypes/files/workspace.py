"""What the verbs of a tree work with: where documents and contents are, who is at work, the time.

A plan is decided on what the databases hold, under the lock, and written in one transaction.
"""

from collections.abc import Callable, Sequence
from datetime import datetime

from doctypes.files.aside import aside
from doctypes.files.authors import By, author_of
from doctypes.files.borders import Borders
from doctypes.files.document import Documented, Stamp, touched
from doctypes.files.errors import (
    AlreadyInTrash,
    IsADirectory,
    NotInTrash,
    Protected,
    StaleRevision,
)
from doctypes.files.exclusions import Exclusions
from doctypes.files.held_profiles import DATABASE as PROFILES
from doctypes.files.held_profiles import HeldProfiles
from doctypes.files.lineage import Lineage
from doctypes.files.node import DOCTYPE, Directory, File, Node
from doctypes.files.node_reader import BY_PARENT, BY_PATH, NodeReader
from doctypes.files.paths import is_in_trash
from doctypes.files.plan import Plan
from doctypes.files.planner import PROTECTED, Planner
from doctypes.files.to_the_end import to_the_end
from doctypes.files.trash import destroy
from doctypes.files.tree_lock import TreeLock
from doctypes.files.usage import Usage, UsageCounter
from doctypes.files.version import BY_FILE, VERSIONS
from doctypes.files.version_reader import VersionReader
from doctypes.files.versioning import History, KeepingRules
from replication.blobs.protocol import BlobStore
from replication.core.document import Edit
from replication.core.errors import Conflict, ReplicationError
from replication.core.revision import Revision
from replication.store.protocol import Database, DocumentStore, Outcome


class Workspace:
    """A tree's databases and its blobs; `start` comes first.

    `clock` returns an aware datetime, `new_id` an id that nobody has; `address` is the home's, for
    the documents. `quota` is in bytes, None for none.
    """

    database: Database
    versions_database: Database
    nodes: NodeReader
    versions: VersionReader
    planner: Planner
    exclusions: Exclusions
    counter: UsageCounter
    lineage: Lineage
    held: HeldProfiles
    borders: Borders

    def __init__(
        self,
        store: DocumentStore,
        blobs: BlobStore,
        clock: Callable[[], datetime],
        new_id: Callable[[], str],
        address: str,
    ) -> None:
        self.store = store
        self.blobs = blobs
        self.clock = clock
        self.new_id = new_id
        self.address = address
        self.lock = TreeLock()
        self.quota: int | None = None
        self.rules = KeepingRules()

    async def start(self) -> None:
        """Open the databases, made if there are none."""
        self.database = await self.store.ensure(DOCTYPE, [BY_PARENT, BY_PATH])
        self.versions_database = await self.store.ensure(VERSIONS, [BY_FILE])
        self.nodes = NodeReader(self.database)
        self.versions = VersionReader(self.versions_database)
        self.planner = Planner(self.nodes, self.new_id)
        self.exclusions = Exclusions(self.database, self.nodes)
        self.counter = UsageCounter(self.database, self.versions_database)
        self.lineage = Lineage(self.database)
        self.held = HeldProfiles(self.store)
        await self.held.start()
        self.borders = Borders(self.nodes, self.exclusions, self.held)

    def stamp(self, by: By) -> Stamp:
        """Say when and by whom something is done."""
        return Stamp(self.clock(), author_of(by), self.address)

    async def usage(self) -> Usage:
        """Return what the files come to. May not be called while holding the lock."""
        known = await self.counter.current()
        if known is not None:
            return known
        async with self.lock.alone():
            return await self.counter.count()

    async def unprotected(self, node_id: str, expected: Revision | None = None) -> Node:
        """Return a node that may be changed. Raises NodeMissing, Protected, StaleRevision."""
        if node_id in PROTECTED:
            raise Protected(node_id)
        node = await self.nodes.get(node_id)
        require_revision(node, expected)
        return node

    async def trashable(self, node_id: str, expected: Revision | None = None) -> Node:
        """Return a node that may be thrown away. Raises AlreadyInTrash as well."""
        node = await self.unprotected(node_id, expected)
        if is_in_trash(await self.nodes.path_of(node)):
            raise AlreadyInTrash(node_id)
        return node

    async def gone(self, node: Node, *, trashed: bool) -> Plan:
        """Plan to delete a node with all below it and all old versions. `trashed`: NotInTrash."""
        if trashed and not is_in_trash(await self.nodes.path_of(node)):
            raise NotInTrash(node.id)
        subtree = await self.nodes.subtree(node, with_files=True)
        olds = await self.versions.of_all([file.id for file in subtree.every_file])
        return await aside(subtree, lambda: destroy(subtree, olds))

    async def crosses_border(self, node: Node, parent: Directory) -> bool:
        """Tell whether what is below a directory is hidden from other devices in another place."""
        if isinstance(node, File) or not await self.exclusions.any():
            return False
        before = await self.nodes.directory(node.dir_id)
        return await self.exclusions.hiding(before) != await self.exclusions.hiding(parent)

    async def file(self, file_id: str, expected: Revision | None = None) -> File:
        """Return a file. Raises NodeMissing, IsADirectory, StaleRevision."""
        node = await self.nodes.get(file_id)
        if isinstance(node, Directory):
            raise IsADirectory(file_id)
        require_revision(node, expected)
        return node

    async def history(self, file_id: str) -> History:
        """Return the old versions of a file, and how they are kept."""
        return History(await self.versions.of(file_id), self.rules)

    async def write(self, plan: Plan) -> Sequence[Outcome]:
        """Write a plan; return what became of the nodes' edits.

        What it brings across the border of a device is written anew with it. Raises
        StaleRevision, QuotaExceeded, StorageFull.
        """
        crossed = await self.borders.crossed(plan.edits)
        if crossed:
            plan += Plan(tuple(touched(node) for node in crossed))
        if self.quota is None or plan.growth.total <= 0:
            return await self._write(plan)
        with self.counter.promised(plan.growth, self.quota):
            return await self._write(plan)

    async def _write(self, plan: Plan) -> Sequence[Outcome]:
        try:
            outcomes = await to_the_end(self._written(plan))
        except Conflict as error:
            raise StaleRevision(error.document_id, error.expected, error.found) from error
        self.counter.add(outcomes[:2], plan.growth)
        self.exclusions.follow(plan.edits, outcomes[0])
        self.held.follow(plan.profiles, outcomes[2])
        return outcomes[0]

    async def _written(self, plan: Plan) -> Sequence[Sequence[Outcome]]:
        nodes = await self.lineage.marked(plan.edits)
        if not (plan.versions or plan.profiles):  # the way of nearly all
            return [await self._of_nodes(nodes), (), ()]
        edits = {DOCTYPE: nodes, VERSIONS: plan.versions, PROFILES: plan.profiles}
        outcomes = await self.store.write_together({name: e for name, e in edits.items() if e})
        return [outcomes.get(name, ()) for name in edits]

    async def _of_nodes(self, edits: Sequence[Edit]) -> Sequence[Outcome]:
        """Write edits of nodes, all or none; one alone may be stored with what others write."""
        if len(edits) > 1:
            return await self.database.write(edits, together=True)
        outcomes = await self.database.write(edits)
        for outcome in outcomes:
            if isinstance(outcome, ReplicationError):
                raise outcome
        return outcomes


class Verbs:
    """What a group of a tree's verbs begins with."""

    def __init__(self, work: Workspace) -> None:
        self._work = work


def require_revision(node: Documented, expected: Revision | None) -> None:
    """Raise StaleRevision unless a node is the one its editor saw."""
    if expected not in (None, node.revision):
        raise StaleRevision(node.id, expected, node.revision)
