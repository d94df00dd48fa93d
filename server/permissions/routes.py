"""`/permissions`: what a credential may do, and links for others (cozy.md B5)."""

import base64
from itertools import islice

from aiohttp import web

from doctypes.permissions.errors import PermissionDenied
from doctypes.permissions.permission_set import PermissionSet
from doctypes.permissions.rule import Subject, Verb
from doctypes.permissions.scope import parse_rules
from replication.core.errors import DatabaseMissing
from replication.store.protocol import Database
from server import keys
from server.audit.trail import audited
from server.auth.errors import NotForThisCredential
from server.auth.principal import Kind, Principal
from server.data import reading
from server.http.jsonapi import answer, answer_one
from server.instances.collection import Kept
from server.instances.instance import Instance
from server.permissions.asked import read_asked, read_documents, read_names, read_span
from server.permissions.links import Codes, Links, source_of
from server.permissions.permission import (
    APP,
    KONNECTOR,
    SHARE,
    Permission,
    of_source,
    permissions_of,
)
from server.permissions.seeing import may_see, subject_of
from server.permissions.shown import shown, shown_self

LINKS = web.AppKey("links", Links)

_PAGE, _MOST = 30, 100
_LARGEST_BODY = 1024 * 1024
_MAKERS = frozenset({Kind.OWNER, Kind.OAUTH, Kind.APP, Kind.CLI, Kind.DEVICE})
"""Who may share: neither what fetches data, nor who has only been shared something."""


async def own(request: web.Request) -> web.Response:
    """GET /permissions/self: what the caller may do."""
    home, principal = request[keys.HOME], request[keys.PRINCIPAL]
    if principal.kind is Kind.SHARE:
        kept = await permissions_of(home.store).get(principal.credential)
        if kept is not None:
            return answer_one(shown(home, kept, with_codes=False))
    return answer_one(shown_self(principal, await source_of(home, principal)))


async def make(request: web.Request) -> web.Response:
    """POST /permissions?codes=…&ttl=…&tinycode=…: a link. Raises LargerPermissions."""
    home, principal, query = request[keys.HOME], request[keys.PRINCIPAL], request.query
    if principal.kind not in _MAKERS:
        raise NotForThisCredential
    codes = Codes(
        tuple(read_names(query.get("codes", ""))),
        query.get("tinycode") in ("true", "1"),
        read_span(query["ttl"]) if query.get("ttl") else None,
    )
    asked = read_asked(await _body(request))
    kept = await request.app[LINKS].make(home, principal, asked, codes)
    await audited(request, "link.made", _types_of(kept), link=kept.id)
    return answer_one(shown(home, kept))


async def get(request: web.Request) -> web.Response:
    """GET /permissions/{id}."""
    kept = await _governed(request)
    return answer_one(shown(request[keys.HOME], kept))


async def patch(request: web.Request) -> web.Response:
    """PATCH /permissions/{id}."""
    return await _changed(request, await _governed(request))


async def delete(request: web.Request) -> web.Response:
    """DELETE /permissions/{id}: what is open through it ends at once."""
    home, kept = request[keys.HOME], await _governed(request)
    if kept.value.type != SHARE:
        raise NotForThisCredential
    await request.app[LINKS].end(home, kept.id)
    request.app[keys.LIVE].cut_off(home.domain, kept.id)
    await audited(request, "link.ended", _types_of(kept), link=kept.id)
    return web.Response(status=204)


async def patch_app(request: web.Request) -> web.Response:
    """PATCH /permissions/apps/{slug}."""
    return await _changed(request, await _of_slug(request, "io.cozy.apps", APP))


async def patch_konnector(request: web.Request) -> web.Response:
    """PATCH /permissions/konnectors/{slug}."""
    return await _changed(request, await _of_slug(request, "io.cozy.konnectors", KONNECTOR))


async def _changed(request: web.Request, kept: Kept[Permission]) -> web.Response:
    home, principal = request[keys.HOME], request[keys.PRINCIPAL]
    asked = read_asked(await _body(request))
    changed = await request.app[LINKS].change(home, kept.id, principal, asked)
    if changed is None:
        raise web.HTTPNotFound
    request.app[keys.LIVE].cut_off(home.domain, kept.id)
    what = "link.changed" if kept.value.type == SHARE else "permissions.changed"
    await audited(request, what, _types_of(changed), link=kept.id)
    return answer_one(shown(home, changed))


async def exists(request: web.Request) -> web.Response:
    """POST /permissions/exists: what the caller may do to each of some documents."""
    home, principal = request[keys.HOME], request[keys.PRINCIPAL]
    told = []
    for doctype, document_id in read_documents(await _body(request)):
        subject = await _subject(home, doctype, document_id)
        verbs = [str(verb) for verb in Verb if may_see(principal, verb, doctype, subject)]
        told.append({"type": doctype, "id": document_id, "verbs": verbs})
    return answer({"data": told})


