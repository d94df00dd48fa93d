"""How many bytes lie below directories, counted again only where something changed."""

from collections.abc import Sequence
from weakref import WeakKeyDictionary

from doctypes.files.file_tree import FileTree
from doctypes.files.node import Directory, File


class FolderSizes:
    """Remembers, for each open tree, what a directory came to when it was last marked so."""

    def __init__(self) -> None:
        self._known: WeakKeyDictionary[FileTree, dict[str, tuple[int, int]]] = WeakKeyDictionary()

    async def of(self, tree: FileTree, directories: Sequence[Directory]) -> list[int]:
        """Return the bytes of all files below each directory."""
        known = self._known.setdefault(tree, {})
        return [size for size, _ in await _sizes(tree, directories, known)]


async def _sizes(
    tree: FileTree, directories: Sequence[Directory], known: dict[str, tuple[int, int]]
) -> list[tuple[int, int]]:
    marks = await tree.marks([directory.id for directory in directories])
    found = []
    for directory, mark in zip(directories, marks, strict=True):
        remembered = known.get(directory.id)
        if remembered is None or remembered[1] != mark or not mark:
            remembered = (await _counted(tree, directory, known), mark)
            known[directory.id] = remembered
        found.append(remembered)
    return found


async def _counted(tree: FileTree, directory: Directory, known: dict[str, tuple[int, int]]) -> int:
    total, below = 0, []
    async for page in tree.children(directory):
        for node in page:
            if isinstance(node, File):
                total += node.size
            else:
                below.append(node)
    return total + sum(size for size, _ in await _sizes(tree, below, known))
