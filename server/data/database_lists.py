"""Which databases there are, by name: `_all_dbs`, and `_dbs_info` with the figures of each."""

from collections.abc import Iterable
from itertools import islice

import msgspec
from aiohttp import web

from doctypes.permissions.errors import DoctypeReserved, PermissionDenied
from replication.core.errors import DatabaseMissing, Invalid
from replication.store.ordering import within
from replication.store.protocol import IdRange
from replication.wire import bulk_json
from replication.wire.document_json import encode
from server import keys
from server.data import access, databases, reading
from server.data.all_docs import options_of, parse_listing
from server.data.answers import json_answer
from server.data.dialect import DataDialect

MOST_AT_ONCE = 100
"""Databases that one `_dbs_info` may name; CouchDB's max_db_number_for_dbs_info_req."""


class _Keys(msgspec.Struct):
    keys: list[str] | None = None


async def names(request: web.Request) -> web.Response:
    """GET /_all_dbs."""
    return json_answer(encode(await _asked_for(request)))


async def all_figures(request: web.Request) -> web.Response:
    """GET /_dbs_info: figures of the databases that `_all_dbs` would list."""
    rows = [await _row(request, name) for name in await _asked_for(request)]
    return json_answer(encode([row for row in rows if "info" in row]))


async def named_figures(request: web.Request) -> web.Response:
    """POST /_dbs_info: figures of the databases named, an error in place of those that are not."""
    asked = bulk_json.decode(await reading.json_body(request), _Keys).keys
    if asked is None:
        raise Invalid("bad_request", "`keys` member must exist.")
    if len(asked) > MOST_AT_ONCE:
        raise Invalid("bad_request", "too_many_keys")
    return json_answer(encode([await _row(request, name) for name in asked]))


async def _asked_for(request: web.Request) -> list[str]:
    listing = parse_listing(options_of(request), None)
    found = await request[keys.INSTANCE].store.names()
    shown = {name for name in found if access.is_served(request, name)}
    if access.is_served(request, access.USERS):  # made when it is first asked for
        shown.add(access.USERS)
    return [] if listing.nothing else list(chosen(shown, listing.ids))


def chosen(names: Iterable[str], ids: IdRange) -> Iterable[str]:
    """Return the names that a range asks for, in its order."""
    ordered = sorted((name for name in names if within(name, ids)), reverse=ids.descending)
    stop = None if ids.limit is None else ids.skip + ids.limit
    return islice(ordered, ids.skip, stop)


async def _row(request: web.Request, name: str) -> dict[str, object]:
    try:
        if access.is_served(request, name):
            database = await request[keys.INSTANCE].store.open(name)
            return {"key": name, "info": databases.figures(await database.info())}
    except (DatabaseMissing, Invalid, DoctypeReserved, PermissionDenied):
        pass  # nobody learns of a database that is not theirs whether it exists
    return {"key": name, "error": "not_found"}


def routes(dialect: DataDialect) -> list[web.RouteDef]:
    """Return the routes of these lists; Cozy's dialect has none."""
    if dialect.is_cozy:
        return []
    root = dialect.prefix
    return [
        web.get(root + "/_all_dbs", names),
        web.get(root + "/_dbs_info", all_figures),
        web.post(root + "/_dbs_info", named_figures),
    ]
