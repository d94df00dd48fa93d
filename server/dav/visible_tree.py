"""The part of a FileTree that somebody sees over WebDAV: never the trash, and less by a view."""

from collections.abc import Sequence

from doctypes.files.file_tree import FileTree
from doctypes.files.mime import class_of, mime_of
from doctypes.files.node import ROOT_ID, TRASH_NAME, Directory, Node
from doctypes.files.paths import joined
from doctypes.files.seen import item_of
from doctypes.profiles.view import Item, View
from server.dav.node_resource import resource_of
from server.dav.sight import WHOLE_SIGHT, OutOfSight, Sight
from webdav.model.errors import Forbidden, NotFound, ParentMissing
from webdav.model.path import Path
from webdav.model.resource import Resource

TRIES = 100
"""How often a write is decided anew because another got through first: each further one means
that somebody else's was done, so more than this many is no coincidence."""


class VisibleTree:
    """Nodes by path, as far as they are seen."""

    def __init__(self, tree: FileTree, sight: Sight = WHOLE_SIGHT) -> None:
        self.tree = tree
        self.sight = sight
        self._passed: tuple[Path, Directory] | None = None

    @property
    def view(self) -> View:
        """What is seen."""
        return self.sight.view

    async def find(self, path: Path) -> Node | None:
        """Return the node at a path; None if there is none, or it is not seen."""
        return self._seen(await self._at(path), path)

    async def member(self, parent: Directory, path: Path) -> Node | None:
        """Return the node at a path whose parent was just read; None as in `find`."""
        return self._seen(await self.tree.child(parent.id, path[-1]), path)

    def _seen(self, node: Node | None, path: Path) -> Node | None:
        if node is None or self.view.is_everything:
            return node
        return node if self.view.shows(item_of(node, spelled(path))) else None

    async def _at(self, path: Path) -> Node | None:
        if not path:
            return await self.tree.get(ROOT_ID)
        if path[0] == TRASH_NAME:
            return None
        parent, node = await self.tree.way_to(spelled(path))
        self._passed = None if parent is None else (path[:-1], parent)
        return node

    async def is_directory(self, path: Path) -> bool:
        """Tell whether a directory is seen at a path, as the last look left it that led there."""
        if self._passed is not None and self._passed[0] == path:
            return self._seen(self._passed[1], path) is not None
        return isinstance(await self.find(path), Directory)

    async def require(self, path: Path) -> Node:
        """Return the node at a path. Raises NotFound."""
        node = await self.find(path)
        if node is None:
            raise NotFound
        return node

    async def require_parent(self, path: Path) -> Directory:
        """Return the directory that holds a path. Raises ParentMissing; Forbidden for the trash."""
        refuse_trash(path)
        parent = await self.tree.directory_at(spelled(path[:-1])) if path else None
        if parent is None or self._seen(parent, path[:-1]) is None:
            raise ParentMissing
        return parent

    async def require_clear(self, path: Path, item: Item) -> None:
        """Raise OutOfSight if something hidden has a path, or what comes there would be hidden."""
        if self.view.is_everything:
            return
        if not self.sight.takes(item):
            raise OutOfSight(
                "this device leaves such things out: it would not see what it puts here"
            )
        if await self.find(path) is None and await self._at(path) is not None:
            raise OutOfSight("something that this device leaves out has this name")

    def shown(self, directory: Directory, page: Sequence[Node]) -> Sequence[Node]:
        """Return those of a directory's members that are seen."""
        whole = self.view.below(directory.path)
        if whole is not None:
            return page if whole else ()
        return [
            node
            for node in page
            if self.view.shows(item_of(node, joined(directory.path, node.name)))
        ]

    async def resources(self, nodes: Sequence[Node]) -> list[Resource]:
        """Return nodes as WebDAV lists them; read what directories hold after this, not before."""
        directories = [node for node in nodes if isinstance(node, Directory)]
        tags = await self.sight.folder_tags(self.tree, directories) if directories else {}
        return [resource_of(node, tags.get(node.id, "")) for node in nodes]

    async def resource(self, node: Node) -> Resource:
        """Return one node as WebDAV lists it."""
        return (await self.resources([node]))[0]


def spelled(path: Path) -> str:
    """Return a path as the tree spells it."""
    return "/" + "/".join(path)


def new_file(path: Path, size: int, content_type: str | None) -> Item:
    """Return a file that is about to come to a path, as views look at it."""
    mime = mime_of(path[-1], content_type)
    return Item(spelled(path), size=size, mime=mime, file_class=class_of(mime))


def refuse_trash(path: Path) -> None:
    """Raise Forbidden for a path that only FileTree itself puts things at."""
    if path and path[0] == TRASH_NAME:
        raise Forbidden(f"{TRASH_NAME} is kept for the trash")
