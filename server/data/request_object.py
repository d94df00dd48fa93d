"""A request as functions of design documents see it: CouchDB's request object."""

import msgspec
from aiohttp import hdrs, web

from replication.core.errors import Invalid
from replication.store.protocol import Database
from replication.wire.document_json import encode
from server.data.user_context import user_context

_KEPT_BACK = frozenset(
    name.lower() for name in (hdrs.AUTHORIZATION, hdrs.COOKIE, hdrs.PROXY_AUTHORIZATION)
)
_JSON_PARAMETERS = frozenset({"key", "startkey", "start_key", "endkey", "end_key"})


async def request_object(request: web.Request, database: Database) -> bytes:
    """Return CouchDB's request object in JSON, without what would give its sender away."""
    info = await database.info()
    described = {
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
        "raw_path": _text(request.raw_path),
        "query": {name: _parameter(name, value) for name, value in request.query.items()},
        "headers": {
            name: _text(value)
            for name, value in request.headers.items()
            if name.lower() not in _KEPT_BACK
        },
        "body": "undefined",
        "peer": request.remote,
        "form": {},
        "cookie": {},
        "userCtx": msgspec.Raw(user_context(request, database.name)),
        "secObj": msgspec.Raw(await database.security()),
    }
    return encode(described)


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
