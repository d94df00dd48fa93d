"""What is known of a design document's index: `_design/{design}/_info`."""

from aiohttp import web

from replication.index.index import Index
from replication.store.protocol import Database
from replication.wire.document_json import encode
from server import keys
from server.data import access
from server.data.answers import json_answer
from server.data.dialect import DataDialect


async def info(request: web.Request) -> web.Response:
    """GET /{database}/_design/{design}/_info."""
    database = await access.reading(request)
    name = request.match_info["design"]
    opened = await request[keys.INSTANCE].designs.views.design(database.name, name)
    shown = await _index_info(database, opened.index)
    answer = {"name": name, "view_index": {**shown, "language": opened.views.language}}
    return json_answer(encode(answer))


async def _index_info(database: Database, index: Index) -> dict[str, object]:
    current = (await database.sequence()).number
    through = await database.indexes.through(index.definition) or 0
    size = await database.indexes.size(index.definition)
    behind = max(0, current - through)
    return {
        "updates_pending": dict.fromkeys(("minimum", "preferred", "total"), behind),
        "waiting_commit": False,
        "waiting_clients": 0,
        "updater_running": index.progress is not None,
        "update_seq": through,
        "sizes": {"file": size, "external": size, "active": size},
        "signature": index.definition.signature,
        "purge_seq": (await database.info()).purges,
        "compact_running": False,
    }


def building(request: web.Request) -> list[dict[str, object]]:
    """Return the indexes of the home that are being brought up to date, as `_active_tasks` does."""
    return [
        {
            "type": "indexer",
            "database": database,
            "changes_done": index.progress.done,
            "total_changes": index.progress.target,
            "progress": 100 * index.progress.done // max(1, index.progress.target),
        }
        for database, index in request[keys.INSTANCE].designs.views.building()
        if index.progress is not None
    ]


def routes(dialect: DataDialect) -> list[web.RouteDef]:
    """Return the route."""
    return [web.get(dialect.prefix + "/{database}/_design/{design}/_info", info)]
