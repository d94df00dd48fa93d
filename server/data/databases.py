"""The databases of an instance: the root, and each one's making, figures and end."""

from hashlib import blake2b

from aiohttp import web

from replication.store.protocol import DatabaseInfo
from replication.wire.document_json import encode
from server import keys
from server.data import access
from server.data.answers import json_answer
from server.data.dialect import DataDialect
from server.version import VERSION

SPOKEN = "3.5.0"
"""The CouchDB whose API this is; clients choose their behaviour by it."""


async def couch_root(request: web.Request) -> web.Response:
    """GET /: the greeting by which replicators know a CouchDB, and tell one from another."""
    secret = request[keys.INSTANCE].secret
    uuid = blake2b(secret, digest_size=16, person=b"couch uuid").hexdigest()
    greeting = {
        "couchdb": "Welcome",
        "version": SPOKEN,
        "features": [],
        "vendor": {"name": "Foyer", "version": VERSION},
        "uuid": uuid,
    }
    return json_answer(encode(greeting))


async def cozy_root(request: web.Request) -> web.Response:
    """GET /data/: Cozy's greeting, which PouchDB probes."""
    del request
    return json_answer(b'{"message":"welcome to a cozy API"}')


async def info(request: web.Request) -> web.Response:
    """GET /{database}."""
    database = await access.reading(request)
    return json_answer(encode(figures(await database.info())))


def figures(found: DatabaseInfo) -> dict[str, object]:
    """Return the figures of a database as CouchDB shows them."""
    return {
        "db_name": found.name,
        "doc_count": found.document_count,
        "doc_del_count": found.deleted_count,
        "update_seq": str(found.sequence),
        "purge_seq": f"{found.purges}-{found.sequence.epoch}",
        "sizes": {"file": found.size, "external": found.size, "active": found.size},
        "compact_running": False,
        "instance_start_time": "0",
        "disk_format_version": 8,
        "props": {},
        "cluster": {"q": 1, "n": 1, "w": 1, "r": 1},
    }


async def create(request: web.Request) -> web.Response:
    """PUT /{database}."""
    name = access.writable_name(request)
    await request[keys.INSTANCE].store.create(name)
    return json_answer(b'{"ok":true}', status=201, headers={"Location": request.path})


async def delete(request: web.Request) -> web.Response:
    """DELETE /{database}."""
    await request[keys.INSTANCE].store.delete(access.writable_name(request))
    return json_answer(b'{"ok":true}')


def routes(dialect: DataDialect) -> list[web.RouteDef]:
    """Return the routes of databases."""
    one = dialect.prefix + "/{database}"
    root = cozy_root if dialect.is_cozy else couch_root
    return [
        web.get(dialect.prefix + "/", root),
        *([web.get(dialect.prefix, root)] if dialect.prefix else []),
        *(
            route
            for path in (one, one + "/")
            for route in (web.get(path, info), web.put(path, create), web.delete(path, delete))
        ),
    ]
