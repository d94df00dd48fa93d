"""Requests that a design document leads elsewhere: `_rewrite`, by rules or by a function."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import unquote, urlencode

import msgspec
from aiohttp import StreamReader, hdrs, web
from multidict import CIMultiDict
from yarl import URL

from replication.core.errors import Invalid, Refused
from replication.wire.document_json import encode
from server import keys
from server.data import access, reading
from server.data.answers import json_answer
from server.data.dialect import DataDialect
from server.data.found_design import found_design
from server.data.function_answers import function_answer
from server.data.request_object import REQUESTED, request_object
from server.data.rewriting import find_target, read_rules, resolved
from server.functions.calls import read

MOST_REWRITES = 100
"""How often one request may be led on. CouchDB's limit, as it comes."""

_REWRITTEN = web.RequestKey("rewritten", int)
_STEPS = 4  # of a path from its database on, before those that are rewritten
_OF_BODY = frozenset({"content-length", "content-encoding", "transfer-encoding"})
_NOT_THEIRS = frozenset(
    {
        *("host", "origin", "authorization", "proxy-authorization", "cookie", "connection"),
        *("upgrade", "expect", "forwarded", "x-forwarded-for", "x-forwarded-proto"),
        *("x-forwarded-host", "x-real-ip"),
    }
)
"""Headers that say who asks, from where, and which home: not a function's to set."""
_STATUSES = range(200, 600)
_LOOKING = frozenset({hdrs.METH_GET, hdrs.METH_HEAD})

Json = Any


class _Rewrites(msgspec.Struct):
    rewrites: Json = None


class _Told(msgspec.Struct):
    rewrite: dict[str, Json] | None = None


class RewriteRoutes:
    """Rewriting in one dialect."""

    def __init__(self, dialect: DataDialect) -> None:
        self._dialect = dialect

    async def rewrite(self, request: web.Request) -> web.StreamResponse:
        """Any method on /{database}/_design/{design}/_rewrite[/…].

        Where it leads is asked for as if the client had: with the same login, and no more rights.
        """
        count = request.get(_REWRITTEN, 0)
        if count >= MOST_REWRITES:
            raise Invalid("bad_request", "Exceeded rewrite recursion limit")
        request[_REWRITTEN] = count + 1
        request[REQUESTED] = request.get(REQUESTED, request.rel_url.raw_path)
        database = await access.reading(request)
        design = await found_design(database, request.match_info["design"], ())
        rewrites = msgspec.json.decode(design.text, type=_Rewrites).rewrites
        if isinstance(rewrites, list):
            return await self._by_rules(request, rewrites)
        if not isinstance(rewrites, str):
            return _nowhere()
        body = await reading.body_under_cap(request) if request.can_read_body else None
        asked = await request_object(request, database, body=body)
        functions = request[keys.INSTANCE].designs.functions
        given = b'{"request":%s}' % asked
        told = await functions.render(design, "rewrite", ("rewrites",), given)
        rewrite = _checked(read(told, _Told).rewrite)
        return _nowhere() if rewrite is None else await self._by_function(request, rewrite, body)

    async def _by_rules(self, request: web.Request, given: Sequence[Json]) -> web.StreamResponse:
        raw = _steps(request, self._dialect)[_STEPS:]
        steps = [unquote(step) for step in raw if step]
        rules = read_rules(given)
        target = find_target(rules, request.method, steps, list(request.query.items()))
        if target is None:
            raise Refused("not_found", "missing")
        path = target.path + "?" + urlencode(target.query)
        return await self._led(request, path, request.method, _headers(request, {}, None))

    async def _by_function(
        self, request: web.Request, rewrite: Mapping[str, Json], body: bytes | None
    ) -> web.StreamResponse:
        text = rewrite.get("body")
        sent = body if text is None else text.encode("utf-8", "replace")
        if "code" in rewrite:
            answer = {"code": rewrite["code"], "headers": rewrite.get("headers")}
            return function_answer({**answer, "body": (sent or b"").decode("utf-8", "replace")})
        if "path" not in rewrite:
            raise Refused("rewrite_error", "Rewrite result must produce a new path.")
        path, _, own_query = rewrite["path"].partition("?")
        query = urlencode(list(rewrite.get("query", request.query).items()))
        target = path + "?" + "&".join(part for part in (own_query, query) if part)
        method = rewrite.get("method", request.method).upper()
        return await self._led(request, target, method, _headers(request, rewrite, sent), sent)

    async def _led(
        self,
        request: web.Request,
        target: str,
        method: str,
        headers: CIMultiDict[str],
        body: bytes | None = None,
    ) -> web.StreamResponse:
        """Answer with what another path gives, written from the design document on."""
        path, _, query = target.partition("?")
        own = _steps(request, self._dialect)
        found = resolved(own[: _STEPS - 1], path)
        if found is None:
            return _nowhere()
        if method not in _LOOKING and found.split("/")[1] != own[0]:
            # whoever may write one design document is not to act on all else by another's hand
            raise Refused("insecure_rewrite_rule", "only GET and HEAD lead out of the database")
        url = URL(self._dialect.prefix + found + ("?" + query if query else ""))
        led = request.clone(method=method, rel_url=url, headers=headers)
        if body is not None:
            # aiohttp has no way of its own to give a request another body
            led._payload = _payload(led, body)  # noqa: SLF001
        # through the whole chain again, in a task of its own as every request: what the new path
        # takes is asked of the new path
        return await asyncio.create_task(request.app._handle(led))  # noqa: SLF001

    def routes(self) -> list[web.RouteDef]:
        """Return the routes; Cozy's dialect has none."""
        if self._dialect.is_cozy:
            return []
        root = self._dialect.prefix + "/{database}/_design/{design}/_rewrite"
        return [
            web.route(hdrs.METH_ANY, root, self.rewrite),
            web.route(hdrs.METH_ANY, root + "/{tail:.*}", self.rewrite),
        ]


