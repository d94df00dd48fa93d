"""FileTree seen as the backend of WebDAV.

A write is decided on what `FileTree` holds, and is told to it as "this revision and no other".
Where somebody else wrote in between, the decision is taken anew on what is there now: so a guard
is always checked against the very state that is replaced.
"""

from collections.abc import AsyncIterator, Mapping, Sequence

from doctypes.files.amending import Amendment
from doctypes.files.authors import By
from doctypes.files.errors import NodeMissing, StaleRevision
from doctypes.files.facts import FileSaid
from doctypes.files.file_tree import FileTree
from doctypes.files.node import Directory, File, Node
from doctypes.profiles.profile import Profile
from doctypes.profiles.view import Item
from server.dav.file_upload import FileUpload
from server.dav.journey import Journey, arriving
from server.dav.node_properties import amendment, members_with
from server.dav.profile_property import SYNC_PROFILE
from server.dav.refusals import in_words_of_dav
from server.dav.sight import WHOLE_SIGHT, OutOfSight, Sight
from server.dav.visible_tree import TRIES, VisibleTree, new_file, refuse_trash, spelled
from server.media.describing import Describe
from webdav.message import FileSlice
from webdav.model.backend import Backend, Guard, Placed, PropertyChanges, UploadFacts
from webdav.model.errors import Busy, Forbidden, NotAllowed, PreconditionFailed
from webdav.model.path import Path
from webdav.model.resource import Quota, Resource


