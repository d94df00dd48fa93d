"""What a device gets to see of the files through Cozy's API: what its profile shows.

What is hidden looks like what is not there. Directories that a device left out itself
(`not_synchronized_on`) are shown here, as Cozy has it: it chooses them from these listings.
"""

from collections.abc import Awaitable, Callable, Sequence

from aiohttp import web

from doctypes.files.borders import is_shown
from doctypes.files.errors import NodeMissing
from doctypes.files.file_tree import FileTree
from doctypes.files.held_profiles import hides
from doctypes.files.node import Directory, Node
from doctypes.files.paths import is_in_trash
from doctypes.profiles.profile import Profile
from doctypes.profiles.view import WHOLE, View
from server import keys
from server.files.seen import sees

Shown = Callable[[Sequence[Node]], Awaitable[list[Node]]]
"""Leaves those of some nodes that are seen, in order."""

_VIEW: web.RequestKey[View] = web.RequestKey("view_of_files")


async def view_of(request: web.Request) -> View:
    """Return what the caller's profile shows; WHOLE for whom nothing is hidden from."""
    known = request.get(_VIEW)
    if known is None:
        known = await profile_view(request[keys.HOME].files, request[keys.PRINCIPAL].profile)
        request[_VIEW] = known
    return known


async def profile_view(tree: FileTree, profile: Profile) -> View:
    """Return what a profile shows; WHOLE where that is all."""
    if not hides(profile):
        return WHOLE
    view = await tree.view_for(profile)
    return WHOLE if view.is_everything else view


async def require_seen(request: web.Request, node: Node) -> None:
    """Raise NodeMissing for a node that the caller does not see."""
    view = await view_of(request)
    if view is not WHOLE and not await _seen(request[keys.HOME].files, view, [node]):
        raise NodeMissing(node.id)


async def sees_whole(request: web.Request, node: Node) -> bool:
    """Tell whether the caller sees all that is below a node."""
    view = await view_of(request)
    if view is WHOLE or not isinstance(node, Directory):
        return True
    return view.below(node.path) is True


def shown_to(request: web.Request) -> Shown:
    """Return what leaves those nodes that the caller sees."""

    async def shown(nodes: Sequence[Node]) -> list[Node]:
        return await shown_by(request[keys.HOME].files, await view_of(request), nodes)

    return shown


async def shown_by(tree: FileTree, view: View, nodes: Sequence[Node]) -> list[Node]:
    """Return those of some nodes that a view shows, in order."""
    return list(nodes) if view is WHOLE else await _seen(tree, view, nodes)


async def _seen(tree: FileTree, view: View, nodes: Sequence[Node]) -> list[Node]:
    paths = await tree.paths_of(nodes)
    seen = []
    for node, path in zip(nodes, paths, strict=True):
        in_trash = path and is_in_trash(path)
        if await sees(tree, view, node) if in_trash else path and is_shown(view, node, path):
            seen.append(node)
    return seen
