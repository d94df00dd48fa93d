"""Which databases a request may reach by name, and which of them it may change."""

import re

from aiohttp import web

from doctypes.permissions.reserved import require_writable
from replication.core.errors import DatabaseMissing, Invalid
from replication.store.protocol import Database
from server import keys
from server.auth.public import route_of
from server.data.dialect import DataDialect
from server.data.user_context import user_context

_NAME = re.compile(r"[a-z][a-z0-9_$()+/.-]*\Z")
_LONGEST_NAME = 238  # CouchDB's limit; ours would allow any

REPLICATOR = "_replicator"
"""The database whose documents are replications, which every home has."""

USERS = "_users"
"""The database whose documents are the users of a CouchDB."""

SYSTEM = frozenset({USERS, REPLICATOR})
"""Databases with a meaning, which a CouchDB of many users serves beside those of its users."""


def database_name(request: web.Request) -> str:
    """Return the database that the path names.

    Raises DatabaseMissing for a name that none could have. Those that begin with an underscore,
    but for SYSTEM in a CouchDB, are the home's own business, and look like any such name.
    """
    try:
        return name_to_make(request)
    except Invalid:
        raise DatabaseMissing(request.match_info["database"]) from None


def name_to_make(request: web.Request) -> str:
    """Return the database that the path names, for making it if there is none.

    Raises Invalid for a name CouchDB would not take.
    """
    name = request.match_info["database"]
    if name in SYSTEM and keys.USER in request:
        return name
    if name == REPLICATOR and route_of(request).startswith("/couchdb/"):
        return name
    return check_name(name)


def is_served(request: web.Request, name: str) -> bool:
    """Tell whether lists of databases show this one to who asks, if it is there."""
    return (
        name in SYSTEM and keys.USER in request if name.startswith("_") else bool(_NAME.match(name))
    )


def check_name(name: str) -> str:
    """Return the name if a database that anybody may ask for can bear it. Raises Invalid."""
    if not _NAME.match(name) or len(name) > _LONGEST_NAME:
        raise Invalid(
            "illegal_database_name",
            f"Name: '{name}'. Only lowercase characters (a-z), digits (0-9), and any of the "
            "characters _, $, (, ), +, -, ., and / are allowed. Must begin with a letter.",
        )
    return name


async def reading(request: web.Request) -> Database:
    """Open the database that the path names. Raises DatabaseMissing."""
    return await request[keys.INSTANCE].store.open(database_name(request))


async def writing(request: web.Request, dialect: DataDialect) -> Database:
    """Open the database that the path names to change it, with its design documents' consent.

    Raises Invalid, DatabaseMissing, and DoctypeReserved for doctypes that are written elsewhere.
    """
    name = writable_name(request, made=dialect.creates_databases)
    store = request[keys.INSTANCE].store
    try:
        database = await store.open(name)
    except DatabaseMissing:
        if not dialect.creates_databases:
            raise
        database = await store.ensure(name)
    return await request[keys.INSTANCE].designs.validated(database, user_context(request, name))


def writable_name(request: web.Request, *, made: bool) -> str:
    """Return the name in the path, for making the database if there is none where `made` says so.

    Raises DatabaseMissing, or Invalid where it could be made, and 403 for doctypes that are
    written elsewhere.
    """
    name = name_to_make(request) if made else database_name(request)
    require_writable(name)
    return name
