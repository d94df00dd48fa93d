"""`_local/` documents: checkpoints of replications, which are never replicated themselves."""

from aiohttp import web

from replication.core.document import LocalDocument
from replication.core.errors import Invalid
from replication.core.revision import Revision
from replication.wire.document_json import encode, parse_document, parse_members, render_local
from server.data import access, reading
from server.data.answers import json_answer
from server.data.dialect import DataDialect


def _document_id(request: web.Request) -> str:
    return "_local/" + request.match_info["name"]


async def get(request: web.Request) -> web.Response:
    """GET /{database}/_local/{name}."""
    database = await access.reading(request)
    return json_answer(render_local(await database.get_local(_document_id(request))))


async def put(request: web.Request) -> web.Response:
    """PUT /{database}/_local/{name}.

    Checkpoints are written to databases that are otherwise read-only: a pull notes its progress
    on the source. Attachments are left out, as CouchDB does.
    """
    database = await access.reading(request)
    document_id = _document_id(request)
    members = parse_members(await reading.body_under_cap(request))
    parsed = parse_document(members, document_id=document_id)
    if parsed.edit.deleted:
        await database.delete_local(document_id)
        return json_answer(_written(LocalDocument(document_id, Revision(0, "0"), b"{}")))
    document = await database.put_local(document_id, parsed.edit.body, parsed.edit.base)
    return json_answer(_written(document), status=201)


async def delete(request: web.Request) -> web.Response:
    """DELETE /{database}/_local/{name}."""
    database = await access.reading(request)
    document_id = _document_id(request)
    await database.delete_local(document_id)
    return json_answer(_written(LocalDocument(document_id, Revision(0, "0"), b"{}")))


async def refuse_attachment(request: web.Request) -> web.Response:
    """Say that local documents have no attachments, whatever is wanted of one."""
    del request
    raise Invalid("bad_request", "_local documents do not accept attachments.")


def _written(document: LocalDocument) -> bytes:
    return encode({"ok": True, "id": document.document_id, "rev": str(document.revision)})


def routes(dialect: DataDialect) -> list[web.RouteDef]:
    """Return the routes of local documents, with the slash written out or encoded."""
    database = dialect.prefix + "/{database}"
    paths = (database + "/_local/{name}", database + "/_local%2F{name}")
    return [
        route
        for path in paths
        for route in (
            web.get(path, get),
            web.put(path, put),
            web.delete(path, delete),
            web.route("*", path + "/{attachment:.+}", refuse_attachment),
        )
    ]
