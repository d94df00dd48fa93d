"""A WebDAV server on a free port, in this process, over any backend."""

import asyncio
from contextlib import asynccontextmanager
from http import HTTPMethod

from aiohttp import web

from server.dav.mount import routes_under

MOUNT = "/dav/files"


class DavServer:
    """A running server, and a client that sees bytes as they are."""

    def __init__(self, port, backend):
        self.port = port
        self.backend = backend
        self.url = f"http://127.0.0.1:{port}{MOUNT}/"

    async def raw(self, *pieces, hang_up=False):
        """Send bytes as they are, and return all that comes back."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        try:
            for piece in pieces:
                writer.write(piece)
                await writer.drain()
                await asyncio.sleep(0.02)
            if hang_up:
                return b""
            return await asyncio.wait_for(reader.read(), 20)
        finally:
            writer.transport.abort()

    async def ask(self, method, path, body=b"", *fields):
        """Make one request on a connection of its own; return status, headers and body."""
        lines = [f"{method} {path} HTTP/1.1", "Host: home", "Connection: close",
                 f"Content-Length: {len(body)}", *fields, "", ""]  # fmt: skip
        answer = await self.raw("\r\n".join(lines).encode(), body)
        return split(answer)

    async def content(self, name):
        """Return the content of a file; None if there is none."""
        status, _, body = await self.ask(HTTPMethod.GET, f"{MOUNT}/{name}")
        return body if status == 200 else None


def split(answer):
    """Take an answer apart."""
    head, _, body = answer.partition(b"\r\n\r\n")
    status, *lines = head.decode().split("\r\n")
    headers = dict(line.split(": ", 1) for line in lines)
    return int(status.split()[1]), headers, body


@asynccontextmanager
async def serving(handler, backend=None):
    """Serve one handler under MOUNT."""
    app = web.Application()

    async def handler_of(_request):
        return handler

    app.add_routes(routes_under(MOUNT, handler_of))
    runner = web.AppRunner(app, lingering_time=0.2)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield DavServer(runner.addresses[0][1], backend)
    finally:
        await runner.cleanup()
