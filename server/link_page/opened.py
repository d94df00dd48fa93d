"""Whom a link's code lets in, and to what."""

from dataclasses import dataclass

from aiohttp import web

from doctypes.files.errors import NodeMissing, NotANode
from doctypes.files.file_tree import FileTree
from doctypes.files.node import DOCTYPE, Directory, Node
from doctypes.permissions.errors import PermissionDenied
from doctypes.permissions.rule import Verb
from replication.core.errors import DocumentMissing
from server import keys
from server.auth.access import check_lock
from server.auth.errors import LinkLocked, TokenRefused, Unauthenticated
from server.auth.principal import Kind, Principal
from server.auth.shown import Shown
from server.files.asking import require

CODE = "sharecode"
"""The parameter that carries the code, as Cozy's links have it."""


class LinkOver(Exception):
    """The code is none, or not any more; or what it led to is gone."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A link that was opened: its code, whom it lets in, and what it names, in its order.

    `shared` can be seen; into `takes`, a folder, files can be put, whether it can be seen or not.
    """

    code: str
    principal: Principal
    shared: tuple[Node, ...] = ()
    takes: Directory | None = None
    locked: bool = False


async def opened(request: web.Request) -> Opened:
    """Find what the code of a request opens, and let its bearer in.

    Raises LinkOver. A link whose password was not given yet in this browser is `locked`, and names
    nothing.
    """
    code, home = request.query.get(CODE, ""), request[keys.INSTANCE]
    principal = await _bearer(request, code)
    try:
        check_lock(principal, request.cookies)
    except LinkLocked:
        return Opened(code, principal, locked=True)
    request[keys.PRINCIPAL], request[keys.HOME] = principal, home
    shared = await _all(home.files, _named(principal, Verb.GET))
    takers = await _all(home.files, _named(principal, Verb.POST))
    takes = next((node for node in takers if isinstance(node, Directory)), None)
    if not shared and takes is None:
        raise LinkOver
    return Opened(code, principal, shared, takes)


async def node_of(request: web.Request, link: Opened) -> Node | None:
    """Return the node that a request names below what is shared; None when it names none.

    Raises LinkOver for what the link does not open.
    """
    node_id = request.query.get("id", "")
    if not node_id:
        return link.shared[0] if len(link.shared) == 1 else None
    node = await _found(request[keys.HOME].files, node_id)
    if node is None:
        raise LinkOver
    try:
        await require(request, Verb.GET, node)
    except PermissionDenied as denied:
        raise LinkOver from denied
    return node


async def _bearer(request: web.Request, code: str) -> Principal:
    if not code:
        raise LinkOver
    address = request[keys.CALLER].address
    try:
        principal = await request.app[keys.AUTHENTICATOR].principal(
            Shown(token=code), request[keys.INSTANCE], address
        )
    except (TokenRefused, Unauthenticated) as refused:
        raise LinkOver from refused
    if principal.kind is not Kind.SHARE:
        raise LinkOver
    return principal


async def _all(tree: FileTree, node_ids: list[str]) -> tuple[Node, ...]:
    nodes = [await _found(tree, node_id) for node_id in node_ids]
    return tuple(node for node in nodes if node is not None)


def _named(principal: Principal, verb: Verb) -> list[str]:
    """Return the ids of files and folders that a link's rules allow this on."""
    return [
        value
        for rule in principal.permissions.rules
        if rule.type == DOCTYPE and verb in rule.verbs and rule.selector in ("", "_id", "id")
        for value in rule.values
    ]


async def _found(tree: FileTree, node_id: str) -> Node | None:
    """Return a node; None when there is none, or it is in the trash."""
    try:
        node = await tree.get(node_id)
        path = await tree.path_of(node)
    except (DocumentMissing, NodeMissing, NotANode):
        return None
    return None if path.startswith("/.cozy_trash") else node
