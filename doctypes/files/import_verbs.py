"""Importing folders: many files in one transaction, and what is there already passed over.

Contents come first, as always: whoever imports has them taken in by the store of blobs, many at
once, and then tells the tree where they belong.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from doctypes.files.authors import By
from doctypes.files.creation import new_content, new_directory, new_file
from doctypes.files.document import Stamp
from doctypes.files.errors import FileTreeError, IllegalName, NotADirectory, TooDeep
from doctypes.files.facts import FileFacts, NodeFacts
from doctypes.files.names import composed, legal_name
from doctypes.files.node import Directory, File, Node
from doctypes.files.paths import checked_depth
from doctypes.files.plan import Place, Plan, all_of
from doctypes.files.workspace import Verbs
from replication.blobs.protocol import Content

Names = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Imported:
    """A file or directory to import: its names below the folder, and when it was modified (aware).

    `content` is None for a directory; a content is durable already. `executable` as files have it.
    """

    names: Names
    modified_at: datetime
    content: Content | None = None
    executable: bool = False


@dataclass(frozen=True, slots=True)
class Candidate:
    """A file that might be imported: its names below the folder, its size in bytes, its time."""

    names: Names
    size: int
    modified_at: datetime


@dataclass(slots=True)
class ImportOutcome:
    """How many nodes were made, got new content, were there already; and what could not be."""

    made: int = 0
    replaced: int = 0
    kept: int = 0
    refused: list[tuple[Names, FileTreeError]] = field(default_factory=list)


class ImportVerbs(Verbs):
    """An import that is cut off is ended by doing it again."""

    async def are_imported(self, directory_id: str, files: Sequence[Candidate]) -> list[bool]:
        """Tell which files are there with their size and time: their contents need not be read."""
        parents: dict[Names, str | None] = {(): directory_id}
        found = []
        for file in files:
            parent = await self._id_of(parents, file.names[:-1])
            node = await self._work.nodes.child(parent, file.names[-1]) if parent else None
            found.append(
                isinstance(node, File)
                and (node.size, node.updated_at) == (file.size, file.modified_at)
            )
        return found

    async def _id_of(self, known: dict[Names, str | None], names: Names) -> str | None:
        if names not in known:
            above = await self._id_of(known, names[:-1])
            node = await self._work.nodes.child(above, names[-1]) if above else None
            known[names] = node.id if isinstance(node, Directory) else None
        return known[names]

    async def import_nodes(
        self, directory_id: str, nodes: Sequence[Imported], *, by: By = ""
    ) -> ImportOutcome:
        """Make files and directories below a directory, with those between, in one transaction.

        A file that is there gets the content if it has another; what it held becomes a version.
        Raises NodeMissing, NotADirectory, Protected, QuotaExceeded, StorageFull: then nothing of it
        is done.
        """
        async with self._work.lock.alone():
            top = await self._work.planner.parent(directory_id, "x")
            batch = _Batch(self._work.stamp(by), {(): (Place.of(top), True)})
            for node in nodes:
                try:
                    await self._planned(batch, node)
                except (IllegalName, TooDeep, NotADirectory) as error:
                    batch.outcome.refused.append((node.names, error))
            plan = batch.plan
            if plan.edits:
                await self._work.write(plan)
            return batch.outcome

    async def _planned(self, batch: "_Batch", node: Imported) -> None:
        if node.content is None:
            await self._directory(batch, node.names, node.modified_at)
            return
        parent, is_old = await self._directory(batch, node.names[:-1], None)
        name = legal_name(node.names[-1])
        checked_depth(parent.path_of(name))
        facts = FileFacts(modified_at=node.modified_at, executable=node.executable)
        batch.take(parent, name)
        found = await self._work.nodes.child(parent.id, name) if is_old else None
        if found is None:
            new = new_file(self._work.new_id(), parent, name, node.content, facts, batch.stamp)
            batch.add(new)
            batch.outcome.made += 1
            return
        await self._replaced(batch, found, node.content, facts)

    async def _replaced(
        self, batch: "_Batch", found: Node, content: Content, facts: FileFacts
    ) -> None:
        if isinstance(found, Directory):
            raise IllegalName(found.name, "a directory has it already")
        history = await self._work.history(found.id)
        plan = new_content(found, content, facts, history, batch.stamp)
        if plan is None:
            batch.outcome.kept += 1
            return
        batch.add(plan)
        batch.outcome.replaced += 1

    async def _directory(
        self, batch: "_Batch", names: Names, modified_at: datetime | None
    ) -> tuple[Place, bool]:
        """Return a directory, planned if it is not there, and whether it was there before."""
        key = tuple(map(composed, names))
        known = batch.places.get(key)
        if known is not None:
            return known
        parent, is_old = await self._directory(batch, names[:-1], None)
        name = legal_name(names[-1])
        found = await self._work.nodes.child(parent.id, name) if is_old else None
        if isinstance(found, File):
            raise NotADirectory(found.id)
        if found is not None:
            place = Place.of(found)
        else:
            checked_depth(parent.path_of(name))
            batch.take(parent, name)
            place = Place(self._work.new_id(), parent.path_of(name))
            facts = NodeFacts(modified_at=modified_at)
            batch.add(new_directory(place.id, parent, name, batch.stamp, facts))
            batch.outcome.made += 1
        batch.places[key] = (place, found is not None)
        return batch.places[key]


@dataclass(slots=True)
class _Batch:
    """A transaction in the making."""

    stamp: Stamp
    places: dict[Names, tuple[Place, bool]]
    plans: list[Plan] = field(default_factory=list)
    taken: set[tuple[str, str]] = field(default_factory=set)
    outcome: ImportOutcome = field(default_factory=ImportOutcome)

    def take(self, parent: Place, name: str) -> None:
        """Enter a name. Raises IllegalName if the batch has it in another Unicode form."""
        key = (parent.id, composed(name))
        if key in self.taken:
            raise IllegalName(name, "the folder has it in another Unicode form as well")
        self.taken.add(key)

    def add(self, plan: Plan) -> None:
        """Enter a plan."""
        self.plans.append(plan)

    @property
    def plan(self) -> Plan:
        """All of it."""
        return all_of(self.plans)
