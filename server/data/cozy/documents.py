"""One document at a time in Cozy's dialect (cozy.md B6)."""

import msgspec
from aiohttp import hdrs, web

from doctypes.accounts.credentials import DOCTYPE as ACCOUNTS
from replication.core.document import DESIGN_PREFIX, Edit
from replication.core.errors import DatabaseMissing, Invalid
from replication.core.revision import Revision
from replication.store.protocol import Database
from replication.wire.document_json import (
    PLAIN,
    Members,
    encode,
    parse_document,
    parse_members,
    render_document,
)
from server import keys
from server.accounts.sealed_store import in_the_clear
from server.auth.principal import Kind
from server.data import access, documents, reading
from server.data.answers import json_answer, sole_outcome
from server.data.cozy.refusals import CozyRefused, DoctypeUnknown
from server.data.dialect import COZY

_TYPE = "_type"
"""Cozy tells it with each document, and its clients send it back; it is no part of any."""

_AS_COUCH = frozenset(
    {
        *("revs", "open_revs", "rev", "latest", "conflicts", "deleted_conflicts", "meta"),
        *("revs_info", "local_seq", "attachments", "att_encoding_info", "atts_since"),
    }
)
"""Who asks for these replicates, and gets the document as CouchDB has it."""


async def get(request: web.Request) -> web.StreamResponse:
    """GET /data/{doctype}/{id}."""
    if request.query.keys() & _AS_COUCH:
        return await documents.get(request)
    database = await _opened(request)
    stored = await database.get(request.match_info["id"])
    etag = f'"{stored.revision}"'
    if request.headers.get(hdrs.IF_NONE_MATCH) == etag:
        return web.Response(status=304, headers={hdrs.ETAG: etag})
    if database.name == ACCOUNTS and _gets_credentials(request):
        body = in_the_clear(stored.body, request[keys.HOME].secret)
        stored = stored._replace(body=body)
    told = _typed(render_document(stored, PLAIN), database.name)
    return json_answer(told, headers={hdrs.ETAG: etag})


async def post(request: web.Request) -> web.Response:
    """POST /data/{doctype}/: a new document, whose id is nobody's to choose."""
    database = await access.writing(request, COZY)
    members = await _members(request)
    if _text(members, "_id"):
        raise Invalid("defined_id", "document _id should be empty")
    members.pop("_id", None)
    parsed = parse_document(members, new_id=documents.new_document_id())
    return await _written(request, database, parsed.edit.document_id, members, status=201)


async def put(request: web.Request) -> web.Response:
    """PUT /data/{doctype}/{id}: with `_id` and `_rev` an update, with neither a new document."""
    members = await _members(request)
    named, rev = _text(members, "_id"), _text(members, "_rev")
    if bool(named) != bool(rev):
        raise CozyRefused(
            "You must either provide an _id and _rev in document (update) or neither "
            "(create with fixed id)."
        )
    document_id = request.match_info["id"]
    if named and named != document_id:
        raise CozyRefused("document _id doesnt match url")
    for name in ("_id", "_rev"):
        if not named:
            members.pop(name, None)
    if named:  # what has no documents has none to update
        await _opened(request)
    database = await access.writing(request, COZY)
    return await _written(request, database, document_id, members, status=200)


async def delete(request: web.Request) -> web.Response:
    """DELETE /data/{doctype}/{id}: the revision stands in the URL or in If-Match."""
    asked, matched = request.query.get("rev", ""), request.headers.get("If-Match", "").strip('"')
    if asked and matched and asked != matched:
        raise CozyRefused("If-Match Header and rev query parameters mismatch")
    if not (asked or matched):
        raise CozyRefused("delete without revision")
    name = access.writable_name(request, made=False)
    await _opened(request)
    # 404 before anything else, also for who may delete and not read.
    await (await request[keys.HOME].store.open(name)).get(request.match_info["id"])
    database = await access.writing(request, COZY)
    edit = Edit(request.match_info["id"], deleted=True, base=Revision.parse(asked or matched))
    written = sole_outcome(await database.write([edit]))
    return json_answer(encode(COZY.written(database.name, written, None)))


async def refuse_design(request: web.Request) -> web.Response:
    """Refuse to write a design document by itself: indexes are made, and bulks replicate."""
    del request
    raise web.HTTPMethodNotAllowed("PUT", ["GET", "DELETE"])


async def _opened(request: web.Request) -> Database:
    """Open the database in the path. Raises DoctypeUnknown."""
    try:
        return await access.reading(request)
    except DatabaseMissing as error:
        raise DoctypeUnknown from error


async def _members(request: web.Request) -> Members:
    members = parse_members(await reading.json_body(request))
    members.pop(_TYPE, None)
    return members


def _text(members: Members, name: str) -> str:
    """Return a member that is a string; "" for none, and for what is none."""
    try:
        return msgspec.json.decode(members[name], type=str | None) or "" if name in members else ""
    except msgspec.DecodeError:
        raise Invalid("bad_request", f"{name} must be a string") from None


async def _written(
    request: web.Request, database: Database, document_id: str, members: Members, *, status: int
) -> web.Response:
    parsed = parse_document(members, document_id=document_id)
    written = await documents.write_one(request, database, parsed)
    data: dict[str, object] = {"_id": document_id, "_rev": str(written.revision)}
    said = {name: value for name, value in members.items() if name not in data}
    answer = COZY.written(database.name, written, b"{}")
    answer["data"] = {**data, _TYPE: database.name, **said}
    return json_answer(encode(answer), status=status, headers={"ETag": f'"{written.revision}"'})


def _gets_credentials(request: web.Request) -> bool:
    """Tell whether who asks signs in elsewhere for the owner: connectors, and services of apps."""
    kind = request[keys.PRINCIPAL].kind
    return kind is Kind.KONNECTOR or (
        kind is Kind.APP and request.query.get("include") == "credentials"
    )


def _typed(document: bytes, doctype: str) -> bytes:
    return document[:-1] + b',"_type":' + encode(doctype) + b"}"


def routes() -> list[web.RouteDef]:
    """Return the routes of single documents, design documents by their name of two steps."""
    doctype = COZY.prefix + "/{database}"
    design = doctype + "/{id:" + DESIGN_PREFIX + "[^/]+}"
    return [
        web.get(design, documents.get),
        web.put(design, refuse_design),
        *on(doctype + "/{id}"),
    ]


def usual_routes() -> list[web.RouteDef]:
    """Return the routes of documents with usual names, to be looked at first."""
    return on(COZY.prefix + "/{database:[a-z][^/]*}/{id:[^_/][^/]*}")


def on(path: str) -> list[web.RouteDef]:
    """Return the routes of one document at a path."""
    return [web.get(path, get), web.put(path, put), web.delete(path, delete)]


def posting_routes() -> list[web.RouteDef]:
    """Return the routes of documents that get an id."""
    doctype = COZY.prefix + "/{database}"
    return [web.post(doctype, post), web.post(doctype + "/", post)]
