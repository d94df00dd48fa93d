"""Indexes and the documents they stand in: who may read a type may make them (cozy.md B6).

Cozy asks for GET on the whole type, whatever is done to an index, and its applications rely on it:
an index says nothing that its maker could not read, and changes no document.
"""

from aiohttp import web

from replication.core.document import DESIGN_PREFIX, Edit
from replication.core.revision import Revision
from replication.store.protocol import Database
from replication.wire.document_json import encode
from server import keys
from server.data import access
from server.data.all_docs import DESIGN_DOCS
from server.data.answers import json_answer, sole_outcome
from server.data.copying import copy_of, parse_destination
from server.data.dialect import COZY
from server.data.index_routes import IndexRoutes
from server.data.user_context import user_context


class CozyIndexes(IndexRoutes):
    """Indexes for who may read."""

    async def _opened(self, request: web.Request) -> Database:
        return await for_designs(request)


async def for_designs(request: web.Request) -> Database:
    """Open a database to write its design documents, for who may read all of it."""
    guarded = await access.reading(request)
    designs = request[keys.INSTANCE].designs
    whole = await designs.store.open(guarded.name)
    return await designs.validated(whole, user_context(request, guarded.name))


async def copy(request: web.Request) -> web.Response:
    """POST /data/{doctype}/_design/{design}/copy: the header Destination names the copy."""
    if "Destination" not in request.headers:
        return json_answer(encode("You must set a Destination header"), status=400)
    destination = parse_destination(request.headers["Destination"])
    database = await for_designs(request)
    edit = await copy_of(database, _design_id(request), None)
    copied = DESIGN_PREFIX + destination.document_id.removeprefix(DESIGN_PREFIX)
    edit = edit._replace(document_id=copied, base=destination.base)
    written = sole_outcome(await database.write([edit]))
    answer = {"ok": True, "id": written.document_id, "rev": str(written.revision)}
    return json_answer(encode(answer), status=201)


async def delete(request: web.Request) -> web.Response:
    """DELETE /data/{doctype}/_design/{design}?rev=…."""
    rev = request.query.get("rev")
    if not rev:
        return json_answer(encode({"error": "You must pass a rev param"}), status=400)
    database = await for_designs(request)
    edit = Edit(_design_id(request), deleted=True, base=Revision.parse(rev))
    written = sole_outcome(await database.write([edit]))
    answer = {"ok": True, "id": written.document_id, "rev": str(written.revision)}
    return json_answer(encode(answer))


def _design_id(request: web.Request) -> str:
    return DESIGN_PREFIX + request.match_info["design"]


def routes() -> list[web.RouteDef]:
    """Return the routes of indexes and of design documents, but for those of one by its name."""
    doctype = COZY.prefix + "/{database}"
    return [
        web.post(doctype + "/_index", CozyIndexes(COZY).create),
        web.get(doctype + "/_design_docs", DESIGN_DOCS.get),
        web.post(doctype + "/_design/{design}/copy", copy),
    ]


def deleting_routes() -> list[web.RouteDef]:
    """Return the route by which a design document ends."""
    return [web.delete(COZY.prefix + "/{database}/_design/{design}", delete)]
