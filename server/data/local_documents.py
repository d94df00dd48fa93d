"""`_local/` documents: checkpoints of replications, which are never replicated themselves."""

from functools import partial

from aiohttp import web

from doctypes.permissions.errors import PermissionDenied
from replication.core.document import Edit, Written
from replication.core.errors import DocumentMissing, Invalid, Refused
from replication.core.revision import Revision
from replication.store.protocol import Database, Outcome
from replication.wire.document_json import encode, parse_document, parse_members, render_local
from server.data import access, reading, size_limits
from server.data.answers import json_answer, location, sole_outcome
from server.data.dialect import DataDialect


def _document_id(request: web.Request) -> str:
    return "_local/" + request.match_info["name"]


async def get(request: web.Request) -> web.Response:
    """GET /{database}/_local/{name}."""
    database = await access.reading(request)
    return json_answer(render_local(await database.get_local(_document_id(request))))


async def put(dialect: DataDialect, request: web.Request) -> web.Response:
    """PUT /{database}/_local/{name}.

    Checkpoints are written to databases that are otherwise read-only: a pull notes its progress
    on the source. Attachments are left out, as CouchDB does.
    """
    database = await access.reading(request)
    document_id = _document_id(request)
    members = parse_members(await reading.body_under_cap(request))
    parsed = parse_document(members, document_id=document_id)
    size_limits.check_documents(request, [parsed])
    written = sole_outcome([await write(database, parsed.edit)])
    place = location(request, dialect, database.name, document_id)
    status = 200 if parsed.edit.deleted else 201
    return json_answer(_answer(written), status=status, headers={"Location": place})


async def write(database: Database, edit: Edit) -> Outcome:
    """Write a `_local/` document, or forget it when it is deleted.

    They are a reader's notes, so it takes what reading takes; in a bulk that hinders no others.
    """
    try:
        return await _written(database, edit)
    except PermissionDenied:
        return Refused("forbidden", "Forbidden")


async def _written(database: Database, edit: Edit) -> Outcome:
    if not edit.deleted:
        document = await database.put_local(edit.document_id, edit.body, edit.base)
        return Written(edit.document_id, document.revision, None)
    try:
        await database.delete_local(edit.document_id)
    except DocumentMissing as error:
        return error
    return Written(edit.document_id, Revision(0, "0"), None)


async def delete(request: web.Request) -> web.Response:
    """DELETE /{database}/_local/{name}."""
    database = await access.reading(request)
    document_id = _document_id(request)
    written = sole_outcome([await write(database, Edit(document_id, deleted=True))])
    return json_answer(_answer(written))


async def refuse_attachment(request: web.Request) -> web.Response:
    """Say that local documents have no attachments, whatever is wanted of one."""
    del request
    raise Invalid("bad_request", "_local documents do not accept attachments.")


async def refuse_name(request: web.Request) -> web.Response:
    """Say that a local document has a name, whatever is wanted of one without."""
    del request
    raise Invalid("bad_request", "Invalid _local document id.")


def _answer(written: Written) -> bytes:
    return encode({"ok": True, "id": written.document_id, "rev": str(written.revision)})


def routes(dialect: DataDialect) -> list[web.RouteDef]:
    """Return the routes of local documents, with the slash written out or encoded."""
    database = dialect.prefix + "/{database}"
    paths = (database + "/_local/{name}", database + "/_local%2F{name}")
    nameless = [
        web.route("*", database + ending, refuse_name) for ending in ("/_local", "/_local/")
    ]
    return nameless + [
        route
        for path in paths
        for route in (
            web.get(path, get),
            web.put(path, partial(put, dialect)),
            web.delete(path, delete),
            web.route("*", path + "/{attachment:.+}", refuse_attachment),
        )
    ]
