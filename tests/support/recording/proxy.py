"""A server between a client and a CouchDB that keeps what they say to each other.

Requests go through one at a time, so that a replay knows their order; only feeds wait beside them.
"""

import asyncio
import re

from aiohttp import ClientSession, ClientTimeout, web
from yarl import URL

from tests.support.recording.bodies import kept_body, kept_request, plain_kind
from tests.support.recording.exchanges import ASKED_HEADERS, TOLD_HEADERS, Exchange
from tests.support.recording.tokens import Namer

HOPS = {"host", "connection", "transfer-encoding", "accept-encoding", "keep-alive", "upgrade"}
UNKNOWABLE = {  # what says how a server is built or how long it runs
    re.compile(r"/$"): ("git_sha", "uuid", "features", "vendor", "version"),
    re.compile(r"/[^/?_][^/?]*/?$"): ("sizes", "instance_start_time", "cluster", "props"),
}


class RecordingProxy:
    """Records between two points in time; start it, run a client against `address`, then stop."""

    def __init__(self, target):
        self.target = URL(target)
        self.exchanges = []
        self._raw = []
        self._order = asyncio.Lock()

    async def __aenter__(self):
        self._session = ClientSession(timeout=ClientTimeout(total=None), auto_decompress=False)
        app = web.Application(client_max_size=1 << 30)
        app.router.add_route("*", "/{rest:.*}", self._pass_on)
        self._runner = web.AppRunner(app, handler_cancellation=True, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        host, port = self._runner.addresses[0][:2]
        self.host = f"{host}:{port}"
        return self

    async def __aexit__(self, *_):
        await self._runner.cleanup()
        await self._session.close()
        namer = Namer([self.host, f"{self.target.host}:{self.target.port}"])
        for exchange, asked, told in self._raw:
            _settle(exchange, asked, told, namer)

    async def _pass_on(self, request):
        body = await request.read()
        exchange = Exchange(request.method, request.raw_path)
        if exchange.is_feed:
            return await self._exchanged(exchange, request, body)
        async with self._order:
            return await self._exchanged(exchange, request, body)

    async def _exchanged(self, exchange, request, body):
        told = {"headers": {}, "body": bytearray()}
        self.exchanges.append(exchange)
        self._raw.append((exchange, (request.headers, body), told))
        exchange.cut = True
        try:
            response = await self._relayed(exchange, request, body, told)
            exchange.cut = False
        finally:
            if exchange.is_feed:
                exchange.until = len(self.exchanges)
        return response

    async def _relayed(self, exchange, request, body, told):
        headers = {k: v for k, v in request.headers.items() if k.lower() not in HOPS}
        headers["Accept-Encoding"] = "identity"
        url = URL(str(self.target.origin()) + request.raw_path, encoded=True)
        if request.method == "PUT" and request.raw_path.strip("/").count("/") == 0:
            url = url.update_query(q="1")  # one shard: the order of writes is the feed's
        async with self._session.request(
            request.method, url, headers=headers, data=body or None, allow_redirects=False
        ) as answer:
            exchange.status = answer.status
            told["headers"] = answer.headers
            response = web.StreamResponse(status=answer.status)
            for key, value in answer.headers.items():
                if key.lower() not in HOPS | {"content-length", "server", "date"}:
                    response.headers.add(key, value)
            if "Content-Length" in answer.headers:
                response.content_length = int(answer.headers["Content-Length"])
            await response.prepare(request)
            async for piece in answer.content.iter_any():
                told["body"] += piece
                await response.write(piece)
            await response.write_eof()
            return response


def _settle(exchange, asked, told, namer):
    """Turn what was heard into what is kept, naming what the server made up."""
    headers, body = asked
    namer.database = exchange.path.split("/")[1].partition("?")[0]
    chosen = {name: headers[name] for name in ASKED_HEADERS if name in headers}
    exchange.path = namer.asked(exchange.path)
    exchange.headers = {name: namer.asked(value) for name, value in chosen.items()}
    exchange.body = kept_request(body, chosen.get("content-type", ""), namer.asked)
    kind = told["headers"].get("Content-Type", "")
    exchange.told = kept_body(bytes(told["body"]), kind, namer.told)
    exchange.told_headers = {
        name: _kept_header(name, namer.told(told["headers"][name]))
        for name in TOLD_HEADERS
        if name in told["headers"]
    }
    if exchange.method == "GET" and exchange.told and exchange.told[0] == "json":
        _forget(exchange)


def _kept_header(name, value):
    """Return a header as it is kept; tags that are no revision and no digest say nothing."""
    if name == "etag" and "$h" not in value and not value.endswith('=="'):
        return "$any$"
    return plain_kind(value) if name == "content-type" else value


def _forget(exchange):
    if exchange.path == "/_all_dbs":  # there are those of others
        exchange.told[1] = "$any$"
        return
    for path, members in UNKNOWABLE.items():
        if path.fullmatch(exchange.path):
            for name in members:
                if name in exchange.told[1]:
                    exchange.told[1][name] = "$any$"
