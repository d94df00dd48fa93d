"""Taking away, in the name of who asks: a device takes away what it sees, and nothing hidden."""

from collections.abc import Sequence

from aiohttp import web

from doctypes.files.errors import NodeMissing, NotInTrash
from doctypes.files.node import TRASH_ID, Directory, Node
from doctypes.profiles.view import WHOLE
from replication.core.revision import Revision
from server.files.asking import by, device_of, profile_reader, tree_of
from server.files.sight import shown_to, view_of


async def throw(request: web.Request, node: Node, expected: Revision | None) -> Node:
    """Put a node into the trash. Raises as `FileTree.trash` does."""
    tree, who, device = tree_of(request), by(request), device_of(request)
    if device is not None:
        read = profile_reader(request)
        return await tree.trash_seen(node.id, device, read, expected=expected, by=who)
    return await tree.trash(node.id, expected=expected, by=who)


async def destroy(
    request: web.Request, node: Node, expected: Revision | None, *, trashed: bool = False
) -> None:
    """Delete a node for good. Raises as `FileTree.destroy` does."""
    tree, device = tree_of(request), device_of(request)
    if device is not None:
        read = profile_reader(request)
        await tree.destroy_seen(node.id, device, read, expected=expected, trashed=trashed)
    else:
        await tree.destroy(node.id, expected=expected, trashed=trashed)


async def empty(request: web.Request) -> int:
    """Destroy what is in the trash; return how many things that was."""
    tree, device = tree_of(request), device_of(request)
    if device is None:
        return await tree.empty_trash()
    if await view_of(request) is WHOLE:
        return await tree.empty_trash_seen(device, profile_reader(request))
    return await _destroyed(request, await _seen_trash(request))


async def _seen_trash(request: web.Request) -> list[Node]:
    tree, shown = tree_of(request), shown_to(request)
    trash = await tree.get(TRASH_ID)
    if not isinstance(trash, Directory):
        return []
    return [node async for page in tree.children(trash) for node in await shown(page)]


async def _destroyed(request: web.Request, nodes: Sequence[Node]) -> int:
    """Destroy what is in the trash and seen where it came from; return how many of it."""
    gone = 0
    for node in nodes:
        try:
            await destroy(request, node, None, trashed=True)
        except (NodeMissing, NotInTrash):  # somebody was faster
            continue
        gone += 1
    return gone
