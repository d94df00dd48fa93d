"""The home, as its feed last told of it."""

from collections.abc import Iterator

import apsw

from clients.desktop.home.port import ROOT_ID, Gone, RemoteNode
from clients.desktop.model.content import Content
from clients.desktop.model.kind import Kind
from clients.desktop.trees.schema import named, stored
from clients.desktop.trees.suspects import Suspects

_COLUMNS = "id, gone, revision, parent, name, kind, sha256, size, executable, modified"
_ALIVE, _TRASHED, _LEFT_OUT = 0, 1, 2


def generation(revision: str) -> int:
    """Return how often a node was changed, as its revision says."""
    number = revision.partition("-")[0]
    return int(number) if number.isdecimal() else 0


class RemoteTree:
    """Nodes by id. What is gone is kept as long as the disk may still have it."""

    def __init__(self, connection: apsw.Connection, suspects: Suspects) -> None:
        self._connection = connection
        self._suspects = suspects

    def get(self, node_id: str) -> RemoteNode | Gone | None:
        """Return what is known of a node."""
        for row in self._rows("id = ?", node_id):
            return _node(row)
        return None

    def seen(self, node_id: str) -> RemoteNode | None:
        """Return a node that this device is to have."""
        found = self.get(node_id)
        return found if isinstance(found, RemoteNode) else None

    def children(self, parent_id: str) -> list[RemoteNode]:
        """Return what is in a directory, by name."""
        rows = self._rows("gone = 0 AND parent = ? ORDER BY name, id", parent_id)
        return [node for row in rows if isinstance(node := _node(row), RemoteNode)]

    def named(self, parent_id: str, name: str) -> RemoteNode | None:
        """Return the node with a name in a directory, spelt just so."""
        for row in self._rows("gone = 0 AND parent = ? AND name = ?", parent_id, stored(name)):
            node = _node(row)
            return node if isinstance(node, RemoteNode) else None
        return None

    def put(self, node: RemoteNode) -> None:
        """Take in what the home told of a node; what was told of it later stays."""
        known = self.get(node.id)
        if node.id == ROOT_ID or known == node:
            return
        if isinstance(known, RemoteNode) and _is_later(known, node):
            return
        self._write(node.id, _ALIVE, node)
        self._suspects.see(node.id)

    def take_away(self, gone: Gone, *, is_synced: bool) -> None:
        """Take in that a node is not to be seen any more; `is_synced`: the disk may have it."""
        known = self.get(gone.id)
        if known == gone or (known is None and not is_synced):
            return
        self._suspects.see(gone.id)
        if is_synced:
            self._write(gone.id, _TRASHED if gone.trashed else _LEFT_OUT, None)
        else:
            self.drop(gone.id)

    def below(self, node_id: str) -> Iterator[str]:
        """Yield the ids of all that is in a directory, at any depth."""
        for child in self.children(node_id):
            yield child.id
            yield from self.below(child.id)

    def clear(self) -> None:
        """Forget all that was told."""
        self._connection.execute("DELETE FROM remote")

    def drop(self, node_id: str) -> None:
        """Forget a node that is gone on both sides."""
        self._connection.execute("DELETE FROM remote WHERE id = ?", (node_id,))

    def _rows(self, where: str, *bound: str | bytes) -> apsw.Cursor:
        return self._connection.execute(f"SELECT {_COLUMNS} FROM remote WHERE {where}", bound)

    def _write(self, node_id: str, gone: int, node: RemoteNode | None) -> None:
        values: tuple[object, ...] = (None,) * 8
        if node is not None:
            content = node.content
            values = (
                *(node.revision, node.parent_id, stored(node.name), node.kind.value),
                *((None, None) if content is None else (content.sha256, content.size)),
                *(int(node.executable), node.modified),
            )
        sql = f"REPLACE INTO remote ({_COLUMNS}) VALUES (?,?,?,?,?,?,?,?,?,?)"
        self._connection.execute(sql, (node_id, gone, *values))


def _is_later(known: RemoteNode, told: RemoteNode) -> bool:
    return generation(known.revision) > generation(told.revision)


def _node(row: tuple) -> RemoteNode | Gone:  # type: ignore[type-arg]  # as SQLite gives it
    node_id, gone, revision, parent, name, kind, sha256, size, executable, modified = row
    if gone:
        return Gone(node_id, trashed=gone == _TRASHED)
    content = None if sha256 is None else Content(sha256, size)
    return RemoteNode(
        *(node_id, revision, parent, named(name), Kind(kind)),
        content=content,
        executable=bool(executable),
        modified=modified,
    )
