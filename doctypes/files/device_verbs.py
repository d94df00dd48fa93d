"""Verbs of selective sync: what a device does not want, and the tree as it sees it."""

from collections.abc import Sequence

from doctypes.files.amending import Reference, refer
from doctypes.files.aside import aside
from doctypes.files.authors import By
from doctypes.files.device_changes import DeviceChanges
from doctypes.files.device_sight import DeviceSight, ReadProfile, everything
from doctypes.files.document import touched
from doctypes.files.errors import NodeMissing, NotInTrash, Protected
from doctypes.files.exclusions import DEVICES, NOT_SYNCHRONIZED_ON
from doctypes.files.node import TRASH_ID, Directory, Node
from doctypes.files.plan import NOTHING, Plan, Subtree
from doctypes.files.planner import PROTECTED
from doctypes.files.seen import item_of, parted_by
from doctypes.files.workspace import Verbs, require_revision
from doctypes.profiles.profile import EVERYTHING
from replication.core.revision import Revision


class DeviceVerbs(Verbs):
    """Devices are named by the ids of their OAuth clients."""

    async def exclude(
        self,
        directory_id: str,
        devices: Sequence[str],
        *,
        expected: Revision | None = None,
        by: By = "",
    ) -> Directory:
        """Keep a directory, with all below it, from devices; all of it is written anew.

        Raises NotADirectory, and Protected for the root and the trash.
        """
        return await self._change(directory_id, devices, (), expected, by)

    async def include(
        self,
        directory_id: str,
        devices: Sequence[str],
        *,
        expected: Revision | None = None,
        by: By = "",
    ) -> Directory:
        """Show a directory to devices again; all of it is written anew. Raises NotADirectory."""
        return await self._change(directory_id, (), devices, expected, by)

    async def _change(
        self,
        directory_id: str,
        added: Sequence[str],
        removed: Sequence[str],
        expected: Revision | None,
        by: By,
    ) -> Directory:
        if directory_id in PROTECTED:
            raise Protected(directory_id)
        async with self._work.lock.alone():
            directory = await self._work.nodes.directory(directory_id)
            require_revision(directory, expected)
            lists = (
                [Reference(DEVICES, device) for device in added],
                [Reference(DEVICES, device) for device in removed],
            )
            plan = refer(directory, NOT_SYNCHRONIZED_ON, *lists, self._work.stamp(by))
            if plan is None:
                return directory
            subtree = await self._work.nodes.subtree(directory, with_files=True)
            below: tuple[Node, ...] = (*subtree.directories, *subtree.files)
            anew = await aside(subtree, lambda: Plan(tuple(touched(node) for node in below)))
            await self._work.write(plan + anew)
            return await self._work.nodes.directory(directory_id)

    async def excluded_by(self, device: str) -> list[Directory]:
        """Return the directories that a device does not want."""
        return await self._work.exclusions.directories_of(device)

    def changes_for(self, device: str, read: ReadProfile = everything) -> DeviceChanges:
        """Return the changes feed as a device sees it whose profile `read` reads."""
        work = self._work
        return DeviceChanges(work.database, work.nodes, DeviceSight(work, device, read))

    async def profile_changed(self, device: str, read: ReadProfile) -> None:
        """Let a device that reads its feed know at once that its profile is another."""
        held = self._work.held
        if device in held.followed or device in held.all():
            await DeviceSight(self._work, device, read).renew()

    async def forget_device(self, device: str) -> None:
        """Keep nothing of a device that is gone: no move looks at what it saw any more."""
        held = self._work.held
        held.followed.discard(device)
        async with self._work.lock.alone():
            if (edit := await held.edit(device, EVERYTHING)) is not None:
                await self._work.write(Plan(profiles=(edit,)))

    async def trash_seen(
        self,
        node_id: str,
        device: str,
        read: ReadProfile = everything,
        *,
        expected: Revision | None = None,
        by: By = "",
    ) -> Node:
        """Put into the trash what a device sees of a node, and nothing that it does not see.

        Directories on the way to what is hidden from it stay. Raises as `trash` does, and
        NodeMissing for what the device does not see at all.
        """
        async with self._work.lock.alone():
            node = await self._work.trashable(node_id, expected)
            plan, taken, stamp = NOTHING, set[str](), self._work.stamp(by)
            for whole in await self._seen(node, device, read):
                plan += await self._work.planner.thrown_away(whole, stamp, taken)
            await self._work.write(plan)
            return await self._work.nodes.get(node_id)

    async def destroy_seen(
        self,
        node_id: str,
        device: str,
        read: ReadProfile = everything,
        *,
        expected: Revision | None = None,
        trashed: bool = False,
    ) -> None:
        """Delete for good what a device sees of a node; the rest stays, with the way to it.

        Raises as `destroy` does, and NodeMissing for what the device does not see at all.
        """
        async with self._work.lock.alone():
            node = await self._work.unprotected(node_id, expected)
            plan = NOTHING
            for whole in await self._seen(node, device, read):
                plan += await self._work.gone(whole, trashed=trashed)
            await self._work.write(plan)

    async def empty_trash_seen(self, device: str, read: ReadProfile = everything) -> int:
        """Destroy what a device sees of the trash; return how many things that was at its top."""
        listed = [node async for page in self._work.nodes.children(TRASH_ID) for node in page]
        gone = 0
        for node in listed:
            try:
                await self.destroy_seen(node.id, device, read, trashed=True)
            except (NodeMissing, NotInTrash):  # hidden, or somebody was faster
                continue
            gone += 1
        return gone

    async def _seen(self, node: Node, device: str, read: ReadProfile) -> list[Node]:
        """Return the largest parts of a node that hold nothing hidden from a device.

        Raises NodeMissing for what is hidden itself.
        """
        view = await DeviceSight(self._work, device, read).present_view()
        path = await self._work.nodes.path_of(node)
        if not view.shows(item_of(node, path)):
            raise NodeMissing(node.id)
        subtree = Subtree(node, path)
        if view.below(path) is not True:
            subtree = await self._work.nodes.subtree(node, with_files=True)
        return [whole for whole, _ in parted_by(view, subtree).whole]
