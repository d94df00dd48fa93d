"""One look at the disk: what is found is matched to what was there.

A node is known again by its identity, wherever it is now; a file that a program wrote anew in the
place of another is the other, with a new content. What is nowhere to be found is gone; that is
decided last, when all that is new has been looked at.
"""

import asyncio
from collections import defaultdict, deque
from collections.abc import Callable, Iterable
from dataclasses import replace

from clients.desktop.disk.port import Changed, Disk, Entry, EntryKind, RootState, Unwritable
from clients.desktop.trees.local_tree import ROOT_KEY, LocalNode
from clients.desktop.trees.trees import Trees

Found = tuple[int, Entry]
"""The key of a directory, and what was found in it that was not there."""


class RootLost(Exception):
    """The folder is not there, or another is in its place: nothing that was seen of it counts."""

    def __init__(self, state: RootState) -> None:
        super().__init__(state.value)
        self.state = state


class Look:
    """Directories are listed one after the other; `lock` keeps our own writing out meanwhile."""

    def __init__(
        self, disk: Disk, trees: Trees, is_ignored: Callable[[str], bool], lock: asyncio.Lock
    ) -> None:
        self._disk = disk
        self._trees = trees
        self._is_ignored = is_ignored
        self._lock = lock
        self._queue: deque[int] = deque()
        self._is_deep = False
        self._tried: set[int] = set()
        self._seen: set[int] = set()
        self._lost: dict[int, LocalNode] = {}
        self._places: dict[tuple[int, str, EntryKind], LocalNode] = {}
        self._found: list[Found] = []
        self.unreadable: list[str] = []
        self.vanished: list[int] = []
        """Directories that were not there when it was their turn: look again from above them."""

    async def at_all(self) -> None:
        """Look at the whole folder. Raises RootLost, and whatever the disk raises."""
        self._is_deep = True
        await self._run((ROOT_KEY,))

    async def at(self, directories: Iterable[int]) -> None:
        """Look at these directories, and at those that are new or moved with all in them."""
        await self._run(directories)

    async def _run(self, directories: Iterable[int]) -> None:
        self._queue.extend(directories)
        while self._queue:
            while self._queue:
                await self._list(self._queue.popleft())
            with self._trees.transaction():
                self._resolve()
        state = await self._disk.root_state()
        if state is not RootState.HERE:
            raise RootLost(state)
        with self._trees.transaction():
            for key in self._lost:
                self._trees.local.remove(key)

    async def _list(self, key: int) -> None:
        is_tried = key in self._tried
        self._tried.add(key)
        if is_tried or not self._trees.local.is_directory(key):
            return
        path = self._trees.local.path(key)
        async with self._lock:
            try:
                entries = await self._disk.list(path)
                await self._require_here(key, path)
            except Changed:
                self.vanished.append(key)
                return
            except Unwritable:
                self.unreadable.append(path)
                return
            with self._trees.transaction():
                self._compare(key, path, entries)

    async def _require_here(self, key: int, path: str) -> None:
        """Raise Changed unless what was listed is the directory that is known by this key.

        Another may have its place by now: what is missing there is not gone.
        """
        node = self._trees.local.get(key)
        if key == ROOT_KEY or node is None:
            return
        found = await self._disk.look(path)
        if found is None or not _is_same(node, found):
            raise Changed(path, "another directory is there now")

    def _compare(self, key: int, path: str, entries: list[Entry]) -> None:
        self._found = [found for found in self._found if found[0] != key]
        known: dict[str, list[LocalNode]] = defaultdict(list)
        for node in self._trees.local.children(key):
            known[node.name].append(node)
        for entry in sorted(entries, key=lambda entry: entry.name):
            if self._leaves_alone(path, entry):
                continue
            nodes = known[entry.name]
            same = next((node for node in nodes if _is_same(node, entry)), None)
            if same is None:
                self._found.append((key, entry))
            else:
                nodes.remove(same)
                self._take(same, key, entry, is_new=False)
        for nodes in known.values():
            self._lost.update(
                (node.key, node)
                for node in nodes
                if node.key not in self._seen and not self._leaves_alone(path, node.entry)
            )

    def _leaves_alone(self, path: str, entry: Entry) -> bool:
        """Say whether an entry of a directory is ignored: also when it is gone, nothing is done."""
        whole = f"{path}/{entry.name}" if path else entry.name
        return self._is_ignored(f"{whole}/" if entry.kind is EntryKind.DIRECTORY else whole)

    def _take(self, node: LocalNode, parent: int, entry: Entry, *, is_new: bool) -> None:
        """Take in what a node is now, and look into it where that is called for."""
        self._seen.add(node.key)
        self._lost.pop(node.key, None)
        content = node.content if _is_untouched(node.entry, entry) else None
        self._trees.local.put(replace(node, parent=parent, entry=entry, content=content))
        if entry.kind is EntryKind.DIRECTORY and (is_new or self._is_deep):
            self._tried.discard(node.key)
            self._queue.append(node.key)

    def _resolve(self) -> None:
        """Match what was found to what was lost; what cannot be told yet stays for later."""
        identities = {entry.identity for _, entry in self._found}
        self._places = {(node.parent, node.name, node.kind): node for node in self._lost.values()}
        later: list[Found] = []
        rest: list[Found] = []
        for found in self._found:
            parent, entry = found
            written_over = self._written_over(parent, entry)
            if written_over is not None and written_over.entry.identity not in identities:
                self._take(written_over, parent, entry, is_new=True)
                continue
            node, is_open = self._identified(entry)
            if node is not None and node.key in (parent, *self._trees.local.above(parent)):
                self.vanished.append(parent)  # listed in between: nothing lies in itself
            elif node is not None:
                self._take(node, parent, entry, is_new=True)
            else:
                (later if is_open else rest).append(found)
        self._found = later
        for parent, entry in rest:
            self._settle(parent, entry)

    def _identified(self, entry: Entry) -> tuple[LocalNode | None, bool]:
        """Return the node that was moved here; or whether a directory must be looked at first."""
        is_open = False
        for node in self._trees.local.identified(entry.identity):
            if node.entry.kind is not entry.kind or node.key in self._seen:
                continue
            ways = (node.key, *self._trees.local.above(node.key))
            if any(key in self._lost for key in ways):
                return node, False
            if node.parent not in self._tried:
                self._queue.append(node.parent)
                is_open = True
        return None, is_open

    def _written_over(self, parent: int, entry: Entry) -> LocalNode | None:
        """Return the file that the home knows, and that had this place until it was written over.

        Programs save by writing beside, and moving that over the file.
        """
        node = self._lost_at(parent, entry)
        if node is None or entry.kind is not EntryKind.FILE:
            return None
        return node if self._trees.synced.of(node.key) is not None else None

    def _lost_at(self, parent: int, entry: Entry) -> LocalNode | None:
        node = self._places.get((parent, entry.name, entry.kind))
        return node if node is not None and node.key in self._lost else None

    def _settle(self, parent: int, entry: Entry) -> None:
        """Take in what no lost node is: it follows one of its name and kind, or it is new."""
        node = self._lost_at(parent, entry) or self._trees.local.add(parent, entry)
        self._take(node, parent, entry, is_new=True)


def _is_same(node: LocalNode, entry: Entry) -> bool:
    return node.entry.identity == entry.identity and node.entry.kind is entry.kind


def _is_untouched(before: Entry, now: Entry) -> bool:
    """Say whether a file still holds what it held: any time that differs is doubt enough."""
    return replace(before, name=now.name, executable=now.executable) == now
