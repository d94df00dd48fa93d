"""Who asks, as functions of design documents are told."""

from aiohttp import web

from replication.wire.document_json import encode
from server import keys


def user_context(request: web.Request, database: str) -> bytes:
    """Return CouchDB's `userCtx` in JSON. A home's owner is an admin of all its databases."""
    user = request.get(keys.USER)
    if user is not None:
        context: dict[str, object] = {"name": user.name, "roles": user.roles}
    else:
        principal = request[keys.PRINCIPAL]
        roles = ["_admin"] if principal.permissions.everything else []
        context = {"name": principal.name, "roles": roles}
    return encode({"db": database, **context})
