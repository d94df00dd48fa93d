"""What an administrator does to a database: compaction, limits, security, purging."""

import asyncio

import msgspec
from aiohttp import web

from replication.core.document import DESIGN_PREFIX
from replication.core.errors import Invalid
from replication.core.revision import Revision
from replication.wire import bulk_json
from replication.wire.document_json import encode, parse_members
from server import keys
from server.couch_auth.security import parse_security
from server.data import access, reading
from server.data.answers import json_answer
from server.data.dialect import DataDialect

MOST_PURGED_AT_ONCE = 100  # documents; CouchDB's max_document_id_number
MOST_REVISIONS_PURGED_AT_ONCE = 1000  # CouchDB's max_revisions_number


class MaintenanceRoutes:
    """Maintenance of databases; its compactions under way."""

    def __init__(self, dialect: DataDialect) -> None:
        self._dialect = dialect
        self._compactions: set[asyncio.Task[None]] = set()

    async def compact(self, request: web.Request) -> web.Response:
        """POST /{database}/_compact: starts it; readers and writers go on meanwhile."""
        database = await access.writing(request, self._dialect)
        await reading.json_body(request)
        task = asyncio.ensure_future(database.compact())
        self._compactions.add(task)
        task.add_done_callback(self._compactions.discard)
        # short ones are over before the answer: a client that compacts to read what is gone
        # need not ask again and again
        await asyncio.wait({task}, timeout=1.0)
        return json_answer(b'{"ok":true}', status=202)

    async def view_cleanup(self, request: web.Request) -> web.Response:
        """POST /{database}/_view_cleanup: forget the indexes that nobody defines any more."""
        database = await access.writing(request, self._dialect)
        await reading.json_body(request)
        await request[keys.INSTANCE].designs.clean_up(database.name)
        return json_answer(b'{"ok":true}', status=202)

    async def compact_views(self, request: web.Request) -> web.Response:
        """POST /{database}/_compact/{design}: nothing to do, for indexes are kept compact."""
        database = await access.writing(request, self._dialect)
        await reading.json_body(request)
        await database.get(DESIGN_PREFIX + request.match_info["design"])
        return json_answer(b'{"ok":true}', status=202)

    async def set_revs_limit(self, request: web.Request) -> web.Response:
        """PUT /{database}/_revs_limit."""
        database = await access.writing(request, self._dialect)
        await database.set_revs_limit(await _positive(request))
        return json_answer(b'{"ok":true}')

    async def set_security(self, request: web.Request) -> web.Response:
        """PUT /{database}/_security."""
        database = await access.writing(request, self._dialect)
        body = await reading.body_under_cap(request)
        parse_members(body)
        parse_security(body)
        await database.set_security(encode(msgspec.json.decode(body)))
        return json_answer(b'{"ok":true}')

    async def purge(self, request: web.Request) -> web.Response:
        """POST /{database}/_purge."""
        database = await access.writing(request, self._dialect)
        asked = bulk_json.parse_revisions(await reading.json_body(request))
        if len(asked) > MOST_PURGED_AT_ONCE:
            raise Invalid("bad_request", "Exceeded maximum number of documents.")
        if sum(map(len, asked.values())) > MOST_REVISIONS_PURGED_AT_ONCE:
            raise Invalid("bad_request", "Exceeded maximum number of revisions.")
        purged = await database.purge(asked)
        answer = {"purge_seq": None, "purged": {n: _texts(revs) for n, revs in purged.items()}}
        return json_answer(encode(answer), status=201)

    async def set_purged_infos_limit(self, request: web.Request) -> web.Response:
        """PUT /{database}/_purged_infos_limit."""
        database = await access.writing(request, self._dialect)
        await database.set_purged_infos_limit(await _positive(request))
        return json_answer(b'{"ok":true}')

    def routes(self) -> list[web.RouteDef]:
        """Return the routes of maintenance."""
        database = self._dialect.prefix + "/{database}"
        return [
            web.post(database + "/_compact", self.compact),
            web.post(database + "/_compact/{design}", self.compact_views),
            web.post(database + "/_view_cleanup", self.view_cleanup),
            web.get(database + "/_revs_limit", revs_limit),
            web.put(database + "/_revs_limit", self.set_revs_limit),
            web.get(database + "/_security", security),
            web.put(database + "/_security", self.set_security),
            web.post(database + "/_purge", self.purge),
            web.get(database + "/_purged_infos", purged_infos),
            web.get(database + "/_purged_infos_limit", purged_infos_limit),
            web.put(database + "/_purged_infos_limit", self.set_purged_infos_limit),
        ]


def _texts(revisions: tuple[Revision, ...]) -> list[str]:
    return [str(revision) for revision in revisions]


async def _positive(request: web.Request) -> int:
    limit = bulk_json.decode(await reading.body_under_cap(request), int)
    if limit < 1:
        raise Invalid("bad_request", "`limit` must be positive")
    return min(limit, reading.MOST)


async def revs_limit(request: web.Request) -> web.Response:
    """GET /{database}/_revs_limit."""
    database = await access.reading(request)
    return json_answer(encode(await database.revs_limit()))


async def security(request: web.Request) -> web.Response:
    """GET /{database}/_security."""
    database = await access.reading(request)
    return json_answer(await database.security())


async def purged_infos_limit(request: web.Request) -> web.Response:
    """GET /{database}/_purged_infos_limit."""
    database = await access.reading(request)
    return json_answer(encode(await database.purged_infos_limit()))


async def purged_infos(request: web.Request) -> web.Response:
    """GET /{database}/_purged_infos: what was asked to be purged, whether it was there or not."""
    database = await access.reading(request)
    listed = [
        {"id": info.document_id, "revs": _texts(info.revisions)}
        for info in await database.purged_infos()
    ]
    return json_answer(encode({"purged_infos": listed}))
