"""Between a Document Server and a home: passes all on, and keeps callbacks with their answers."""

import asyncio
import json
from contextlib import asynccontextmanager, suppress

from aiohttp import ClientError, ClientSession, ClientTimeout, web

SAVED = 2
BEFORE, AFTER = "before", "after"
_MOMENT = 0.02
_HOPS = {"host", "connection", "transfer-encoding", "content-length", "keep-alive"}


class Gate:
    """`heard` are the callbacks in order: `body` without its token, `answer` (None: none came).

    With `kill` the home is killed once, when a final save is reported: `before` it can answer, or
    `after` it did, when all is done and nobody heard of it. It is started again at once.
    """

    def __init__(self, home, client):
        self.home, self._client = home, client
        self.heard, self.kill, self.address = [], None, ""

    async def pass_on(self, request):
        """Ask the home; where it does not answer, neither does the gate."""
        asked = asyncio.create_task(self._ask(request, await request.read()))
        heard = await self._noted(request)
        killing, self.kill = (self.kill, None) if _is_save(heard) else (None, self.kill)
        if killing:
            await self._killed(killing, asked)
        try:
            status, headers, body = await asked
        except (ClientError, OSError):
            killing = True
        if killing:
            if request.transport is not None:  # else it is gone already
                request.transport.abort()
            return web.Response()
        if heard is not None:
            heard["answer"] = [status, body.decode()]
        return web.Response(status=status, headers=headers, body=body)

    async def _ask(self, request, body):
        headers = {
            name: told for name, told in request.headers.items() if name.lower() not in _HOPS
        }
        headers["Host"] = request.host
        async with self._client.request(
            request.method,
            self.home.address + request.raw_path,
            data=body or None,
            headers=headers,
            allow_redirects=False,
        ) as answer:
            kept = {"Content-Type": answer.headers.get("Content-Type", "")}
            return answer.status, kept, await answer.read()

    async def _noted(self, request):
        if request.path != "/office/callback":
            return None
        body = json.loads(await request.read())
        heard = {"body": {k: v for k, v in body.items() if k != "token"}, "answer": None}
        self.heard.append(heard)
        return heard

    async def _killed(self, when, asked):
        if when == AFTER:
            await asked
        else:
            await asyncio.sleep(_MOMENT)
        await asyncio.to_thread(self.home.kill)
        with suppress(ClientError, OSError):
            await asked
        await asyncio.to_thread(self.home.start)


def _is_save(heard):
    return heard is not None and heard["body"]["status"] == SAVED


@asynccontextmanager
async def gate_before(home):
    """Run a gate before a home that is not started yet, so that its settings can name the gate."""
    async with ClientSession(timeout=ClientTimeout(total=60)) as client:
        gate = Gate(home, client)
        app = web.Application(client_max_size=256 << 20)
        app.router.add_route("*", "/{path:.*}", gate.pass_on)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        gate.address = f"http://127.0.0.1:{runner.addresses[0][1]}"
        try:
            yield gate
        finally:
            await runner.cleanup()
