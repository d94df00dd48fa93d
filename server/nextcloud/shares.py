"""`files_sharing/api/v1/shares`: links to files and folders, as Nextcloud's programs make them.

They are the links that the home has anyway (`server/permissions`); a share with a person of another
server there is not. A link lets read, and leads to the page for whoever has one.
"""

from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from http import HTTPStatus
from typing import Any

from aiohttp import web

from doctypes.files.errors import FileTreeError
from doctypes.files.file_tree import FileTree
from doctypes.files.node import DOCTYPE, TRASH_ID, Node
from doctypes.files.paths import is_in_trash, names_of
from doctypes.permissions.errors import LargerPermissions
from doctypes.permissions.rule import Rule, Verb
from server import keys
from server.audit.trail import audited
from server.auth.principal import Kind
from server.dav.sights import own_sight
from server.files.seen import sees
from server.nextcloud.ocs import OcsError, answered, speaking_ocs
from server.nextcloud.share_shown import BY_LINK, Share, shown
from server.permissions.asked import AskedLink
from server.permissions.links import Codes, require_within
from server.permissions.permission import SHARE, permissions_of
from server.permissions.routes import LINKS

_CODE, _TITLE = "link", "files"
_MAKERS = frozenset({Kind.OWNER, Kind.OAUTH, Kind.APP, Kind.CLI, Kind.DEVICE})
_KINDS = ("users", "groups", "remotes", "emails", "circles", "rooms")


async def listing(request: web.Request) -> web.Response:
    """GET …/shares[?path=…][&subfiles=true]: links to all, to one, or to what lies in a folder."""
    if request.query.get("shared_with_me") == "true":
        return answered(request, [])
    found = await _shares(request)
    path = request.query.get("path")
    if path is not None:
        wanted = names_of("/" + path.strip("/")) if path.strip("/") else []
        below = request.query.get("subfiles") == "true"
        found = [share for share in found if _lies(names_of(share.path), wanted, below=below)]
    return answered(request, [_told(request, share) for share in found])


def _lies(names: list[str], wanted: list[str], *, below: bool) -> bool:
    return (names[:-1] if below else names) == wanted


async def make(request: web.Request) -> web.Response:
    """POST …/shares path=…&shareType=3[&password=][&expireDate=][&label=]: a link."""
    said = await _said(request)
    home, principal = request[keys.HOME], request[keys.PRINCIPAL]
    if principal.kind not in _MAKERS:
        raise OcsError(HTTPStatus.FORBIDDEN, "What was shared cannot be shared on")
    if said.get("shareType") != str(BY_LINK):
        raise OcsError(HTTPStatus.FORBIDDEN, "Only links can be shared here")
    node, path = await _named(request, said.get("path", ""))
    asked = AskedLink(
        rules={_TITLE: Rule(DOCTYPE, frozenset({Verb.GET}), (node.id,))},
        password=said.get("password") or None,
        expires_at=_end(said.get("expireDate", "")),
        metadata=_notes(said, {}),
    )
    kept = await request.app[LINKS].make(home, principal, asked, Codes((_CODE,)))
    await audited(request, "link.made", DOCTYPE, link=kept.id)
    return answered(request, _told(request, Share(kept, node, path)))


async def show(request: web.Request) -> web.Response:
    """GET …/shares/{id}."""
    return answered(request, [_told(request, await _one(request))])


async def change(request: web.Request) -> web.Response:
    """PUT …/shares/{id} [password=][&expireDate=][&label=][&note=]; what is empty is taken away."""
    said = await _said(request)
    share = await _one(request)
    asked = AskedLink(
        password=said.get("password"),
        expires_at=_end(said["expireDate"]) if "expireDate" in said else None,
        metadata=_notes(said, share.kept.value.metadata),
    )
    home, principal = request[keys.HOME], request[keys.PRINCIPAL]
    changed = await request.app[LINKS].change(home, share.kept.id, principal, asked)
    if changed is None:
        raise OcsError(HTTPStatus.NOT_FOUND, "There is no such share")
    request.app[keys.LIVE].cut_off(home.domain, share.kept.id)
    await audited(request, "link.changed", DOCTYPE, link=share.kept.id)
    return answered(request, _told(request, Share(changed, share.node, share.path)))


