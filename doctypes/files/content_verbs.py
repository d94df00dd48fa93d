"""Verbs that bring content: stage, create, replace; and those that read it."""

from collections.abc import AsyncIterator
from typing import Unpack

from doctypes.files import creation
from doctypes.files.authors import By
from doctypes.files.document import Stamp
from doctypes.files.errors import NodeMissing, QuotaExceeded, StaleRevision
from doctypes.files.facts import FileFacts, FileSaid, NodeFacts, NodeSaid
from doctypes.files.names import legal_name, look_alike
from doctypes.files.node import ROOT_ID, Directory, File, made_file
from doctypes.files.paths import ROOT_PATH, names_of
from doctypes.files.plan import Place, Plan
from doctypes.files.version import Version
from doctypes.files.workspace import Verbs
from replication.blobs.protocol import StagedBlob
from replication.core.revision import Revision


class ContentVerbs(Verbs):
    """New directories, new files, new content."""

    def read(
        self, file: File | Version, start: int = 0, stop: int | None = None
    ) -> AsyncIterator[bytes]:
        """Stream the content that this state of a file names. Raises BlobMissing."""
        return self._work.blobs.read(file.blob, start, stop)

    async def content_path(self, file: File | Version) -> str | None:
        """Return a local file that holds just the content, for sendfile; None if there is none."""
        return await self._work.blobs.path(file.blob)

    async def stage(self, body: AsyncIterator[bytes], *, length: int | None = None) -> StagedBlob:
        """Take content in.

        Raises BlobMismatch, StorageFull, QuotaExceeded (before the first byte where the length is
        known), and what the body raises.
        """
        if self._work.quota is None:
            return await self._work.blobs.stage(body, length=length)
        await self.require_room(length or 0)
        room = self._work.counter.room(self._work.quota)
        return await self._work.blobs.stage(self._bounded(body, room), length=length)

    async def require_room(self, wanted: int) -> None:
        """Raise QuotaExceeded for more bytes than are left."""
        if self._work.quota is not None:
            await self._work.usage()
            self._work.counter.require_room(wanted, self._work.quota)

    async def require_possible(self, parent_id: str, name: str, *, distinct: bool = False) -> None:
        """Raise what making something of this name would, as far as that is known beforehand."""
        parent = await self._work.planner.parent(parent_id, legal_name(name))
        await self._work.planner.require_free(parent, name, distinct=distinct)

    async def _bounded(self, body: AsyncIterator[bytes], room: int) -> AsyncIterator[bytes]:
        taken = 0
        async for piece in body:
            taken += len(piece)
            if taken > room and self._work.quota is not None:
                raise QuotaExceeded(self._work.quota, self._work.quota - room, taken)
            yield piece

    async def make_directory(
        self,
        parent_id: str,
        name: str,
        *,
        distinct: bool = False,
        by: By = "",
        **said: Unpack[NodeSaid],
    ) -> Directory:
        """Make an empty directory, of which `said` holds. Raises NotADirectory, NameTaken.

        With `distinct`, LookAlike too.
        """
        name, facts = legal_name(name), NodeFacts(**said)
        async with self._work.lock.sharing((parent_id, look_alike(name))):
            parent = await self._work.planner.parent(parent_id, name)
            await self._work.planner.require_free(parent, name, distinct=distinct)
            node_id, stamp = self._work.new_id(), self._work.stamp(by)
            place = Place.of(parent)
            await self._work.write(creation.new_directory(node_id, place, name, stamp, facts))
            return await self._work.nodes.directory(node_id)

    async def ensure_directory(self, node_id: str, name: str, *, by: By = "") -> Directory:
        """Return the directory with an id of its own that clients know; made below the root.

        It gets the first free name like `x (2)`. One in the trash is returned as it is.
        """
        async with self._work.lock.alone():
            try:
                return await self._work.nodes.directory(node_id)
            except NodeMissing:
                planner, root = self._work.planner, Place(ROOT_ID, ROOT_PATH)
                free = await planner.free_name(ROOT_ID, name, is_file=False)
                stamp = self._work.stamp(by)
                await self._work.write(creation.new_directory(node_id, root, free, stamp))
                return await self._work.nodes.directory(node_id)

    async def make_directories(self, path: str, *, by: By = "") -> Directory:
        """Return the directory at an absolute path, made with all that is missing above it.

        Raises NotADirectory where a file stands in the way, Protected in the trash.
        """
        names = [legal_name(name) for name in names_of(path)]
        async with self._work.lock.alone():
            place, plan = await self._work.planner.made(names, self._work.stamp(by))
            if plan.edits:
                await self._work.write(plan)
            return await self._work.nodes.directory(place.id)

    async def create(
        self,
        parent_id: str,
        name: str,
        content: StagedBlob,
        *,
        distinct: bool = False,
        by: By = "",
        **said: Unpack[FileSaid],
    ) -> File:
        """Make a file, of which `said` holds. Raises NotADirectory, NameTaken, QuotaExceeded.

        Without `mime` the name tells it; without `modified_at` it is modified now. With `distinct`,
        a name that differs by case from one that is there raises LookAlike.
        """
        name, facts = legal_name(name), FileFacts(**said)
        await content.commit()
        async with self._work.lock.sharing((parent_id, look_alike(name))):
            parent = await self._work.planner.parent(parent_id, name)
            await self._work.planner.require_free(parent, name, distinct=distinct)
            return await self._create(parent, name, content, facts, by)

    async def create_copy(
        self,
        parent_id: str,
        name: str,
        content: StagedBlob,
        *,
        by: By = "",
        **said: Unpack[FileSaid],
    ) -> File:
        """Make a file under the name, or the first like `x (2).docx` that is free."""
        name, facts = legal_name(name), FileFacts(**said)
        await content.commit()
        async with self._work.lock.alone():
            parent = await self._work.planner.parent(parent_id, name)
            free = await self._work.planner.free_name(parent.id, name, is_file=True)
            return await self._create(parent, free, content, facts, by)

    async def replace(
        self,
        file_id: str,
        content: StagedBlob,
        *,
        expected: Revision | None = None,
        expected_blob: str | None = None,
        by: By = "",
        **said: Unpack[FileSaid],
    ) -> File:
        """Give a file new content; where nothing would change, it is returned as it is.

        What it held becomes a version, by the rules in `versioning`. Raises IsADirectory,
        QuotaExceeded, and StaleRevision unless it still has the `expected` revision and the content
        of the `expected_blob`.
        """
        facts = FileFacts(**said)
        await content.commit()
        async with self._work.lock.sharing(file_id):
            file = await self._work.file(file_id, expected)
            if expected_blob not in (None, file.blob):
                raise StaleRevision(file_id, expected_blob, file.blob)
            history = await self._work.history(file_id)
            plan = creation.new_content(file, content, facts, history, self._work.stamp(by))
            return file if plan is None else await self._write(plan, file_id)

    async def _create(
        self, parent: Directory, name: str, content: StagedBlob, facts: FileFacts, by: By
    ) -> File:
        node_id = self._work.new_id()
        stamp: Stamp = self._work.stamp(by)
        plan = creation.new_file(node_id, Place.of(parent), name, content, facts, stamp)
        (written,) = await self._work.write(plan)
        return made_file(plan.edits[0], written)

    async def _write(self, plan: Plan, file_id: str) -> File:
        await self._work.write(plan)
        return await self._work.file(file_id)