def _steps(request: web.Request, dialect: DataDialect) -> list[str]:
    """Return the steps of the path, from the database on, as they were sent."""
    return request.rel_url.raw_path.removeprefix(dialect.prefix).split("/")[1:]


def _headers(
    request: web.Request, rewrite: Mapping[str, Json], body: bytes | None
) -> CIMultiDict[str]:
    """Return the headers of the request that goes on; the old body's go with it."""
    headers = CIMultiDict(request.headers)
    headers.popall(hdrs.EXPECT, None)  # that was answered
    for name, value in (rewrite.get("headers") or {}).items():
        if name.lower() not in _NOT_THEIRS:
            headers[name] = value
    if body is not None:
        for name in _OF_BODY:
            headers.popall(name, None)
        headers[hdrs.CONTENT_LENGTH] = str(len(body))
    return headers


def _payload(request: web.Request, body: bytes) -> StreamReader:
    # a limit that is never reached: the connection belongs to a body that has been read
    loop = asyncio.get_running_loop()
    reader = StreamReader(request.protocol, len(body) + 1, loop=loop)
    reader.feed_data(body)
    reader.feed_eof()
    return reader


_TEXTS = ("method", "path", "body")
_OBJECTS = ("headers", "query")


def _checked(rewrite: Mapping[str, Json] | None) -> Mapping[str, Json] | None:
    """Return what a function gave back, once it has the right form. Raises Refused."""
    for name, value in (rewrite or {}).items():
        if name in _TEXTS and not isinstance(value, str):
            raise Refused("rewrite_error", f"bad {name}")
        if name in _OBJECTS and not isinstance(value, dict):
            raise Refused("rewrite_error", f"bad {name}")
        if name in _OBJECTS and not all(isinstance(member, str) for member in value.values()):
            raise Refused("rewrite_error", f"object key/value must be strings {name}")
        if name == "code" and (isinstance(value, bool) or value not in _STATUSES):
            raise Refused("rewrite_error", "bad code")
    return rewrite


def _nowhere() -> web.Response:
    told = {"error": "rewrite_error", "reason": "Invalid path."}
    return json_answer(encode(told), status=404)
