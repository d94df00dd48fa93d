"""Mango's indexes over HTTP: listed, made and ended, as design documents that replicate."""

from collections.abc import Collection
from typing import NoReturn

from aiohttp import hdrs, web
from aiohttp.typedefs import Handler

from replication.core.document import Edit
from replication.core.errors import Conflict, DatabaseMissing, Refused
from replication.mango.defining import (
    NewIndex,
    NoTextSearch,
    read_bulk_delete,
    read_new_index,
    with_index,
    without_indexes,
)
from replication.mango.definition import MangoIndex, in_order
from replication.mango.question import DESIGN
from replication.store.protocol import Database
from replication.wire.document_json import encode
from server import keys
from server.data import access
from server.data.answers import json_answer, sole_outcome
from server.data.dialect import DataDialect
from server.data.find_routes import asked, object_body
from server.data.user_context import user_context

_TRIES = 5


class IndexRoutes:
    """Indexes in one dialect."""

    def __init__(self, dialect: DataDialect) -> None:
        self._dialect = dialect

    async def listing(self, request: web.Request) -> web.Response:
        """GET /{database}/_index."""
        indexes = in_order(await _indexes(request))
        skip = _number(request, "skip", 0, least=0)
        limit = _number(request, "limit", len(indexes), least=1)
        shown = [index.shown() for index in indexes[skip : skip + limit]]
        return json_answer(encode({"total_rows": len(indexes), "indexes": shown}))

    async def create(self, request: web.Request) -> web.Response:
        """POST /{database}/_index."""
        try:
            index = read_new_index(await object_body(request))
        except NoTextSearch as missing:
            told = {"error": "required index service unavailable", "reason": str(missing)}
            return json_answer(encode(told), status=503)
        created = await made(await self._opened(request), index)
        result = "created" if created else "exists"
        return json_answer(encode({"result": result, "id": index.design, "name": index.name}))

    async def delete(self, request: web.Request) -> web.Response:
        """DELETE /{database}/_index/{design}/{type}/{name}."""
        database = await self._opened(request)
        design = DESIGN + request.match_info["design"].removeprefix(DESIGN)
        kind, name = request.match_info["type"], request.match_info["name"]
        names = [
            index.name
            for index in await _indexes(request)
            if (index.design, index.kind, index.name) == (design, kind, name)
        ]
        if not names:
            raise Refused("not_found", "missing")
        await _ended(database, design, names)
        return json_answer(b'{"ok":true}')

    async def bulk_delete(self, request: web.Request) -> web.Response:
        """POST /{database}/_index/_bulk_delete."""
        designs = read_bulk_delete(await object_body(request))
        database = await self._opened(request)
        success: list[dict[str, object]] = []
        failure: list[dict[str, object]] = []
        for design in designs:
            names = [index.name for index in await _indexes(request) if index.design == design]
            if names:
                await _ended(database, design, names)
                success.insert(0, {"id": design, "ok": True})
            else:
                failure.insert(0, {"id": design, "error": "not_found"})
        return json_answer(encode({"success": success, "fail": failure}))

    async def _opened(self, request: web.Request) -> Database:
        """Open a database to write design documents, also where documents are written elsewhere.

        Raises Invalid, DatabaseMissing.
        """
        name = access.database_name(request)
        store, designs = request[keys.INSTANCE].store, request[keys.INSTANCE].designs
        try:
            database = await store.open(name)
        except DatabaseMissing:
            if not self._dialect.creates_databases:
                raise
            database = await store.ensure(name)
        return await designs.validated(database, user_context(request, name))

    def routes(self) -> list[web.RouteDef]:
        """Return the routes of indexes."""
        index = self._dialect.prefix + "/{database}/_index"
        return [
            web.get(index, self.listing),
            web.post(index, self.create),
            web.post(index + "/_bulk_delete", self.bulk_delete),
            web.route(hdrs.METH_ANY, index + "/_bulk_delete", _only("POST")),
            *self._of_one(index + "/_design/{design}/{type}/{name}"),
            *self._of_one(index + "/{design}/{type}/{name}"),
            web.route(hdrs.METH_ANY, index + "/{tail:.*}", _nothing_there),
        ]

    def _of_one(self, path: str) -> list[web.RouteDef]:
        return [web.delete(path, self.delete), web.route(hdrs.METH_ANY, path, _only("DELETE"))]


def _only(allowed: str) -> Handler:
    async def refuse(request: web.Request) -> NoReturn:
        raise web.HTTPMethodNotAllowed(request.method, [allowed])

    return refuse


async def _nothing_there(_: web.Request) -> NoReturn:
    raise Refused("not_found", "missing")


async def _indexes(request: web.Request) -> tuple[MangoIndex, ...]:
    database = await asked(request)
    return (await database.book.indexes(database.whole)).indexes


def _number(request: web.Request, name: str, otherwise: int, *, least: int) -> int:
    try:
        found = int(request.query.get(name, otherwise))
    except ValueError:
        found = least - 1
    if found < least:
        # no fault of the server's, but CouchDB's status, which clients have come to know
        reason = "Index parameter ranges: limit > 1, skip > 0"
        raise Refused("invalid_list_index_params", reason)
    return found


async def made(database: Database, index: NewIndex) -> bool:
    """Write an index into its design document; False when it is there. Raises Invalid."""
    for attempt in range(_TRIES):
        (stored,) = await database.get_many([index.design])
        before = None if stored is None or stored.deleted else stored
        body = with_index(before.body if before else None, index)
        if body is None:
            return False
        edit = Edit(index.design, body, base=before.revision if before else None)
        if await _written(database, edit, last=attempt == _TRIES - 1):
            break
    return True


async def _ended(database: Database, design: str, names: Collection[str]) -> None:
    """Take indexes out of a design document, which goes with the last of them."""
    for attempt in range(_TRIES):
        (stored,) = await database.get_many([design])
        if stored is None or stored.deleted:
            return
        body = without_indexes(stored.body, names)
        edit = Edit(design, body or b"{}", deleted=body is None, base=stored.revision)
        if await _written(database, edit, last=attempt == _TRIES - 1):
            return


async def _written(database: Database, edit: Edit, *, last: bool) -> bool:
    """Write; False when somebody else was faster, which is an error the last time."""
    try:
        sole_outcome(await database.write([edit]))
    except Conflict:
        if last:
            raise
        return False
    return True
