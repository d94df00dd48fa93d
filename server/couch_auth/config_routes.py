"""`_node/…/_config`: the configuration, for admins and for the programs that check it."""

import asyncio
import secrets

import msgspec
from aiohttp import web

from replication.core.errors import Invalid
from replication.wire.document_json import encode
from server.couch_auth.errors import Forbidden
from server.couch_auth.keys import NODE_CONFIG, UNGUARDED
from server.couch_auth.node_config import Sections
from server.couch_auth.passwords import hashed
from server.data.answers import json_answer
from server.data.node import NODE

_NAMES = frozenset({"_local", NODE})
_LONGEST = 10_000  # characters of one value
ADMINS = "admins"
OWNER_KEPT = "-argon2id"
"""What is shown of the first admin's password, which is not kept in the configuration."""


async def read_all(request: web.Request) -> web.Response:
    """GET /_node/{node}/_config."""
    return json_answer(encode(_sections(request)))


async def read_section(request: web.Request) -> web.Response:
    """GET /_node/{node}/_config/{section}: empty where there is none, as with CouchDB."""
    return json_answer(encode(_sections(request).get(request.match_info["section"], {})))


async def read_key(request: web.Request) -> web.Response:
    """GET /_node/{node}/_config/{section}/{key}."""
    return json_answer(encode(_value(request)))


async def write_key(request: web.Request) -> web.Response:
    """PUT /_node/{node}/_config/{section}/{key}: a JSON string; answers the one it replaces."""
    before = _sections(request).get(request.match_info["section"], {})
    section, key = _changeable(request)
    value = _text(await request.read())
    if section == ADMINS:
        value = await hashed_for_admin(value)
    await request.app[NODE_CONFIG].change(request[UNGUARDED].store, section, key, value)
    return json_answer(encode("" if section == ADMINS else before.get(key, "")))


async def delete_key(request: web.Request) -> web.Response:
    """DELETE /_node/{node}/_config/{section}/{key}: its default holds again."""
    before = _value(request)
    section, key = _changeable(request)
    await request.app[NODE_CONFIG].forget(request[UNGUARDED].store, section, key)
    return json_answer(encode(before))


async def hashed_for_admin(password: str) -> str:
    """Return what stands for an admin's password in the configuration; hashes stay as they are."""
    if password.startswith(("-pbkdf2:", "-pbkdf2-", "-hashed-")):
        return password
    fields = await asyncio.to_thread(hashed, password, secrets.token_hex(16))
    key, salt, iterations = fields["derived_key"], fields["salt"], fields["iterations"]
    return f"-pbkdf2:sha256-{key},{salt},{iterations}"


def _sections(request: web.Request) -> Sections:
    """Return the configuration, the first admin in it, as clients look for whom they log in as."""
    if request.match_info["node"] not in _NAMES:
        raise web.HTTPNotFound(text="no such node: " + request.match_info["node"])
    sections = request.app[NODE_CONFIG].sections()
    sections[ADMINS][request[UNGUARDED].owner.name] = OWNER_KEPT
    return sections


def _value(request: web.Request) -> str:
    section = _sections(request).get(request.match_info["section"], {})
    value = section.get(request.match_info["key"])
    if value is None:
        raise web.HTTPNotFound(text="unknown_config_value")
    return value


def _changeable(request: web.Request) -> tuple[str, str]:
    """Return section and key. Raises Invalid for an admin's name that none can have."""
    section, key = request.match_info["section"], request.match_info["key"]
    if section == ADMINS and key == request[UNGUARDED].owner.name:
        raise Forbidden("The password of the first admin is changed with `foyer password`.")
    if section == ADMINS and (":" in key or key.startswith("_")):
        raise Invalid("bad_request", f"{key!r} cannot be an admin's name")
    return section, key


def _text(body: bytes) -> str:
    try:
        value = msgspec.json.decode(body, type=str)
    except msgspec.DecodeError as error:
        raise Invalid("bad_request", "The value must be a JSON string") from error
    if len(value) > _LONGEST:
        raise Invalid("bad_request", f"The value must have {_LONGEST} characters at most")
    return value


def routes() -> list[web.RouteDef]:
    """Return the routes of the configuration."""
    root = "/_node/{node}/_config"
    one = root + "/{section}/{key}"
    return [
        web.get(root, read_all),
        web.get(root + "/{section}", read_section),
        web.get(one, read_key),
        web.put(one, write_key),
        web.delete(one, delete_key),
    ]
