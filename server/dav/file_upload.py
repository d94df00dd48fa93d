"""Content that came in over WebDAV, on its way to its path."""

from dataclasses import dataclass, field

from doctypes.files.authors import By
from doctypes.files.errors import NameTaken, NodeMissing, StaleRevision
from doctypes.files.facts import FileSaid
from doctypes.files.node import Directory, File, Node
from replication.blobs.protocol import StagedBlob
from server.dav.node_resource import resource_of
from server.dav.refusals import in_words_of_dav
from server.dav.visible_tree import TRIES, VisibleTree, new_file
from webdav.model.backend import Guard, Placed, Upload, UploadFacts
from webdav.model.errors import Busy, NotAllowed
from webdav.model.path import Path


@dataclass(frozen=True, slots=True)
class FileUpload:
    """Content staged with the blob store; `by` whom, and what it `said` of itself."""

    visible: VisibleTree
    path: Path
    staged: StagedBlob
    facts: UploadFacts
    by: By
    said: FileSaid = field(default_factory=FileSaid)

    async def commit(self, guard: Guard) -> Placed:
        """Create the file, or replace its content."""
        for _ in range(TRIES):
            parent = await self.visible.require_parent(self.path)
            found = await self.visible.member(parent, self.path)
            guard.check(None if found is None else resource_of(found))
            arrived = new_file(self.path, self.staged.size, self.facts.content_type)
            await self.visible.require_clear(self.path, arrived)
            with in_words_of_dav():
                try:
                    file = await self._write(parent, found)
                except (NameTaken, StaleRevision, NodeMissing):
                    continue
                return Placed(resource_of(file), is_new=found is None)
        raise Busy

    async def _write(self, parent: Directory, found: Node | None) -> File:
        if isinstance(found, Directory):
            raise NotAllowed("a collection takes no content")
        tree, name = self.visible.tree, self.path[-1]
        said: FileSaid = {
            **self.said,
            "mime": self.facts.content_type,
            "modified_at": self.facts.modified,
        }
        if self.facts.created is not None:
            said["created_at"] = self.facts.created
        if found is None:
            return await tree.create(parent.id, name, self.staged, by=self.by, **said)
        return await tree.replace(
            found.id,
            self.staged,
            expected=found.revision,
            by=self.by,
            **said,
        )

    async def discard(self) -> None:
        """Forget the staged bytes."""
        await self.staged.discard()


_: type[Upload] = FileUpload
