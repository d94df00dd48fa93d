"""What CouchDB says of itself beside its databases: ids, health, members."""

import secrets

from aiohttp import web

from replication.core.errors import DatabaseMissing, Invalid
from replication.wire.document_json import encode
from server import keys
from server.data import reading
from server.data.answers import json_answer
from server.data.dialect import DataDialect

MOST_IDS = 1000
NODE = "nonode@nohost"


async def uuids(request: web.Request) -> web.Response:
    """GET /_uuids."""
    count = reading.number(request, "count", word="bad_request")
    wanted = 1 if count is None else count
    if wanted > MOST_IDS:
        raise Invalid("bad_request", "count parameter too large")
    answer = encode({"uuids": [secrets.token_hex(16) for _ in range(wanted)]})
    return json_answer(answer, headers={"Cache-Control": "no-cache", "Pragma": "no-cache"})


async def up(request: web.Request) -> web.Response:
    """GET /_up."""
    await request[keys.INSTANCE].store.names()
    return json_answer(b'{"status":"ok","seeds":{}}')


async def membership(request: web.Request) -> web.Response:
    """GET /_membership: one node."""
    del request
    return json_answer(encode({"all_nodes": [NODE], "cluster_nodes": [NODE]}))


async def db_updates(request: web.Request) -> web.Response:
    """GET /_db_updates: what CouchDB answers where no `_global_changes` was made to keep them."""
    del request
    raise DatabaseMissing("_global_changes")


def routes(dialect: DataDialect) -> list[web.RouteDef]:
    """Return these routes; Cozy's dialect has none of them."""
    if dialect.is_cozy:
        return []
    root = dialect.prefix
    return [
        web.get(root + "/_uuids", uuids),
        web.get(root + "/_up", up),
        web.get(root + "/_db_updates", db_updates),
        web.get(root + "/_membership", membership),
    ]
