"""The databases of an instance: the root, and each one's making, figures and end."""

from collections.abc import Mapping
from hashlib import blake2b

from aiohttp import web

from replication.core.errors import Invalid
from replication.store.protocol import DatabaseInfo
from replication.wire.document_json import encode
from server import keys
from server.data import access
from server.data.answers import json_answer, location
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
        "features": ["scheduler"],
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


class DatabaseRoutes:
    """Making databases and ending them, in either dialect."""

    def __init__(self, dialect: DataDialect) -> None:
        self._dialect = dialect

    async def create(self, request: web.Request) -> web.Response:
        """PUT /{database}: how many shards and copies of them are wanted is read, and is one."""
        name = access.writable_name(request, made=True)
        check_layout(request.query)
        await request[keys.INSTANCE].store.create(name)
        place = location(request, self._dialect, name)
        return json_answer(b'{"ok":true}', status=201, headers={"Location": place})

    async def delete(self, request: web.Request) -> web.Response:
        """DELETE /{database}."""
        if "rev" in request.query:
            raise Invalid(
                "bad_request",
                "You tried to DELETE a database with a ?=rev parameter. "
                "Did you mean to DELETE a document instead?",
            )
        await request[keys.INSTANCE].store.delete(access.writable_name(request, made=False))
        return json_answer(b'{"ok":true}')

    def routes(self) -> list[web.RouteDef]:
        """Return the routes of databases, with and without a slash behind the name."""
        one = self._dialect.prefix + "/{database}"
        return [
            route
            for path in (one, one + "/")
            for route in (
                web.get(path, info),
                web.put(path, self.create),
                web.delete(path, self.delete),
            )
        ]


def check_layout(options: Mapping[str, str]) -> None:
    """Check how a new database is to be laid out. Raises Invalid for what could not be."""
    for name in ("q", "n"):
        value = options.get(name, "1")
        if not (value.isascii() and value.isdigit() and int(value[:_DIGITS])):
            raise Invalid("bad_request", f"The `{name}` value should be a positive integer.")
    if options.get("partitioned", "false") == "true":
        raise Invalid("bad_request", "Partitioned feature is not enabled.")
    if options.get("partitioned", "false") != "false":
        raise Invalid("bad_request", "Invalid `partitioned` parameter")


_DIGITS = 9


def routes(dialect: DataDialect) -> list[web.RouteDef]:
    """Return the routes of the root and of databases."""
    root = cozy_root if dialect.is_cozy else couch_root
    return [
        web.get(dialect.prefix + "/", root),
        *([web.get(dialect.prefix, root)] if dialect.prefix else []),
        *DatabaseRoutes(dialect).routes(),
    ]