async def end(request: web.Request) -> web.Response:
    """DELETE …/shares/{id}: what is open through it ends at once."""
    share = await _one(request)
    home = request[keys.HOME]
    await request.app[LINKS].end(home, share.kept.id)
    request.app[keys.LIVE].cut_off(home.domain, share.kept.id)
    await audited(request, "link.ended", DOCTYPE, link=share.kept.id)
    return answered(request, [])


async def sharees(request: web.Request) -> web.Response:
    """GET …/sharees: nobody, since files are shared by links alone."""
    nobody: dict[str, list[Any]] = {kind: [] for kind in _KINDS}
    return answered(request, {"exact": dict(nobody), **nobody, "lookupEnabled": False})


async def _one(request: web.Request) -> Share:
    number = int(request.match_info["id"])
    for share in await _shares(request):
        if share.number == number:
            return share
    raise OcsError(HTTPStatus.NOT_FOUND, "There is no such share")


async def _shares(request: web.Request) -> list[Share]:
    """Return the links that name one file or folder, to those who may do all that they allow."""
    home, view = request[keys.HOME], (await own_sight(request)).view
    found: list[Share] = []
    async for kept in permissions_of(home.store).all():
        rules = kept.value.rules.rules if kept.value.type == SHARE else ()
        node_id = _node_named(rules)
        if node_id is None or not _is_within(request, rules):
            continue
        placed = await _placed(home.files, node_id)
        if placed is not None and await sees(home.files, view, placed[0]):
            found.append(Share(kept, *placed))
    return found


def _node_named(rules: tuple[Rule, ...]) -> str | None:
    values = [value for rule in rules if rule.type == DOCTYPE for value in rule.values]
    return values[0] if len(values) == 1 else None


def _is_within(request: web.Request, rules: tuple[Rule, ...]) -> bool:
    named = {str(place): rule for place, rule in enumerate(rules)}
    try:
        require_within(request[keys.PRINCIPAL].permissions, named)
    except LargerPermissions:
        return False
    return True


async def _placed(tree: FileTree, node_id: str) -> tuple[Node, str] | None:
    try:
        node = await tree.get(node_id)
        path = await tree.path_of(node)
    except FileTreeError:
        return None
    return None if is_in_trash(path) else (node, path)


async def _named(request: web.Request, path: str) -> tuple[Node, str]:
    """Return the node at a path, if the caller sees it. Raises OcsError."""
    tree = request[keys.HOME].files
    if names := path.strip("/"):
        with suppress(FileTreeError):
            node = await tree.at(f"/{names}")
            whole = await tree.path_of(node)
            view = (await own_sight(request)).view
            if node.id != TRASH_ID and not is_in_trash(whole) and await sees(tree, view, node):
                return node, whole
    raise OcsError(HTTPStatus.NOT_FOUND, "Wrong path, file/folder does not exist")


def _told(request: web.Request, share: Share) -> dict[str, Any]:
    return shown(share, request[keys.HOME], f"{request.scheme}://{request.host}")


async def _said(request: web.Request) -> dict[str, str]:
    form = await request.post()
    texts = {name: value for name, value in form.items() if isinstance(value, str)}
    return {**request.query, **texts}


def _end(text: str) -> str:
    """Read until which day a link lasts, that day included; "" is for ever. Raises OcsError."""
    if not text.strip():
        return ""
    try:
        day = datetime.fromisoformat(text.strip()).date()
    except ValueError:
        raise OcsError(HTTPStatus.NOT_FOUND, "Invalid date, format must be YYYY-MM-DD") from None
    return f"{day.isoformat()}T23:59:59+00:00"


def _notes(said: Mapping[str, str], before: Mapping[str, Any]) -> dict[str, Any]:
    return {**before, **{name: said[name] for name in ("label", "note") if name in said}}


def routes() -> list[web.AbstractRouteDef]:
    """Return its routes."""
    found: list[web.AbstractRouteDef] = []
    for version in ("v1", "v2"):
        base = f"/ocs/{version}.php/apps/files_sharing/api/v1"
        found += [
            web.get(f"{base}/shares", speaking_ocs(listing)),
            web.post(f"{base}/shares", speaking_ocs(make)),
            web.get(f"{base}/shares/{{id:\\d{{1,18}}}}", speaking_ocs(show)),
            web.put(f"{base}/shares/{{id:\\d{{1,18}}}}", speaking_ocs(change)),
            web.delete(f"{base}/shares/{{id:\\d{{1,18}}}}", speaking_ocs(end)),
            web.get(f"{base}/sharees", speaking_ocs(sharees)),
        ]
    return found
