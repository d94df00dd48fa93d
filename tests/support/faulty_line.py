"""A line to a server, on which a test breaks what it likes."""

import asyncio
from dataclasses import dataclass
from io import BytesIO

from aiohttp import ClientSession, ClientTimeout, web
from aiohttp.test_utils import TestServer


@dataclass(frozen=True)
class Asked:
    """A request, and how often the same was asked before."""

    method: str
    path: str
    query: dict
    headers: dict
    again: int


def passes(asked):
    """Let all pass."""
    del asked


class FaultyLine:
    """Passes requests on; `rule` sees each first, and may answer it, or cut the answer short.

    It returns None to let it pass, a response to answer with, or after how many bytes of the body
    the connection is cut.
    """

    def __init__(self, address):
        self._behind = address
        self.rule = passes
        self.asked = {}
        app = web.Application(client_max_size=1 << 30)
        app.router.add_route("*", "/{rest:.*}", self._pass)
        self._server = TestServer(app)
        self._session = None

    @property
    def address(self):
        return str(self._server.make_url("")).rstrip("/")

    async def __aenter__(self):
        self._session = ClientSession(timeout=ClientTimeout(total=60), auto_decompress=False)
        await self._server.start_server()
        return self

    async def __aexit__(self, *_):
        await self._server.close()
        await self._session.close()

    async def _pass(self, request):
        known = request.method, request.raw_path
        again = self.asked.get(known, 0)
        self.asked[known] = again + 1
        body = await request.read()
        ruled = self.rule(
            Asked(request.method, request.path, request.query, request.headers, again)
        )
        if asyncio.iscoroutine(ruled):
            ruled = await ruled
        if isinstance(ruled, web.StreamResponse):
            return ruled
        async with self._session.request(
            request.method,
            f"{self._behind}{request.raw_path}",
            data=BytesIO(body),
            headers={k: v for k, v in request.headers.items() if k.lower() != "host"},
        ) as answer:
            return await self._answer(request, answer, ruled)

    async def _answer(self, request, answer, cut):
        headers = {k: v for k, v in answer.headers.items() if k.lower() not in _HOPS}
        response = web.StreamResponse(status=answer.status, headers=headers)
        response.content_length = answer.content_length
        content = await answer.read()
        await response.prepare(request)
        if request.method == "HEAD":
            return response
        await response.write(content[:cut])
        if cut is not None:
            request.transport.close()
        return response


_HOPS = frozenset({"transfer-encoding", "connection", "content-length", "server", "date"})
