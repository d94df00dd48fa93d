"""What brings a client from what it saw at a sequence to what a view shows now, as paths.

The client knows things by their paths, so a node that is moved leaves one and comes to another; and
with a directory all below it does. What is told may be more than what changed, never less: a path
that is told as gone has nothing there that is seen, one that is told as present has something.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from doctypes.files.document import Departure
from doctypes.files.errors import NodeMissing
from doctypes.files.node import ROOT_ID, TRASH_ID, Directory, Node
from doctypes.files.node_reader import NodeReader, nodes_of
from doctypes.files.paths import ROOT_PATH, TRASH_PATH, is_below, is_in_trash, joined, parted
from doctypes.files.seen import item_of
from doctypes.profiles.view import Item, View
from replication.core.change import ChangesQuery
from replication.store.protocol import Database


@dataclass(frozen=True, slots=True)
class Seen:
    """What a client was told last: all that a view showed at a sequence."""

    sequence: int
    view: View


@dataclass(slots=True)
class Difference:
    """Paths with the ids of what is there now and may be new, and paths where nothing is seen."""

    present: dict[str, str] = field(default_factory=dict)
    absent: set[str] = field(default_factory=set)

    def settled(self) -> "Difference":
        """Return each path once, and of what is gone the top alone."""
        gone = self.absent - self.present.keys()
        return Difference(self.present, {path for path in gone if not _has_above(path, gone)})


def _has_above(path: str, gone: set[str]) -> bool:
    while path != ROOT_PATH:
        path, _ = parted(path)
        if path in gone:
            return True
    return False


class Comparing:
    """Works a difference out, below one directory; read the sequence that it leads to before."""

    def __init__(
        self,
        database: Database,
        nodes: NodeReader,
        top: Directory,
        before: Seen,
        view: View,
        departures: Sequence[Departure],
    ) -> None:
        self._database = database
        self._nodes = nodes
        self._top = top
        self._before = before
        self._view = view
        self._found = Difference()
        self._left_by: dict[str, list[Departure]] = {}
        for departure in departures:
            self._left_by.setdefault(departure.id, []).append(departure)
        self._places: dict[str, set[str]] = {ROOT_ID: {ROOT_PATH}, TRASH_ID: set()}
        self._gone: set[tuple[str, str]] = set()

    async def difference(self) -> Difference:
        """Return what changed."""
        await self._changed()
        for node_id in self._left_by:
            await self._moved(node_id)
        for one in [one for departures in self._left_by.values() for one in departures]:
            for place in await self._places_of(one.dir_id):
                await self._left(joined(place, one.name), one.id)
        if self._before.view != self._view:
            await self._reviewed(self._top, is_new=False)
        return self._found.settled()

    async def _changed(self) -> None:
        """Take in the nodes whose documents changed."""
        since, pending = self._before.sequence, 1
        while pending:
            query = ChangesQuery(since=since, include_documents=True)
            page = await self._database.changes(query)
            live = [row.document for row in page.rows if row.document and not row.deleted]
            nodes = list(nodes_of(live))
            for node, path in zip(nodes, await self._nodes.paths_of(nodes), strict=True):
                self._take_in(node, path)
            since, pending = page.last.number, page.pending

    async def _moved(self, node_id: str) -> None:
        """Take in all below a directory that is elsewhere now, or called otherwise."""
        try:
            node = await self._nodes.get(node_id)
        except NodeMissing:
            return
        if not isinstance(node, Directory) or is_in_trash(node.path):
            return
        if not (is_below(node.path, self._top.path) or is_below(self._top.path, node.path)):
            return
        subtree = await self._nodes.subtree(node, with_files=True)
        below: list[Node] = [*subtree.directories, *subtree.files]
        for one, path in zip(below, await self._nodes.paths_of(below), strict=True):
            self._take_in(one, path)

    def _take_in(self, node: Node, path: str) -> None:
        if not path or path == self._top.path or not is_below(path, self._top.path):
            return
        if is_below(path, TRASH_PATH):
            return
        if self._view.shows(item_of(node, path)):
            self._found.present[path] = node.id
        elif self._may_have_shown(path):
            self._found.absent.add(path)

    def _may_have_shown(self, path: str) -> bool:
        view = self._before.view
        return view.may_have_shown(path) or view.shows(Item(path, is_directory=True))

    async def _places_of(self, directory_id: str) -> set[str]:
        """Return every path that a directory has, or had since; more where others moved too."""
        known = self._places.get(directory_id)
        if known is not None:
            return known
        self._places[directory_id] = set()  # what hangs in a circle has none
        found = set()
        for above, name in [*self._places_left(directory_id), *await self._place_now(directory_id)]:
            found |= {joined(place, name) for place in await self._places_of(above)}
        self._places[directory_id] = found
        return found

    def _places_left(self, node_id: str) -> Iterator[tuple[str, str]]:
        return ((one.dir_id, one.name) for one in self._left_by.get(node_id, ()))

    async def _place_now(self, node_id: str) -> list[tuple[str, str]]:
        try:
            node = await self._nodes.get(node_id)
        except NodeMissing:
            return []
        return [(node.dir_id, node.name)] if node.dir_id else []

    async def _left(self, path: str, node_id: str) -> None:
        """Look at a path that a node may have left, and at what lay below it there."""
        if not (is_below(path, self._top.path) or is_below(self._top.path, path)):
            return
        if (path, node_id) in self._gone:
            return
        self._gone.add((path, node_id))
        there = await self._seen_at(path)
        if there is None:
            is_inside = path != self._top.path and is_below(path, self._top.path)
            if is_inside and self._may_have_shown(path):
                self._found.absent.add(path)
        elif isinstance(there, Directory) and there.id != node_id:
            # what lies in the one that left lay here with it; what left that one has its own note
            async for page in self._nodes.children(node_id):
                for child in page:
                    await self._left(joined(path, child.name), child.id)

    async def _seen_at(self, path: str) -> Node | None:
        if is_below(path, TRASH_PATH):
            return None
        try:
            node = await self._nodes.at(path)
        except NodeMissing:
            return None
        return node if self._view.shows(item_of(node, path)) else None

    async def _reviewed(self, directory: Directory, *, is_new: bool) -> None:
        """Compare what the two views show below a directory that the present one shows."""
        before, path = self._before.view, directory.path
        if not is_new and before.fingerprint(path) == self._view.fingerprint(path):
            return
        below: list[tuple[Directory, bool]] = []
        async for page in self._nodes.children(directory.id):
            for node in page:
                if node.id == TRASH_ID:
                    continue
                item = item_of(node, joined(path, node.name))
                was, is_now = before.shows(item), self._view.shows(item)
                if was and not is_now:
                    self._found.absent.add(item.path)
                elif is_now and not was:
                    self._found.present[item.path] = node.id
                if is_now and isinstance(node, Directory):
                    below.append((node, not was))
        for child, was_hidden in below:
            await self._reviewed(child, is_new=was_hidden)
