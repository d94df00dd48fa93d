"""What every step needs: the two sides, and what is known of them."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

from clients.desktop.disk.port import Disk, Entry
from clients.desktop.engine.meter import Meter
from clients.desktop.home.port import FeedPage, Gone, Home, HomeError, RemoteNode, Unreachable
from clients.desktop.model.names import composed
from clients.desktop.trees.local_tree import LocalNode, Offer
from clients.desktop.trees.trees import Trees


class Outdated(Exception):
    """The trees are not what the step was planned on any more; nothing was done."""


@dataclass(slots=True)
class Sides:
    """The disk, the home, and what is known of them.

    `lock` is held while a directory is listed, and while something is put on the disk and noted:
    so no list is taken in that is older than what we did.
    """

    disk: Disk
    home: Home
    trees: Trees
    meter: Meter
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    _making: list[Offer] = field(default_factory=list)
    _gone_meanwhile: dict[str, Gone] = field(default_factory=dict)

    @contextmanager
    def creation(self, offer: Offer) -> Iterator[None]:
        """Remember what is told to be gone meanwhile: it may be what is being made."""
        self._making.append(offer)
        try:
            yield
        finally:
            self._making.remove(offer)
            if not self._making:
                self._gone_meanwhile.clear()

    def being_made(self) -> set[str]:
        """Return who may be what the home is just making: its answer tells whose they are."""
        found = (self.trees.remote.named(it.parent_id, it.name) for it in self._making)
        return {node.id for node in found if node is not None}

    @contextmanager
    def offering(self, node: LocalNode, offer: Offer) -> Iterator[None]:
        """Remember what the home is asked, until it has answered in whatever way."""
        with self.trees.transaction():
            self.trees.local.put(replace(node, offer=offer))
        try:
            yield
        except Unreachable:
            raise
        except HomeError:
            self.trees.end_offer(node.key)
            raise

    def take_in(self, page: FeedPage) -> None:
        """Take in a page of the feed."""
        if self._making:
            gone = {row.id: row for row in page.rows if isinstance(row, Gone)}
            back = [row.id for row in page.rows if isinstance(row, RemoteNode)]
            self._gone_meanwhile.update(gone)
            for node_id in back:
                self._gone_meanwhile.pop(node_id, None)
        self.trees.take_in(page)

    def note_created(self, remote: RemoteNode, local: LocalNode) -> None:
        """Take in that the home made a node of one of the disk, as that was when it was asked."""
        with self.trees.transaction():
            self.trees.told(remote)
            if self.trees.synced.get(remote.id) is None:
                self.trees.join(remote, local)
            else:  # the feed was quicker, and it was fetched as somebody else's
                self.trees.end_offer(local.key)
            if remote.id in self._gone_meanwhile:
                self.trees.gone(self._gone_meanwhile[remote.id])

    def local(self, key: int) -> LocalNode:
        """Return a node of the disk. Raises Outdated."""
        found = self.trees.local.get(key)
        if found is None:
            raise Outdated(str(key))
        return found

    def remote(self, node_id: str) -> RemoteNode:
        """Return a node of the home. Raises Outdated."""
        found = self.trees.remote.seen(node_id)
        if found is None:
            raise Outdated(node_id)
        return found

    def told(self, name: str) -> str:
        """Return a name of the disk as the home is told of it."""
        return composed(name) if self.trees.folding.unicode else name

    def path(self, parent: int, name: str) -> str:
        """Return where a name in a directory of the disk is."""
        above = self.trees.local.path(parent)
        return f"{above}/{name}" if above else name

    def note_entry(self, node: LocalNode, parent: int, entry: Entry) -> LocalNode:
        """Take in where a node of the disk is now, and that its content is what it was."""
        moved = LocalNode(node.key, parent, entry, node.content, node.offer)
        if (entry.size, entry.modified) != (node.entry.size, node.entry.modified):
            moved = LocalNode(node.key, parent, entry, None, node.offer)
        self.trees.local.put(moved)
        return moved
