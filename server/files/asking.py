"""Whether the caller may do something to a node: asked with the folders that it lies in."""

from aiohttp import web

from doctypes.files.authors import Author, OAuthClient
from doctypes.files.device_sight import ReadProfile
from doctypes.files.document import fields_of
from doctypes.files.file_tree import FileTree
from doctypes.files.node import DOCTYPE, Node
from doctypes.permissions.rule import Subject, Verb
from server import keys
from server.auth.principal import Kind, Principal
from server.devices.profiles import reading_profile
from server.files.sight import require_seen


def tree_of(request: web.Request) -> FileTree:
    """Return the files of the request's home."""
    return request[keys.HOME].files


async def require(request: web.Request, verb: Verb, node: Node) -> None:
    """Raise PermissionDenied unless the caller may do this to a node (cozy.md B7).

    A rule for a folder covers what is in it, however deep. What the caller's profile hides is not
    there: NodeMissing.
    """
    await require_seen(request, node)
    permissions = request[keys.PRINCIPAL].permissions
    if not permissions.allows_type(verb, DOCTYPE):
        subject = await subject_of(tree_of(request), node)
        permissions.require(verb, DOCTYPE, subject)


def require_all(request: web.Request, verb: Verb) -> None:
    """Raise PermissionDenied unless the caller may do this to all files."""
    request[keys.PRINCIPAL].permissions.require_type(verb, DOCTYPE)


async def subject_of(tree: FileTree, node: Node) -> Subject:
    """Return a node as rules look at it."""
    within, above = [], node
    while above.dir_id:
        within.append(above.dir_id)
        above = await tree.get(above.dir_id)
    return Subject(node.id, fields_of(node), within)


def author_of(principal: Principal) -> Author:
    """Return who a caller is, as documents will say it."""
    if principal.kind in (Kind.OAUTH, Kind.DEVICE):
        client = OAuthClient(principal.credential, str(principal.kind), principal.name)
        return Author(slug=principal.name, client=client, name=principal.name)
    if principal.kind is Kind.SHARE:
        return Author(name=principal.name, kind="anonymous-share")
    if principal.kind in (Kind.APP, Kind.KONNECTOR):
        return Author(slug=principal.name)
    return Author(name=principal.name)


def device_of(request: web.Request) -> str | None:
    """Return the device that asks, which may have left out some of the files; None for others."""
    principal = request[keys.PRINCIPAL]
    return principal.credential if principal.kind in (Kind.OAUTH, Kind.DEVICE) else None


def profile_reader(request: web.Request) -> ReadProfile:
    """Return what reads the profile of the device that asks."""
    return reading_profile(request[keys.HOME], request[keys.PRINCIPAL].credential)


def by(request: web.Request) -> Author:
    """Return who makes the request, as documents will say it."""
    return author_of(request[keys.PRINCIPAL])
