"""A move or a copy that was asked for: what goes where, and what is there."""

from dataclasses import dataclass

from doctypes.files.node import Directory, File, Node
from doctypes.files.seen import item_of
from doctypes.profiles.view import Item, View
from server.dav.visible_tree import new_file, spelled
from webdav.model.path import Path


@dataclass(frozen=True, slots=True)
class Journey:
    """A node at a path, where it is to go, and what is there (None: nothing)."""

    node: Node
    path: str
    parent: Directory
    name: str
    replace: bool
    there: Node | None

    @property
    def is_new(self) -> bool:
        """Tell whether nothing is replaced."""
        return self.there is None

    @property
    def over(self) -> tuple[File, File] | None:
        """The file that goes and the one it goes over, which keeps its id; None for all else."""
        if self.replace and isinstance(self.node, File) and isinstance(self.there, File):
            return self.node, self.there
        return None

    def is_of_whole(self, view: View) -> bool:
        """Tell whether all below the node is seen: then it goes in one piece."""
        return not isinstance(self.node, Directory) or view.below(self.path) is True

    def replaces_whole(self, view: View, destination: Path) -> bool:
        """Tell whether all that would be replaced is seen, and what replaces it is one piece."""
        if self.there is None:
            return True
        is_seen = not isinstance(self.there, Directory) or view.below(spelled(destination)) is True
        return is_seen and (not self.replace or self.is_of_whole(view))


def arriving(node: Node, destination: Path) -> Item:
    """Return a node as views look at it where it goes."""
    if isinstance(node, Directory):
        return item_of(node, spelled(destination))
    return new_file(destination, node.size, node.mime)
