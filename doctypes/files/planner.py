"""Plans that depend on what is there: free names, what is in the way, the way back from the trash.

It looks things up and decides; it writes nothing. The caller holds the lock meanwhile.
"""

from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet

from doctypes.files import creation, trash
from doctypes.files.aside import aside
from doctypes.files.document import Stamp
from doctypes.files.errors import (
    LookAlike,
    MoveIntoItself,
    NameTaken,
    NotADirectory,
    ParentInTrash,
    Protected,
)
from doctypes.files.names import ConflictNames, composed, look_alike
from doctypes.files.node import ROOT_ID, TRASH_ID, Directory, File, Node
from doctypes.files.node_reader import NodeReader
from doctypes.files.paths import ROOT_PATH, checked_depth, is_below, is_in_trash, joined, names_of
from doctypes.files.plan import NOTHING, Place, Plan

PROTECTED = frozenset({ROOT_ID, TRASH_ID})


class Planner:
    """Decides on what a reader finds; `new_id` returns an id that nobody has."""

    def __init__(self, nodes: NodeReader, new_id: Callable[[], str]) -> None:
        self._nodes = nodes
        self._new_id = new_id

    async def parent(self, parent_id: str, name: str) -> Directory:
        """Return a directory if it may take this name in.

        Raises NodeMissing, NotADirectory, TooDeep, and ParentInTrash if it is the trash or in it.
        """
        parent = await self._nodes.directory(parent_id)
        if parent.id == TRASH_ID or is_in_trash(parent.path):
            raise ParentInTrash(parent_id)
        checked_depth(joined(parent.path, name))
        return parent

    async def require_free(self, parent: Directory, name: str, *, distinct: bool = False) -> None:
        """Raise NameTaken if something in the directory has this name; `distinct`: LookAlike."""
        if await self._nodes.child(parent.id, name) is not None:
            raise NameTaken(parent.id, name)
        if distinct:
            await self.require_distinct(parent, name)

    async def require_distinct(
        self, parent: Directory, name: str, besides: Node | None = None
    ) -> None:
        """Raise LookAlike if something in the directory has a name that looks like this one."""
        seen = look_alike(name)
        async for page in self._nodes.children(parent.id):
            for node in page:
                if look_alike(node.name) == seen and (besides is None or node.id != besides.id):
                    raise LookAlike(parent.id, name, node.name)

    async def free_name(
        self, directory_id: str, name: str, *, is_file: bool, taken: AbstractSet[str] = frozenset()
    ) -> str:
        """Return the name, or the first like `x (2).docx` that nothing in the directory has.

        `taken` are names in NFC that are planned to be given there.
        """
        if composed(name) not in taken and await self._nodes.child(directory_id, name) is None:
            return name
        others = ConflictNames(name, is_file=is_file)
        there = await self._nodes.names_beginning(directory_id, others.beginning)
        return others.first_free(there | taken)

    async def cleared(
        self,
        parent: Directory,
        name: str,
        source: Node,
        stamp: Stamp,
        *,
        replace: bool,
        moved: bool = False,
    ) -> Plan:
        """Throw away what has this name, for a node to take it; one that is `moved` may have it.

        Raises NameTaken unless `replace`, Protected, and MoveIntoItself if that holds the node.
        """
        target = await self._nodes.child(parent.id, name)
        if target is None or (moved and target.id == source.id):
            return NOTHING
        if not replace:
            raise NameTaken(parent.id, name)
        if target.id in PROTECTED:
            raise Protected(target.id)
        if is_below(await self._nodes.path_of(source), await self._nodes.path_of(target)):
            raise MoveIntoItself(target.id)
        return await self.thrown_away(target, stamp)

    async def thrown_away(self, node: Node, stamp: Stamp, taken: set[str] | None = None) -> Plan:
        """Put a node into the trash, under a name that is free there, and enter it as `taken`."""
        taken = set() if taken is None else taken
        subtree = await self._nodes.subtree(node, with_files=True)
        is_file = isinstance(node, File)
        name = await self.free_name(TRASH_ID, node.name, is_file=is_file, taken=taken)
        taken.add(composed(name))
        return await aside(subtree, lambda: trash.throw_away(subtree, name, stamp))

    async def taken_back(self, node: Node, path: str, stamp: Stamp) -> Plan:
        """Put a node whose path lies in the trash back where it came from."""
        subtree = await self._nodes.subtree(node, with_files=True)
        thrown_away = await self._nodes.at(joined(trash.TRASH.path, names_of(path)[1]))
        place, made = await self._way_to(trash.restore_path(thrown_away, path), stamp)
        name = trash.restore_name(node) if node.id == thrown_away.id else node.name
        free = await self.free_name(place.id, name, is_file=isinstance(node, File))
        back = await aside(subtree, lambda: trash.take_back(subtree, place, free, stamp))
        return made + back

    async def _way_to(self, path: str, stamp: Stamp) -> tuple[Place, Plan]:
        """Follow a path down to where it ends, or to where a file stands in the way.

        What is missing of it is planned to be made.
        """
        here, names = Place(ROOT_ID, ROOT_PATH), names_of(path)
        while names:
            found = await self._nodes.child(here.id, names[0])
            if found is None:
                return self._made_below(here, names, stamp)
            if isinstance(found, File):
                break
            here, names = Place.of(found), names[1:]
        return here, NOTHING

    async def made(self, names: Sequence[str], stamp: Stamp) -> tuple[Place, Plan]:
        """Follow names down from the root, and plan to make those that are missing.

        Raises NotADirectory where a file is in the way, Protected, TooDeep.
        """
        here = await self._nodes.directory(ROOT_ID)
        for place, name in enumerate(names):
            found = await self._nodes.child(here.id, name)
            if found is None:
                await self.parent(here.id, name)
                checked_depth(joined(here.path, "/".join(names[place:])))
                return self._made_below(Place.of(here), list(names[place:]), stamp)
            if isinstance(found, File):
                raise NotADirectory(found.id)
            here = found
        return Place.of(here), NOTHING

    def _made_below(self, here: Place, names: list[str], stamp: Stamp) -> tuple[Place, Plan]:
        plan = NOTHING
        for name in names:
            made = Place(self._new_id(), here.path_of(name))
            plan += creation.new_directory(made.id, here, name, stamp)
            here = made
        return here, plan
