"""Filters that are functions of design documents: found, compiled, and asked."""

from collections.abc import Sequence

import msgspec
from aiohttp import hdrs, web

from replication.core.document import DESIGN_PREFIX, StoredRevision
from replication.core.errors import Invalid, Refused
from replication.store.protocol import Database
from replication.wire.document_json import Shown, encode, render_document
from server import keys
from server.data.judged_changes import Judge
from server.data.user_context import user_context
from server.functions.design_functions import Design

_SHOWN = Shown(revisions=True)
_KEPT_BACK = frozenset(
    name.lower() for name in (hdrs.AUTHORIZATION, hdrs.COOKIE, hdrs.PROXY_AUTHORIZATION)
)
_JSON_PARAMETERS = frozenset({"key", "startkey", "start_key", "endkey", "end_key"})


async def by_function(request: web.Request, database: Database, name: str) -> Judge:
    """Return the judge that a filter function, named `design/function`, is.

    Raises Invalid for another form of name, DocumentMissing, and Refused when there is no such
    function or it cannot be compiled.
    """
    design_name, filter_name = _two_names(
        name, "`filter` must be of the form `designname/filtername`"
    )
    design = await _design(database, design_name, ("filters", filter_name))
    functions = request[keys.INSTANCE].designs.functions
    await functions.check(design, ("filters", filter_name))
    asked = encode(await _request_object(request, database))

    async def judge(revisions: Sequence[StoredRevision]) -> list[bool]:
        return await functions.filter(design, filter_name, _documents(revisions), asked)

    return judge


async def by_view(request: web.Request, database: Database) -> Judge:
    """Return the judge that lets pass what a view's map function emits something for.

    Raises as `by_function` does.
    """
    name = request.query.get("view", "")
    if not name:
        raise Invalid("bad_request", "`view` filter parameter is not provided.")
    design_name, view = _two_names(name, "`view` must be of the form `designname/viewname`")
    design = await _design(database, design_name, ("views", view))
    functions = request[keys.INSTANCE].designs.functions
    await functions.check(design, ("views", view, "map"))

    async def judge(revisions: Sequence[StoredRevision]) -> list[bool]:
        return await functions.emits(design, view, _documents(revisions))

    return judge


def _documents(revisions: Sequence[StoredRevision]) -> list[bytes]:
    return [render_document(revision, _SHOWN) for revision in revisions]


def _two_names(name: str, otherwise: str) -> tuple[str, str]:
    parts = [part for part in name.split("/") if part]
    if len(parts) != 2:  # noqa: PLR2004  # as the sentence says
        raise Invalid("bad_request", otherwise)
    return parts[0], parts[1]


async def _design(database: Database, name: str, path: tuple[str, str]) -> Design:
    stored = await database.get(DESIGN_PREFIX + name)
    members = msgspec.json.decode(stored.body, type=dict[str, msgspec.Raw])
    for key in path:
        if bytes(members.get(key, b"null")) == b"null":
            raise Refused("not_found", f"missing json key: {key}")
        if key != path[-1]:
            members = _members(members[key])
    epoch = (await database.sequence()).epoch
    return Design.of(stored, database.name, epoch)


def _members(text: msgspec.Raw) -> dict[str, msgspec.Raw]:
    try:
        return msgspec.json.decode(text, type=dict[str, msgspec.Raw])
    except msgspec.ValidationError:
        raise Refused("not_found", "json_mismatch") from None


async def _request_object(request: web.Request, database: Database) -> dict[str, object]:
    """Return CouchDB's request object, without what would give its sender away."""
    info = await database.info()
    return {
        "info": {
            "db_name": info.name,
            "doc_count": info.document_count,
            "doc_del_count": info.deleted_count,
            "update_seq": str(info.sequence),
        },
        "id": None,
        "method": request.method,
        "path": [part for part in request.path.split("/") if part],
        "requested_path": [part for part in request.path.split("/") if part],
        "raw_path": request.raw_path,
        "query": {name: _parameter(name, value) for name, value in request.query.items()},
        "headers": {n: v for n, v in request.headers.items() if n.lower() not in _KEPT_BACK},
        "body": "undefined",
        "peer": request.remote,
        "form": {},
        "cookie": {},
        "userCtx": msgspec.Raw(user_context(request, database.name)),
        "secObj": msgspec.Raw(await database.security()),
    }


def _parameter(name: str, value: str) -> object:
    if name not in _JSON_PARAMETERS:
        return value
    try:
        return msgspec.json.decode(value.encode())
    except msgspec.DecodeError:
        raise Invalid("bad_request", "invalid UTF-8 JSON") from None
