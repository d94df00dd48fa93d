"""What CouchDB says of itself beside its databases: ids, health, sessions, tasks, members."""

import secrets

import msgspec
from aiohttp import web

from replication.core.errors import DatabaseMissing, Invalid
from replication.wire import bulk_json
from replication.wire.document_json import encode
from server import keys
from server.data import databases, reading
from server.data.answers import json_answer
from server.data.dialect import DataDialect

MOST_IDS = 1000
NODE = "nonode@nohost"


class _Keys(msgspec.Struct):
    keys: list[str]


async def uuids(request: web.Request) -> web.Response:
    """GET /_uuids."""
    count = reading.number(request, "count")
    wanted = 1 if count is None else count
    if wanted > MOST_IDS:
        raise Invalid("bad_request", "count parameter too large")
    answer = encode({"uuids": [secrets.token_hex(16) for _ in range(wanted)]})
    return json_answer(answer, headers={"Cache-Control": "no-cache", "Pragma": "no-cache"})


async def up(request: web.Request) -> web.Response:
    """GET /_up."""
    await request[keys.INSTANCE].store.names()
    return json_answer(b'{"status":"ok","seeds":{}}')


async def active_tasks(request: web.Request) -> web.Response:
    """GET /_active_tasks."""
    del request
    return json_answer(b"[]")


async def membership(request: web.Request) -> web.Response:
    """GET /_membership: one node."""
    del request
    return json_answer(encode({"all_nodes": [NODE], "cluster_nodes": [NODE]}))


async def dbs_info(request: web.Request) -> web.Response:
    """POST /_dbs_info: figures of the databases named, null in place of those that are not."""
    asked = bulk_json.decode(await reading.json_body(request), _Keys)
    store = request[keys.INSTANCE].store
    rows: list[dict[str, object]] = []
    for name in asked.keys:
        row: dict[str, object] = {"key": name}
        try:
            if not name.startswith("_"):
                row["info"] = databases.figures(await (await store.open(name)).info())
        except DatabaseMissing:
            row["error"] = "not_found"
        rows.append(row)
    return json_answer(encode(rows))


def routes(dialect: DataDialect) -> list[web.RouteDef]:
    """Return these routes; Cozy's dialect has none of them."""
    if dialect.is_cozy:
        return []
    root = dialect.prefix
    return [
        web.get(root + "/_uuids", uuids),
        web.get(root + "/_up", up),
        web.get(root + "/_active_tasks", active_tasks),
        web.get(root + "/_membership", membership),
        web.post(root + "/_dbs_info", dbs_info),
    ]
