"""Looking nodes up: by id, by path, by directory; always as the database stands now."""

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from typing import TypeGuard

from doctypes.files.errors import NodeMissing, NotADirectory, NotANode
from doctypes.files.names import composed
from doctypes.files.node import Directory, File, Node, parse_node
from doctypes.files.paths import ROOT_PATH, beginning_below, joined, parted
from doctypes.files.plan import Subtree
from replication.core.document import StoredRevision
from replication.core.errors import DocumentMissing
from replication.store.protocol import Database, FieldIndex

BY_PARENT = FieldIndex("by_parent", ("dir_id", "name"), composed=True)
BY_PATH = FieldIndex("by_path", ("path",), composed=True)

FIRST_PAGE = 50  # most directories fit, and so few rows are read without a hop to a thread
PAGE = 1000


class NodeReader:
    """Reads nodes from the files' database; documents that are no nodes are passed over."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def get(self, node_id: str) -> Node:
        """Read a node. Raises NodeMissing."""
        try:
            return parse_node(await self._database.get(node_id))
        except (DocumentMissing, NotANode) as error:
            raise NodeMissing(node_id) from error

    async def get_many(self, node_ids: Sequence[str]) -> list[Node]:
        """Read those of many nodes that are there, in order."""
        rows = await self._database.get_many(node_ids) if node_ids else []
        return list(nodes_of(row for row in rows if _is_live(row)))

    async def directory(self, node_id: str) -> Directory:
        """Read a directory. Raises NodeMissing, NotADirectory."""
        node = await self.get(node_id)
        if isinstance(node, File):
            raise NotADirectory(node_id)
        return node

    async def at(self, path: str) -> Node:
        """Read what an absolute path leads to, in either Unicode form. Raises NodeMissing."""
        if path == ROOT_PATH:
            found: Node | None = await self.directory_at(path)
        else:
            _, found = await self.way_to(path)
        if found is None:
            raise NodeMissing(path)
        return found

    async def way_to(self, path: str) -> tuple[Directory | None, Node | None]:
        """Read the directory above an absolute path, and what lies there; None for what is not."""
        if not path.startswith("/") or path == ROOT_PATH:
            return None, None
        parent_path, name = parted(path)
        parent = await self.directory_at(parent_path)
        return parent, None if parent is None else await self.child(parent.id, name)

    async def directory_at(self, path: str) -> Directory | None:
        """Read the directory at an absolute path, in either Unicode form; None for none."""
        for found in await self._find(BY_PATH, [path]):
            if isinstance(found, Directory):
                return found
        return None

    async def child(self, directory_id: str, name: str) -> Node | None:
        """Read what has this name in a directory."""
        for found in await self._find(BY_PARENT, [directory_id, name]):
            return found
        return None

    async def path_of(self, node: Node) -> str:
        """Return a node's path. Raises NodeMissing when its directory is gone."""
        if isinstance(node, Directory):
            return node.path
        return joined((await self.directory(node.dir_id)).path, node.name)

    async def paths_of(self, nodes: Sequence[Node]) -> list[str]:
        """Return the paths of many nodes at once; empty for a file whose directory is gone."""
        wanted = sorted({node.dir_id for node in nodes if isinstance(node, File)})
        found = nodes_of(row for row in await self._database.get_many(wanted) if _is_live(row))
        paths = {node.id: node.path for node in found if isinstance(node, Directory)}
        return [_path(node, paths) for node in nodes]

    async def directories_below(self, path: str) -> AsyncIterator[list[Directory]]:
        """Read all directories below a path, in pages, each before what it holds."""
        async for rows in self._pages(BY_PATH, [beginning_below(path)]):
            yield [node for node in nodes_of(rows) if isinstance(node, Directory)]

    async def children(
        self, directory_id: str, after: Node | None = None
    ) -> AsyncIterator[list[Node]]:
        """Read all that lies directly in a directory, in pages, in the order of names.

        `after` continues behind a child of an earlier page.
        """
        behind = None if after is None else after.document
        async for rows in self._pages(BY_PARENT, [directory_id, ""], behind):
            yield list(nodes_of(rows))

    async def names_beginning(self, directory_id: str, beginning: str) -> set[str]:
        """Return the names in a directory that begin so, in Unicode NFC."""
        pages = self._pages(BY_PARENT, [directory_id, beginning])
        return {composed(node.name) async for rows in pages for node in nodes_of(rows)}

    async def subtree(self, node: Node, *, with_files: bool) -> Subtree:
        """Read all directories below a node, and the files if they are asked for."""
        path = await self.path_of(node)
        if isinstance(node, File):
            return Subtree(node, path)
        directories = [
            found
            async for page in self.directories_below(path)
            for found in page
            if found.id != node.id
        ]
        files = await self._files_in([node, *directories]) if with_files else []
        return Subtree(node, path, tuple(directories), tuple(files))

    async def _files_in(self, directories: Iterable[Directory]) -> list[File]:
        return [
            node
            for directory in directories
            async for page in self.children(directory.id)
            for node in page
            if isinstance(node, File)
        ]

    async def _find(self, index: FieldIndex, values: Sequence[str]) -> list[Node]:
        return list(nodes_of(await self._database.find_by(index, values, limit=1)))

    async def _pages(
        self, index: FieldIndex, values: Sequence[str], last: StoredRevision | None = None
    ) -> AsyncIterator[list[StoredRevision]]:
        """Read, page by page, what begins with the last of the values."""
        limit = FIRST_PAGE
        while True:
            rows = await self._database.find_by(index, values, prefix=True, limit=limit, after=last)
            if rows:
                yield rows
            if len(rows) < limit:
                return
            limit, last = PAGE, rows[-1]


def _is_live(row: StoredRevision | None) -> TypeGuard[StoredRevision]:
    return row is not None and not row.deleted


def _path(node: Node, directories: Mapping[str, str]) -> str:
    if isinstance(node, Directory):
        return node.path
    parent = directories.get(node.dir_id)
    return "" if parent is None else joined(parent, node.name)


def nodes_of(rows: Iterable[StoredRevision]) -> Iterable[Node]:
    """Read documents as nodes; those that are none are passed over."""
    for row in rows:
        try:
            yield parse_node(row)
        except NotANode:
            continue
