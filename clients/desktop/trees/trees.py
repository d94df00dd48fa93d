"""The three trees, and what holds between them."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import apsw

from clients.desktop.home.port import ROOT_ID, FeedPage, Gone, RemoteNode
from clients.desktop.model.content import Content
from clients.desktop.model.folding import Folding, folded
from clients.desktop.model.kind import Kind
from clients.desktop.trees.journal import Journal
from clients.desktop.trees.local_tree import ROOT_KEY, LocalNode, LocalTree
from clients.desktop.trees.remote_tree import RemoteTree
from clients.desktop.trees.suspects import Suspects
from clients.desktop.trees.synced_tree import SyncedNode, SyncedTree

_DIFFERING = """
SELECT id FROM remote LEFT JOIN synced USING (id) LEFT JOIN local ON local.key = synced.key
WHERE gone != 0 OR synced.id IS NULL OR local.key IS NULL
  OR remote.parent != synced.parent OR remote.name != synced.name
  OR remote.sha256 IS NOT synced.sha256 OR remote.executable != synced.executable
  OR local.parent != synced.local_parent OR local.name != synced.local_name
  OR local.sha256 IS NOT synced.sha256 OR local.executable != synced.executable
"""
_ANEW = "anew"
"""The fact that the home tells everything again, and has not come to the end."""
_UNTOLD = "SELECT id FROM synced WHERE id NOT IN (SELECT id FROM remote)"
_UNKNOWN = "SELECT key FROM local WHERE key NOT IN (SELECT key FROM synced)"


class Trees:
    """Remote, local and synced, in one file; all changes of one `transaction` are kept or none."""

    def __init__(self, connection: apsw.Connection, folding: Folding) -> None:
        self._connection = connection
        self.folding = folding
        self.suspects = Suspects()
        self.remote = RemoteTree(connection, self.suspects)
        self.synced = SyncedTree(connection, self.suspects)
        self.journal = Journal(connection)
        self.local = LocalTree(connection, lambda name: folded(name, folding), self._see_local)
        self.suspect_differing()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Keep all that is changed within, or nothing of it."""
        with self._connection:
            yield

    def suspect_differing(self) -> None:
        """Look through everything for what differs: where it is not known what was seen since."""
        for sql in (_DIFFERING, _UNTOLD):
            self.suspects.ids.update(str(row[0]) for row in self._connection.execute(sql))
        self.suspects.keys.update(int(str(row[0])) for row in self._connection.execute(_UNKNOWN))

    @property
    def feed_place(self) -> str:
        """Return how far the feed was read."""
        return self.fact("feed") or ""

    def take_in(self, page: FeedPage) -> None:
        """Take in a page of the feed with the place that it reaches."""
        with self.transaction():
            if page.is_anew:
                self.remote.clear()
                self.set_fact(_ANEW, "yes")
            for row in page.rows:
                self.told(row)
            self.set_fact("feed", page.last)
            if self.fact(_ANEW) and not page.more:
                self._forget_unlike()
                self.set_fact(_ANEW, "")

    def _forget_unlike(self) -> None:
        """Forget what was agreed on with a home that was brought back, where it has it no more.

        What it lacks is not thrown away by anybody, and what differs is not newer there: such files
        are met as if they were new on both sides, and both contents are kept.
        """
        for synced in self.synced.all():
            remote = self.remote.seen(synced.id)
            if remote is None or remote.content != synced.content:
                self.synced.drop(synced)
                if remote is None:
                    self.remote.drop(synced.id)

    def told(self, row: RemoteNode | Gone) -> None:
        """Take in what the home said of a node."""
        if isinstance(row, RemoteNode):
            self.remote.put(row)
        else:
            self.gone(row)

    def gone(self, gone: Gone) -> None:
        """Take in that a node is gone, and what is in it with it."""
        for node_id in (*self.remote.below(gone.id), gone.id):
            is_synced = self.synced.get(node_id) is not None
            self.remote.take_away(Gone(node_id, gone.trashed), is_synced=is_synced)

    def forget(self, node_id: str) -> None:
        """Forget that a node was on both sides."""
        synced = self.synced.get(node_id)
        if synced is not None:
            self.synced.drop(synced)
        if isinstance(self.remote.get(node_id), Gone):
            self.remote.drop(node_id)

    def join(self, remote: RemoteNode, local: LocalNode) -> None:
        """Take in that these two are the same, as they were when that was found."""
        node = SyncedNode(
            *(remote.id, local.key, remote.parent_id, remote.name, local.parent, local.name),
            *(remote.kind, remote.content, remote.executable),
        )
        self.synced.put(node)
        self.end_offer(local.key)

    def adopt(self, remote: RemoteNode, local: LocalNode) -> None:
        """Take in that the home has a node by our doing, which was moved on the disk since."""
        self.join(remote, local)
        synced, parent = self.synced.get(remote.id), self.key_of(remote.parent_id)
        if synced is not None:
            before = -1 if parent is None else parent
            self.synced.put(replace(synced, local_parent=before, local_name=remote.name))

    def end_offer(self, key: int) -> None:
        """Note that the home answered."""
        local = self.local.get(key)
        if local is not None and local.offer is not None:
            self.local.put(replace(local, offer=None))

    def agree_place(self, remote: RemoteNode, local: LocalNode) -> None:
        """Take in that a node is at the same place on both sides."""
        synced = self.synced.get(remote.id)
        if synced is not None:
            agreed = replace(synced, parent_id=remote.parent_id, name=remote.name)
            self.synced.put(replace(agreed, local_parent=local.parent, local_name=local.name))

    def agree_content(self, node_id: str, content: Content | None) -> None:
        """Take in that a file has a content on both sides."""
        synced = self.synced.get(node_id)
        if synced is None:
            return
        self.synced.put(replace(synced, content=content))
        self.end_offer(synced.key)

    def agree_mark(self, node_id: str, *, executable: bool) -> None:
        """Take in that both sides let a file be run, or do not."""
        synced = self.synced.get(node_id)
        if synced is not None:
            self.synced.put(replace(synced, executable=executable))

    def key_of(self, node_id: str) -> int | None:
        """Return which node of the disk a node of the home is, if it is there."""
        if node_id == ROOT_ID:
            return ROOT_KEY
        synced = self.synced.get(node_id)
        if synced is None or self.local.get(synced.key) is None:
            return None
        return synced.key

    def id_of(self, key: int) -> str | None:
        """Return which node of the home a node of the disk is, if it is to be seen there."""
        if key == ROOT_KEY:
            return ROOT_ID
        synced = self.synced.of(key)
        if synced is None or self.remote.seen(synced.id) is None:
            return None
        return synced.id

    def fact(self, name: str) -> str | None:
        """Return something that is to be remembered."""
        sql = "SELECT value FROM fact WHERE name = ?"
        found = self._connection.execute(sql, (name,)).fetchone()
        return str(found[0]) if found else None

    def set_fact(self, name: str, value: str) -> None:
        """Remember something."""
        self._connection.execute("REPLACE INTO fact VALUES (?, ?)", (name, value))

    def files(self) -> int:
        """Return how many files are on both sides."""
        return self.synced.count(Kind.FILE)

    def _see_local(self, key: int) -> None:
        synced = self.synced.of(key)
        if synced is None:
            self.suspects.see_local(key)
        else:
            self.suspects.see(synced.id)
