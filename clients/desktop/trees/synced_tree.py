"""What both sides last agreed on: the base of every decision."""

from collections.abc import Iterator
from dataclasses import dataclass

import apsw

from clients.desktop.model.content import Content
from clients.desktop.model.kind import Kind
from clients.desktop.trees.schema import named, stored
from clients.desktop.trees.suspects import Suspects


@dataclass(frozen=True, slots=True)
class SyncedNode:
    """A node that is on both sides, or was: `id` in the home is `key` on the disk.

    Both places are kept as each side spelt them, for a disk may spell a name another way.
    """

    id: str
    key: int
    parent_id: str
    name: str
    local_parent: int
    local_name: str
    kind: Kind
    content: Content | None = None
    executable: bool = False


_COLUMNS = "id, key, parent, name, local_parent, local_name, kind, sha256, size, executable"


class SyncedTree:
    """Nodes by their id in the home, and by their key on the disk."""

    def __init__(self, connection: apsw.Connection, suspects: Suspects) -> None:
        self._connection = connection
        self._suspects = suspects

    def get(self, node_id: str) -> SyncedNode | None:
        """Return what was agreed on."""
        return next(self._found("id = ?", node_id), None)

    def of(self, key: int) -> SyncedNode | None:
        """Return what was agreed on for a node of the disk."""
        return next(self._found("key = ?", key), None)

    def put(self, node: SyncedNode) -> None:
        """Take in what is agreed on now. Who was the other of one of the two is looked at again."""
        self._part(node)
        content = node.content
        values = (
            *(node.id, node.key, node.parent_id, stored(node.name), node.local_parent),
            *(stored(node.local_name), node.kind.value),
            *((None, None) if content is None else (content.sha256, content.size)),
            int(node.executable),
        )
        sql = f"REPLACE INTO synced ({_COLUMNS}) VALUES (?,?,?,?,?,?,?,?,?,?)"
        self._connection.execute(sql, values)
        self._suspects.see(node.id)

    def _part(self, node: SyncedNode) -> None:
        before, other = self.get(node.id), self.of(node.key)
        if before is not None and before.key != node.key:
            self.drop(before)
        if other is not None and other.id != node.id:
            self.drop(other)

    def drop(self, node: SyncedNode) -> None:
        """Forget that the two were one: each is looked at by itself from now on."""
        self._connection.execute("DELETE FROM synced WHERE id = ?", (node.id,))
        self._suspects.see(node.id)
        self._suspects.see_local(node.key)

    def all(self) -> list[SyncedNode]:
        """Return all that was agreed on."""
        return list(self._found("1 = ?", 1))

    def count(self, kind: Kind) -> int:
        """Return how many nodes of a kind are agreed on."""
        sql = "SELECT count(*) FROM synced WHERE kind = ?"
        found = self._connection.execute(sql, (kind.value,)).fetchone()
        return int(found[0]) if found else 0

    def _found(self, where: str, bound: int | str) -> Iterator[SyncedNode]:
        sql = f"SELECT {_COLUMNS} FROM synced WHERE {where}"
        yield from (_node(row) for row in self._connection.execute(sql, (bound,)))


def _node(row: tuple) -> SyncedNode:  # type: ignore[type-arg]  # as SQLite gives it
    node_id, key, parent, name, local_parent, local_name, kind, sha256, size, executable = row
    return SyncedNode(
        *(node_id, key, parent, named(name), local_parent, named(local_name), Kind(kind)),
        content=None if sha256 is None else Content(sha256, size),
        executable=bool(executable),
    )
