"""Verbs for who sees a part of the tree: hidden is never deleted, and never carried along."""

from collections.abc import Sequence
from typing import NamedTuple

from doctypes.files import copies, creation, moves
from doctypes.files.authors import By
from doctypes.files.document import Stamp
from doctypes.files.errors import MoveIntoItself
from doctypes.files.names import legal_name
from doctypes.files.node import ROOT_ID, TRASH_ID, Directory, Node
from doctypes.files.paths import is_below, is_in_trash, joined, parted
from doctypes.files.plan import NOTHING, Place, Plan, Subtree, all_of
from doctypes.files.seen import Parted, item_of, parted_by
from doctypes.files.usage import usage_of
from doctypes.files.workspace import Verbs
from doctypes.profiles.profile import Profile
from doctypes.profiles.view import View
from replication.core.revision import Revision


class Done(NamedTuple):
    """A node after a verb, and whether something of it stayed where it was, since it is hidden."""

    node: Node
    stays: bool


class ViewVerbs(Verbs):
    """The views are those of `view_for`; nodes are ones that the view shows."""

    async def view_for(self, profile: Profile, device: str = "") -> View:
        """Return what a profile shows now, less what the device left out by Cozy's list."""
        return await self._work.borders.view(profile, device)

    async def size_seen(self, view: View, directory_id: str = ROOT_ID) -> int:
        """Count the bytes of all files below a directory that a view shows."""
        top = await self._work.nodes.directory(directory_id)
        subtree = await self._work.nodes.subtree(top, with_files=True)
        paths = {node.id: node.path for node in (top, *subtree.directories)}
        shown = (
            file
            for file in subtree.files
            if not file.trashed and view.shows(item_of(file, joined(paths[file.dir_id], file.name)))
        )
        return usage_of(shown).files

    async def trash_seen_by(
        self, view: View, node_id: str, *, expected: Revision | None = None, by: By = ""
    ) -> Done:
        """Put what a view shows of a node into the trash. Raises as `trash`."""
        async with self._work.lock.alone():
            node = await self._work.trashable(node_id, expected)
            part = await self._parted(view, node)
            stamp, taken = self._work.stamp(by), set[str]()
            plan = NOTHING
            for top, _ in part.whole:
                plan += await self._work.planner.thrown_away(top, stamp, taken)
            return await self._done(plan, node_id, part)

    async def move_seen_by(
        self,
        view: View,
        node_id: str,
        parent_id: str,
        name: str,
        *,
        expected: Revision | None = None,
        by: By = "",
    ) -> Done:
        """Put what a view shows of a directory elsewhere, where nothing is in the way.

        Where something hidden stays, directories are made anew on the other side to hold the rest.
        Raises as `move`.
        """
        name = legal_name(name)
        async with self._work.lock.alone():
            node = await self._work.unprotected(node_id, expected)
            parent, part = await self._ends(view, node, parent_id, name)
            stamp = self._work.stamp(by)
            places, plan = self._remade(part, Place.of(parent), name, stamp)
            plans = [plan]
            for top, path in part.whole:
                place, called = self._target(places, top, path, (Place.of(parent), name, node))
                touch = await self._work.crosses_border(top, parent)
                subtree = await self._work.nodes.subtree(top, with_files=touch)
                plans.append(moves.move(subtree, place, called, stamp, touch=touch))
            made = places[node.id].id if node.id in places else node.id
            return await self._done(all_of(plans), made, part)

    async def copy_seen_by(
        self, view: View, node_id: str, parent_id: str, name: str, *, by: By = ""
    ) -> Node:
        """Copy what a view shows of a directory to a free name. Raises as `copy`."""
        name = legal_name(name)
        async with self._work.lock.alone():
            node = await self._work.nodes.get(node_id)
            parent, part = await self._ends(view, node, parent_id, name)
            stamp = self._work.stamp(by)
            places, plan = self._remade(part, Place.of(parent), name, stamp)
            plans, made = [plan], places[node.id].id if node.id in places else ""
            for top, path in part.whole:
                place, called = self._target(places, top, path, (Place.of(parent), name, node))
                subtree = await self._work.nodes.subtree(top, with_files=True)
                copied, more = copies.copy(subtree, place, called, self._work.new_id, stamp)
                plans.append(more)
                made = made or copied
            return (await self._done(all_of(plans), made, part)).node

    async def directories(self, node_ids: Sequence[str]) -> list[Directory]:
        """Return those of many directories that are there and not in the trash."""
        found = await self._work.nodes.get_many(node_ids)
        directories = [node for node in found if isinstance(node, Directory)]
        return [one for one in directories if one.id != TRASH_ID and not is_in_trash(one.path)]

    async def subdirectories(self, directory_id: str) -> Sequence[str]:
        """Return the ids of the directories directly in one. Raises NodeMissing, NotADirectory."""
        directory = await self._work.nodes.directory(directory_id)
        return [
            node.id
            async for page in self._work.nodes.children(directory.id)
            for node in page
            if isinstance(node, Directory)
        ]

    async def _ends(
        self, view: View, node: Node, parent_id: str, name: str
    ) -> tuple[Directory, Parted]:
        parent = await self._work.planner.parent(parent_id, name)
        if is_below(parent.path, await self._work.nodes.path_of(node)):
            raise MoveIntoItself(node.id)
        await self._work.planner.require_free(parent, name)
        return parent, await self._parted(view, node)

    async def _parted(self, view: View, node: Node) -> Parted:
        path = await self._work.nodes.path_of(node)
        with_files = view.below(path) is not True
        if not with_files:
            return parted_by(view, Subtree(node, path))
        return parted_by(view, await self._work.nodes.subtree(node, with_files=True))

    def _remade(
        self, part: Parted, parent: Place, name: str, stamp: Stamp
    ) -> tuple[dict[str, Place], Plan]:
        """Plan directories on the other side for those that something hidden stays in."""
        places: dict[str, Place] = {}
        plan = NOTHING
        for directory, _ in part.broken:
            above = places.get(directory.dir_id)
            within, called = (parent, name) if above is None else (above, directory.name)
            place = Place(self._work.new_id(), within.path_of(called))
            plan += creation.new_directory(place.id, within, called, stamp)
            places[directory.id] = place
        return places, plan

    @staticmethod
    def _target(
        places: dict[str, Place], top: Node, path: str, whole: tuple[Place, str, Node]
    ) -> tuple[Place, str]:
        parent, name, node = whole
        if top.id == node.id:
            return parent, name
        return places[top.dir_id], parted(path)[1]

    async def _done(self, plan: Plan, node_id: str, part: Parted) -> Done:
        if plan.edits:
            await self._work.write(plan)
        return Done(await self._work.nodes.get(node_id), bool(part.broken))
