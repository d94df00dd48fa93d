"""Verbs that change the shape of the tree: move, copy, trash, restore, destroy."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta

from doctypes.files import copies, moves, trash
from doctypes.files.amending import NOTHING_AMENDED, Amendment, amend
from doctypes.files.aside import aside
from doctypes.files.authors import By
from doctypes.files.errors import (
    MoveIntoItself,
    NodeMissing,
    NotInTrash,
    Protected,
)
from doctypes.files.names import legal_name
from doctypes.files.node import TRASH_ID, Directory, Node
from doctypes.files.paths import is_below, is_in_trash
from doctypes.files.plan import Place, Subtree
from doctypes.files.workspace import Verbs
from replication.core.revision import Revision


class ShapeVerbs(Verbs):
    """Each change is one transaction, whatever lies below."""

    async def move(  # noqa: PLR0913  # a request may say all of it, and it is one transaction
        self,
        node_id: str,
        parent_id: str,
        name: str,
        *,
        replace: bool = False,
        distinct: bool = False,
        change: Amendment = NOTHING_AMENDED,
        expected: Revision | None = None,
        by: By = "",
    ) -> Node:
        """Put a node elsewhere, or rename it; it keeps its id and its dates, but for the `change`.

        With `replace`, what is in the way goes into the trash in the same transaction; with
        `distinct`, a name that differs by case from one that is there is refused. Raises
        NotADirectory, NameTaken, LookAlike, MoveIntoItself, Protected, OlderThanStored.
        """
        name = legal_name(name)
        async with self._work.lock.alone():
            node = await self._work.unprotected(node_id, expected)
            stamp = self._work.stamp(by)
            if (node.dir_id, node.name) == (parent_id, name):
                plan = amend(node, change, stamp)
                if plan is not None:
                    await self._work.write(plan)
                return node if plan is None else await self._work.nodes.get(node_id)
            planner = self._work.planner
            parent = await planner.parent(parent_id, name)
            path = await self._work.nodes.path_of(node)
            if is_below(parent.path, path):
                raise MoveIntoItself(node_id)
            cleared = await planner.cleared(parent, name, node, stamp, replace=replace, moved=True)
            if distinct:
                await planner.require_distinct(parent, name, node)
            touch = await self._work.crosses_border(node, parent)
            subtree = await self._work.nodes.subtree(node, with_files=touch or is_in_trash(path))
            moved = await aside(
                subtree,
                lambda: moves.move(subtree, Place.of(parent), name, stamp, change, touch=touch),
            )
            await self._work.write(cleared + moved)
            return await self._work.nodes.get(node_id)

    async def copy(
        self,
        node_id: str,
        parent_id: str,
        name: str,
        *,
        replace: bool = False,
        free: bool = False,
        deep: bool = True,
        by: By = "",
    ) -> Node:
        """Copy a node, with all below it if `deep`; contents are shared, not copied.

        With `replace`, what is in the way goes into the trash in the same transaction; with `free`,
        the copy takes the first name like `x (2).docx` that is free. Raises NotADirectory,
        NameTaken, MoveIntoItself, QuotaExceeded, and Protected for the trash as a whole.
        """
        name = legal_name(name)
        if node_id == TRASH_ID:
            raise Protected(node_id)
        async with self._work.lock.alone():
            nodes, planner = self._work.nodes, self._work.planner
            node = await nodes.get(node_id)
            parent = await planner.parent(parent_id, name)
            path = await nodes.path_of(node)
            if deep and is_below(parent.path, path):
                raise MoveIntoItself(node_id)
            stamp = self._work.stamp(by)
            if free:
                is_file = not isinstance(node, Directory)
                name = await planner.free_name(parent.id, name, is_file=is_file)
            cleared = await planner.cleared(parent, name, node, stamp, replace=replace)
            subtree = await nodes.subtree(node, with_files=True) if deep else Subtree(node, path)
            place = Place.of(parent)
            copy_id, plan = await aside(
                subtree, lambda: copies.copy(subtree, place, name, self._work.new_id, stamp)
            )
            await self._work.write(cleared + plan)
            return await nodes.get(copy_id)

    async def trash(self, node_id: str, *, expected: Revision | None = None, by: By = "") -> Node:
        """Put a node, with all below it, into the trash. Raises Protected, AlreadyInTrash."""
        async with self._work.lock.alone():
            node = await self._work.trashable(node_id, expected)
            await self._work.write(await self._work.planner.thrown_away(node, self._work.stamp(by)))
            return await self._work.nodes.get(node_id)

    async def restore(self, node_id: str, *, by: By = "") -> Node:
        """Put a node back where it was thrown away, under a free name like `x (2).docx`.

        Directories on the way that are gone are made again; where a file has the name of one, the
        way ends there. Raises NotInTrash.
        """
        async with self._work.lock.alone():
            node = await self._work.nodes.get(node_id)
            path = await self._work.nodes.path_of(node)
            if not is_in_trash(path):
                raise NotInTrash(node_id)
            stamp = self._work.stamp(by)
            await self._work.write(await self._work.planner.taken_back(node, path, stamp))
            return await self._work.nodes.get(node_id)

    async def destroy(
        self, node_id: str, *, expected: Revision | None = None, trashed: bool = False
    ) -> None:
        """Delete a node, all below it and all their versions for good.

        With `trashed`, only what is in the trash: NotInTrash. Raises Protected.
        """
        async with self._work.lock.alone():
            node = await self._work.unprotected(node_id, expected)
            await self._work.write(await self._work.gone(node, trashed=trashed))

    async def trashed(self) -> AsyncIterator[list[Node]]:
        """List what lies directly in the trash, in pages, by name."""
        async for page in self._work.nodes.children(TRASH_ID):
            yield page

    async def empty_trash(self, *, older_than: timedelta | None = None) -> int:
        """Destroy what is in the trash; return how many things that was, counted at its top.

        With `older_than`, only what was thrown away so long ago. Each goes in a transaction of its
        own: what somebody restores meanwhile stays.
        """
        before = None if older_than is None else self._work.clock() - older_than
        listed = [node async for page in self.trashed() for node in page]
        gone = 0
        for node in listed:
            if before is None or _thrown_away_at(node) < before:
                gone += await self._destroyed(node)
        return gone

    async def _destroyed(self, node: Node) -> bool:
        try:
            await self.destroy(node.id, trashed=True)
        except (NodeMissing, NotInTrash):
            return False
        return True


def _thrown_away_at(node: Node) -> datetime:
    return trash.thrown_away_at(node) or node.updated_at
