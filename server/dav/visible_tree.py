"""The part of a FileTree that WebDAV shows: all of it but the trash."""

from doctypes.files.errors import NodeMissing, NotADirectory
from doctypes.files.file_tree import FileTree
from doctypes.files.node import ROOT_ID, TRASH_NAME, Directory, Node
from webdav.model.errors import Forbidden, NotFound, ParentMissing
from webdav.model.path import Path

TRIES = 100
"""How often a write is decided anew because another got through first: each further one means
that somebody else's was done, so more than this many is no coincidence."""


class VisibleTree:
    """Nodes by path."""

    def __init__(self, tree: FileTree) -> None:
        self.tree = tree

    async def find(self, path: Path) -> Node | None:
        """Return the node at a path; None if there is none, or it is in the trash."""
        if not path:
            return await self.tree.get(ROOT_ID)
        if path[0] == TRASH_NAME:
            return None
        try:
            return await self.tree.at("/" + "/".join(path))
        except (NodeMissing, NotADirectory):
            return None

    async def require(self, path: Path) -> Node:
        """Return the node at a path. Raises NotFound."""
        node = await self.find(path)
        if node is None:
            raise NotFound
        return node

    async def require_parent(self, path: Path) -> Directory:
        """Return the directory that holds a path. Raises ParentMissing; Forbidden for the trash."""
        refuse_trash(path)
        parent = await self.find(path[:-1]) if path else None
        if not isinstance(parent, Directory):
            raise ParentMissing
        return parent


def refuse_trash(path: Path) -> None:
    """Raise Forbidden for a path that only FileTree itself puts things at."""
    if path and path[0] == TRASH_NAME:
        raise Forbidden(f"{TRASH_NAME} is kept for the trash")
