"""A page of what lies directly in a directory."""

from collections.abc import AsyncIterator, Callable

from doctypes.files.errors import FileTreeError
from doctypes.files.file_tree import FileTree
from doctypes.files.node import TRASH_ID, Directory, Node
from server.files.jsonapi import Listed


async def children_of(
    tree: FileTree, directory: Directory, limit: int, cursor: str = "", skip: int = 0
) -> Listed:
    """List children by name; the cursor is the id of the last that was listed.

    A cursor whose node is gone begins anew: nothing is left out, some may come twice.
    """
    after = await _listed_last(tree, directory, cursor)
    if directory.id == TRASH_ID:
        return await _page(lambda: tree.trashed(), limit, skip + (1 if after else 0))
    return await _page(lambda: tree.children(directory, after), limit, skip)


async def _listed_last(tree: FileTree, directory: Directory, cursor: str) -> Node | None:
    if not cursor:
        return None
    try:
        found = await tree.get(cursor)
    except FileTreeError:
        return None
    return found if found.dir_id == directory.id else None


async def _page(pages: Callable[[], AsyncIterator[list[Node]]], limit: int, skip: int) -> Listed:
    found: list[Node] = []
    async for page in pages():
        found += page
        if len(found) > skip + limit:
            break
    shown = found[skip : skip + limit]
    more = len(found) > skip + limit
    return Listed(shown, None, shown[-1].id if more else None)
