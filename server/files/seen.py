"""Whether a caller sees a node that it did not come to by its path: by number, or in the trash.

What is in the trash is seen by who would see it, with all that is in it, where it came from: so
that nobody destroys or brings back what they have left out.
"""

from doctypes.files.file_tree import FileTree
from doctypes.files.node import TRASH_NAME, Directory, Node
from doctypes.files.paths import TRASH_PATH, is_in_trash, joined, names_of
from doctypes.files.seen import item_of
from doctypes.files.trash import restore_name, restore_path
from doctypes.profiles.view import View


async def sees(tree: FileTree, view: View, node: Node) -> bool:
    """Tell whether a view shows a node. Raises NodeMissing where the way to it is gone."""
    if view.is_everything:
        return True
    path = await tree.path_of(node)
    if path == TRASH_PATH:
        return True
    if not is_in_trash(path):
        return view.shows(item_of(node, path))
    top = await tree.at(f"/{TRASH_NAME}/{names_of(path)[1]}")
    before = joined(restore_path(top, joined(TRASH_PATH, top.name)), restore_name(top))
    return await _whole(tree, view, top, before)


async def _whole(tree: FileTree, view: View, node: Node, path: str) -> bool:
    """Tell whether a view shows a node, and all below it, if it lay at a path."""
    if not view.shows(item_of(node, path)):
        return False
    if not isinstance(node, Directory):
        return True
    known = view.below(path)
    if known is not None:
        return known
    async for page in tree.children(node):
        for child in page:
            if not await _whole(tree, view, child, joined(path, child.name)):
                return False
    return True
