"""A request as functions of design documents see it: CouchDB's request object."""

from urllib.parse import parse_qsl, unquote

import msgspec
from aiohttp import hdrs, web

from replication.core.errors import Invalid
from replication.store.protocol import Database
from replication.wire.document_json import encode
from server.auth.public import route_of
from server.data.databases import figures
from server.data.documents import new_document_id
from server.data.user_context import user_context

REQUESTED = web.RequestKey("requested", str)
"""The path that was asked for, when a rewrite led elsewhere."""

_KEPT_BACK = frozenset(
    name.lower() for name in (hdrs.AUTHORIZATION, hdrs.COOKIE, hdrs.PROXY_AUTHORIZATION)
)
_JSON_PARAMETERS = frozenset({"key", "startkey", "start_key", "endkey", "end_key", "descending"})
_FORM = "application/x-www-form-urlencoded"


async def request_object(
    request: web.Request,
    database: Database,
    *,
    document_id: str | None = None,
    body: bytes | None = None,
) -> bytes:
    """Return CouchDB's request object in JSON, without what would give its sender away.

    `document_id` is what the path names, `body` what came along. Raises Invalid for query
    parameters that are not the JSON they should be.
    """
    described = {
        "info": figures(await database.info()),
        "id": document_id,
        "uuid": new_document_id(),
        "method": request.method,
        "requested_path": _steps(request, request.get(REQUESTED, request.rel_url.raw_path)),
        "path": _steps(request, request.rel_url.raw_path),
        "raw_path": _text(request.raw_path.removeprefix(_prefix(request))),
        "query": {name: _parameter(name, value) for name, value in request.query.items()},
        "headers": {
            name: _text(value)
            for name, value in request.headers.items()
            if name.lower() not in _KEPT_BACK
        },
        "body": "undefined" if body is None else body.decode("utf-8", "replace"),
        "peer": request.remote,
        "form": _form(request, body or b""),
        "cookie": {},
        "userCtx": msgspec.Raw(user_context(request, database.name)),
        "secObj": msgspec.Raw(await database.security()),
    }
    return encode(described)


def _prefix(request: web.Request) -> str:
    """Return what of the path comes before the database: functions were written without."""
    return route_of(request).partition("/{database}")[0]


def _steps(request: web.Request, path: str) -> list[str]:
    steps = path.removeprefix(_prefix(request)).split("/")
    return [unquote(step, errors="replace") for step in steps if step]


def _form(request: web.Request, body: bytes) -> dict[str, str]:
    if request.content_type != _FORM or request.method not in (hdrs.METH_POST, hdrs.METH_PUT):
        return {}
    text = body.decode("utf-8", "replace")
    return dict(parse_qsl(text, keep_blank_values=True, errors="replace"))


def _text(value: str) -> str:
    """Headers need not be UTF-8; JSON must."""
    return value.encode("utf-8", "replace").decode()


def _parameter(name: str, value: str) -> object:
    if name not in _JSON_PARAMETERS:
        return value
    try:
        return msgspec.json.decode(value.encode())
    except msgspec.DecodeError:
        raise Invalid("bad_request", "invalid UTF-8 JSON") from None
