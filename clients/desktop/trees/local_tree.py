"""The folder on the disk, as the last look found it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import apsw

from clients.desktop.disk.port import Entry, EntryKind, Identity
from clients.desktop.model.content import Content
from clients.desktop.trees.schema import named, stored

ROOT_KEY = 0
"""The key of the folder itself, which is in no row."""


@dataclass(frozen=True, slots=True)
class Offer:
    """What the home was asked to take, and at which place: a lost answer may have been a yes."""

    parent_id: str
    name: str
    content: Content | None = None


@dataclass(frozen=True, slots=True)
class LocalNode:
    """A node of the disk. `key` stays with it wherever it moves.

    `content` is known where the file was read since `entry` is what it is. `offer` is there from
    before the home is asked until its answer is noted.
    """

    key: int
    parent: int
    entry: Entry
    content: Content | None = None
    offer: Offer | None = None

    @property
    def offered(self) -> Content | None:
        """Return the content that the home may have taken without our hearing of it."""
        return None if self.offer is None else self.offer.content

    @property
    def name(self) -> str:
        """Return its name, as the disk spells it."""
        return self.entry.name

    @property
    def kind(self) -> EntryKind:
        """Return what it is."""
        return self.entry.kind


_COLUMNS = (
    "key, parent, fold, name, kind, device, inode, birth, size, modified, changed, executable, "
    "sha256, content_size, offered_parent, offered_name, offered, offered_size"
)


class LocalTree:
    """Nodes by key, each with its place: the key of its directory, and a name."""

    def __init__(
        self,
        connection: apsw.Connection,
        fold: Callable[[str], str],
        see: Callable[[int], None],
    ) -> None:
        self._connection = connection
        self.fold = fold
        self._see = see

    def get(self, key: int) -> LocalNode | None:
        """Return a node."""
        for row in self._rows("key = ?", key):
            return _node(row)
        return None

    def children(self, parent: int) -> list[LocalNode]:
        """Return what is in a directory, by name."""
        return [_node(row) for row in self._rows("parent = ? ORDER BY fold", parent)]

    def named(self, parent: int, name: str) -> LocalNode | None:
        """Return what has a name in a directory; else what has one that is the same to the disk."""
        where = "parent = ? AND fold = ? ORDER BY name != ?, key"
        for row in self._rows(where, parent, stored(self.fold(name)), stored(name)):
            return _node(row)
        return None

    def identified(self, identity: Identity) -> list[LocalNode]:
        """Return the nodes that are one file to the disk, in the order they were found."""
        bound = (identity.inode, identity.device, identity.birth)
        where = "inode = ? AND device = ? AND birth = ? ORDER BY key"
        return [_node(row) for row in self._rows(where, *bound)]

    def foreign(self) -> int:
        """Count the nodes that no home keeps: links, sockets, pipes."""
        sql = "SELECT count(*) FROM local WHERE kind IN ('link', 'other')"
        found = self._connection.execute(sql).fetchone()
        return int(str(found[0])) if found else 0

    def holding(self, content: Content) -> LocalNode | None:
        """Return a file that held a content at the last look."""
        return next(self.holders(content), None)

    def holders(self, content: Content) -> Iterator[LocalNode]:
        """Yield the files that held a content at the last look."""
        bound = (content.sha256, content.size)
        return map(_node, self._rows("sha256 = ? AND content_size = ?", *bound))

    def offered(self, parent_id: str, name: str) -> list[LocalNode]:
        """Return whom the home was asked to give a place, and has perhaps."""
        bound = (parent_id, stored(name))
        return [_node(row) for row in self._rows("offered_parent = ? AND offered_name = ?", *bound)]

    def add(self, parent: int, entry: Entry, content: Content | None = None) -> LocalNode:
        """Take in a node that was not there."""
        node = LocalNode(0, parent, entry, content)
        sql = f"INSERT INTO local ({_COLUMNS}) VALUES (NULL,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)"
        self._connection.execute(sql, self._values(node))
        key = self._connection.last_insert_rowid()
        self._see(key)
        return LocalNode(key, parent, entry, content)

    def put(self, node: LocalNode) -> None:
        """Take in what a node is now."""
        if self.get(node.key) == node:
            return
        columns = _COLUMNS.removeprefix("key, ")
        sql = f"UPDATE local SET ({columns}) = (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?) WHERE key = ?"
        self._connection.execute(sql, (*self._values(node), node.key))
        self._see(node.key)

    def remove(self, key: int) -> None:
        """Take in that a node is not there any more, nor what was in it."""
        for child in self.children(key):
            self.remove(child.key)
        self._see(key)
        self._connection.execute("DELETE FROM local WHERE key = ?", (key,))

    def path(self, key: int) -> str:
        """Return where a node is, from the folder on."""
        names: list[str] = []
        while key != ROOT_KEY:
            node = self.get(key)
            if node is None:
                break
            names.append(node.name)
            key = node.parent
        return "/".join(reversed(names))

    def at(self, path: str) -> int | None:
        """Return the key of what is at a path, spelt just so."""
        key = ROOT_KEY
        for name in path.split("/") if path else ():
            found = self.named(key, name)
            if found is None or found.name != name:
                return None
            key = found.key
        return key

    def is_directory(self, key: int) -> bool:
        """Say whether a key is that of a directory."""
        node = self.get(key)
        return key == ROOT_KEY or (node is not None and node.kind is EntryKind.DIRECTORY)

    def above(self, key: int) -> Iterator[int]:
        """Yield the keys of the directories that a node is in, the nearest first."""
        while key != ROOT_KEY and (node := self.get(key)) is not None:
            key = node.parent
            yield key

    def _rows(self, where: str, *bound: int | str | bytes) -> apsw.Cursor:
        return self._connection.execute(f"SELECT {_COLUMNS} FROM local WHERE {where}", bound)

    def _values(self, node: LocalNode) -> tuple[int | str | bytes | None, ...]:
        entry, identity, offer = node.entry, node.entry.identity, node.offer
        return (
            *(node.parent, stored(self.fold(entry.name)), stored(entry.name), entry.kind.value),
            *(identity.device, identity.inode, identity.birth),
            *(entry.size, entry.modified, entry.changed, int(entry.executable)),
            *_of(node.content),
            *((None, None) if offer is None else (offer.parent_id, stored(offer.name))),
            *_of(node.offered),
        )


def _of(content: Content | None) -> tuple[str | None, int | None]:
    return (None, None) if content is None else (content.sha256, content.size)


def _content(sha256: str | None, size: int) -> Content | None:
    return None if sha256 is None else Content(sha256, size)


def _node(row: tuple) -> LocalNode:  # type: ignore[type-arg]  # as SQLite gives it
    key, parent, _, name, kind, device, inode, birth, size, modified, changed, executable = row[:12]
    sha256, content_size, offered_parent, offered_name, offered, offered_size = row[12:]
    entry = Entry(
        *(named(name), EntryKind(kind), Identity(device, inode, birth)),
        size=size,
        modified=modified,
        changed=changed,
        executable=bool(executable),
    )
    return LocalNode(
        *(key, parent, entry),
        content=_content(sha256, content_size),
        offer=None
        if offered_parent is None
        else Offer(offered_parent, named(offered_name), _content(offered, offered_size)),
    )