async def _subject(home: Instance, doctype: str, document_id: str) -> Subject:
    try:
        database: Database = await home.store.open(doctype)
    except DatabaseMissing:
        return Subject(document_id, {})
    (row,) = await database.get_many([document_id])
    if row is None or row.deleted:
        return Subject(document_id, {})
    return await subject_of(database, document_id, row.body)


async def shared_by_link(request: web.Request) -> web.Response:
    """GET /permissions/doctype/{doctype}/shared-by-link: the links to documents of a type."""
    home, principal = request[keys.HOME], request[keys.PRINCIPAL]
    doctype = request.match_info["doctype"]
    if principal.kind not in _MAKERS or not may_see(principal, Verb.GET, doctype, None):
        raise PermissionDenied(Verb.GET, doctype)
    limit = min(reading.number(request, "page[limit]") or _PAGE, _MOST)
    cursor = _read_cursor(request.query.get("page[cursor]", ""))
    links = [
        kept
        async for kept in permissions_of(home.store).all()
        if kept.id > cursor and _shares(kept.value, doctype)
    ]
    page = list(islice(links, limit))
    document: dict[str, object] = {
        "data": [shown(home, kept).render() for kept in page],
        "meta": {"count": len(page)},
        "links": {},
    }
    if len(links) > limit:
        bare = request.rel_url.without_query_params("page[cursor]")
        document["links"] = {"next": str(bare.extend_query({"page[cursor]": _cursor(page[-1].id)}))}
    return answer(document)


def _types_of(kept: Kept[Permission]) -> str:
    return " ".join(sorted({rule.type for rule in kept.value.rules.rules}))


def _shares(link: Permission, doctype: str) -> bool:
    return link.type == SHARE and any(rule.covers_type(doctype) for rule in link.rules.rules)


def _cursor(link_id: str) -> str:
    return base64.urlsafe_b64encode(link_id.encode()).decode()


def _read_cursor(text: str) -> str:
    try:
        return base64.b64decode(text, altchars=b"-_", validate=True).decode()
    except ValueError as error:
        raise web.HTTPUnprocessableEntity(text="page[cursor] is none that was given.") from error


async def _governed(request: web.Request) -> Kept[Permission]:
    """Return the set in the path, to who made it or may do all that it allows. Raises 403, 404."""
    home, principal = request[keys.HOME], request[keys.PRINCIPAL]
    if principal.kind not in _MAKERS:
        raise NotForThisCredential
    kept = await permissions_of(home.store).get(request.match_info["id"])
    if kept is None:
        raise web.HTTPNotFound
    source = await source_of(home, principal)
    if not (source and source == kept.value.source_id) and not _covers(principal, kept.value):
        raise NotForThisCredential
    return kept


async def _of_slug(request: web.Request, doctype: str, kind: str) -> Kept[Permission]:
    """Return the set of an application, to who may do all that it allows. Raises 403, 404."""
    home, principal = request[keys.HOME], request[keys.PRINCIPAL]
    if principal.kind not in _MAKERS:
        raise NotForThisCredential
    kept = await of_source(home.store, f"{doctype}/{request.match_info['slug']}", kind)
    if kept is None:
        raise web.HTTPNotFound
    if not _covers(principal, kept.value):
        raise NotForThisCredential
    return kept


def _covers(principal: Principal, link: Permission) -> bool:
    return principal.permissions.contains(
        PermissionSet(tuple(parse_rules(link.permissions).values()))
    )


async def _body(request: web.Request) -> bytes:
    if (request.content_length or 0) > _LARGEST_BODY:
        raise web.HTTPRequestEntityTooLarge(_LARGEST_BODY, request.content_length or 0)
    pieces = [piece async for piece in reading.pieces_of(request, _LARGEST_BODY)]
    return b"".join(pieces)


def routes() -> list[web.RouteDef]:
    """Return the routes of this room; fixed names before `{id}`."""
    room = "/permissions"
    by_link = room + "/doctype/{doctype}/"
    return [
        web.get(room + "/self", own),
        web.post(room, make),
        web.post(room + "/exists", exists),
        web.get(by_link + "shared-by-link", shared_by_link),
        web.get(by_link + "sharedByLink", shared_by_link),
        web.patch(room + "/apps/{slug}", patch_app),
        web.patch(room + "/konnectors/{slug}", patch_konnector),
        web.get(room + "/{id}", get),
        web.patch(room + "/{id}", patch),
        web.delete(room + "/{id}", delete),
    ]