class FileTreeBackend:
    """One person's files; the trash is not among them, and what is removed goes there.

    `by` is who writes, for the documents; `describe` looks into what they write; `sight` is what
    of the tree is seen.
    """

    def __init__(
        self,
        tree: FileTree,
        by: By = "",
        describe: Describe | None = None,
        sight: Sight = WHOLE_SIGHT,
    ) -> None:
        self._tree = tree
        self.visible = VisibleTree(tree, sight)
        self._by = by
        self._describe = describe

    async def lookup(self, path: Path) -> Resource | None:
        """Return what has this path."""
        node = await self.visible.find(path)
        return None if node is None else await self.visible.resource(node)

    async def is_collection(self, path: Path) -> bool:
        """Tell whether a directory has this path."""
        return await self.visible.is_directory(path)

    async def children(self, collection: Resource) -> AsyncIterator[Sequence[Resource]]:
        """List members in name order."""
        if isinstance(directory := collection.handle, Directory):
            async for page in self._tree.children(directory):
                yield await self.visible.resources(self.visible.shown(directory, page))

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
        coming = new_file(path, facts.length or 0, facts.content_type)
        await self.visible.require_clear(path, coming)
        with in_words_of_dav():
            staged = await self._tree.stage(body, length=facts.length)
        said: FileSaid = {}
        if self._describe is not None:
            said = await self._describe(staged, path[-1], facts.content_type)
        return FileUpload(self.visible, path, staged, facts, self._by, said)

    async def make_collection(self, path: Path, properties: Mapping[str, str]) -> Resource:
        """Make an empty directory."""
        parent = await self.visible.require_parent(path)
        await self.visible.require_clear(path, Item(spelled(path), is_directory=True))
        metadata = members_with({}, properties)
        try:
            with in_words_of_dav():
                made = await self._tree.make_directory(
                    parent.id, path[-1], metadata=metadata, by=self._by
                )
        except PreconditionFailed as taken:
            raise NotAllowed("something has this path") from taken
        await self.visible.sight.welcome(made, parent)
        return await self.visible.resource(made)

    async def remove(self, path: Path, guard: Guard) -> bool:
        """Put a node into the trash, with all below it that is seen."""
        for _ in range(TRIES):
            node = await self.visible.require(path)
            guard.check(await self.visible.resource(node))
            with in_words_of_dav():
                try:
                    return await self._removed(node)
                except StaleRevision:
                    continue
        raise Busy

    async def _removed(self, node: Node) -> bool:
        view = self.visible.view
        if view.is_everything:
            await self._tree.trash(node.id, expected=node.revision, by=self._by)
            return True
        done = await self._tree.trash_seen_by(view, node.id, expected=node.revision, by=self._by)
        return not done.stays

    async def move(self, source: Path, destination: Path, *, replace: bool, guard: Guard) -> Placed:
        """Move a node; what it replaces is trashed; a file over a file becomes its content."""
        for _ in range(TRIES):
            journey = await self._journey(source, destination, guard, replace=replace)
            with in_words_of_dav():
                try:
                    return await self._moved(journey)
                except (StaleRevision, NodeMissing):  # the next look tells what is missing
                    continue
        raise Busy

    async def _moved(self, to: Journey) -> Placed:
        view, revision = self.visible.view, to.node.revision
        if to.over is not None:
            file, target = to.over
            kept = await self._tree.move_over(
                file.id,
                target.id,
                expected=revision,
                target_expected=target.revision,
                by=self._by,
            )
            return Placed(await self.visible.resource(kept), is_new=False)
        if to.is_of_whole(view):
            moved = await self._tree.move(
                to.node.id,
                to.parent.id,
                to.name,
                replace=to.replace,
                expected=revision,
                by=self._by,
            )
            await self.visible.sight.welcome(moved, to.parent)
            return Placed(await self.visible.resource(moved), is_new=to.is_new)
        done = await self._tree.move_seen_by(
            view, to.node.id, to.parent.id, to.name, expected=revision, by=self._by
        )
        await self.visible.sight.welcome(done.node, to.parent)
        resource = await self.visible.resource(done.node)
        return Placed(resource, is_new=to.is_new, is_partial=done.stays)

    async def copy(
        self, source: Path, destination: Path, *, replace: bool, deep: bool, guard: Guard
    ) -> Placed:
        """Copy a node; what it replaces is trashed; a file over a file becomes its content."""
        for _ in range(TRIES):
            journey = await self._journey(source, destination, guard, replace=replace)
            with in_words_of_dav():
                try:
                    copied = await self._copied(journey, deep=deep)
                except (StaleRevision, NodeMissing):  # of what is replaced, or it is gone
                    continue
                await self.visible.sight.welcome(copied, journey.parent)
                return Placed(await self.visible.resource(copied), is_new=journey.is_new)
        raise Busy

    async def _copied(self, to: Journey, *, deep: bool) -> Node:
        view, by = self.visible.view, self._by
        if to.over is not None:
            file, target = to.over
            return await self._tree.copy_over(
                file.id, target.id, target_expected=target.revision, by=by
            )
        if deep and not to.is_of_whole(view):
            return await self._tree.copy_seen_by(view, to.node.id, to.parent.id, to.name, by=by)
        return await self._tree.copy(
            to.node.id, to.parent.id, to.name, replace=to.replace, deep=deep, by=by
        )

    async def _journey(
        self,
        source: Path,
        destination: Path,
        guard: Guard,
        *,
        replace: bool,
    ) -> Journey:
        """Return what is to go where. Raises OutOfSight where something hidden is concerned."""
        node = await self.visible.require(source)
        guard.check(await self.visible.resource(node))
        parent = await self.visible.require_parent(destination)
        there = await self.visible.find(destination)
        if there is not None and there.id == node.id:
            # Two spellings of one name: letters with accents, composed or not.
            raise Forbidden("source and destination are the same")
        await self.visible.require_clear(destination, arriving(node, destination))
        journey = Journey(node, spelled(source), parent, destination[-1], replace, there)
        if there is not None and not journey.replaces_whole(self.visible.view, destination):
            raise OutOfSight("something that this device leaves out lies where this would go")
        return journey

    async def patch(self, path: Path, changes: PropertyChanges, guard: Guard) -> None:
        """Change dead properties, the time of the content, and on the root a device's profile."""
        sight = self.visible.sight
        if SYNC_PROFILE in changes.live and (path or sight.keep is None):
            raise Forbidden("sync-profile is a property of the root, as a device sees it")
        others = changes.without(SYNC_PROFILE)
        if others != PropertyChanges():
            await self._amend(path, others, guard)
        profile = changes.live.get(SYNC_PROFILE)
        if isinstance(profile, Profile) and sight.keep is not None:
            await sight.keep(profile)

    async def _amend(self, path: Path, changes: PropertyChanges, guard: Guard) -> None:
        if not self.visible.sight.may_write:
            raise Forbidden("this device may read only")
        for _ in range(TRIES):
            node = await self.visible.require(path)
            guard.check(await self.visible.resource(node))
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
        """Count the bytes of all files that are seen; what is left is left for all."""
        used, quota, view = (await self._tree.usage()).total, self._tree.quota, self.visible.view
        available = None if quota is None else max(quota - used, 0)
        return Quota(used if view.is_everything else await self._tree.size_seen(view), available)


_: type[Backend] = FileTreeBackend
