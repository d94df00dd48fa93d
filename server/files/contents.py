"""A page of what lies directly in a directory."""

from doctypes.files.errors import FileTreeError
from doctypes.files.file_tree import FileTree
from doctypes.files.node import Directory, Node
from server.files.jsonapi import Listed
from server.files.sight import Shown


async def children_of(
    tree: FileTree,
    directory: Directory,
    shown: Shown,
    limit: int,
    cursor: str = "",
    skip: int = 0,
) -> Listed:
    """List children by name that are seen; the cursor is the id of the last that was listed.

    A cursor whose node is gone begins anew: nothing is left out, some may come twice.
    """
    after = await _listed_last(tree, directory, cursor)
    found: list[Node] = []
    async for page in tree.children(directory, after):
        found += await shown(page)
        if len(found) > skip + limit:
            break
    listed = found[skip : skip + limit]
    more = len(found) > skip + limit
    return Listed(listed, None, listed[-1].id if more else None)


async def _listed_last(tree: FileTree, directory: Directory, cursor: str) -> Node | None:
    if not cursor:
        return None
    try:
        found = await tree.get(cursor)
    except FileTreeError:
        return None
    return found if found.dir_id == directory.id else None
