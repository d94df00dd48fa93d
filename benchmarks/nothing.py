"""Servers that do nothing: `python -m benchmarks.nothing client|aiohttp PORT`.

`client` answers each piece of network traffic with the same bytes, so that what is measured is the
client; `aiohttp` is a handler that returns an empty answer.
"""

import asyncio
import sys

from aiohttp import web

ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"


class Echo(asyncio.Protocol):
    """Answers without reading."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        del data
        self._transport.write(ANSWER)  # type: ignore[attr-defined]


async def nothing(_: web.Request) -> web.Response:
    return web.Response(body=b"{}", content_type="application/json")


async def serve_echo(port: int) -> None:
    server = await asyncio.get_running_loop().create_server(Echo, "127.0.0.1", port)
    await server.serve_forever()


def main() -> None:
    """Serve until killed."""
    kind, port = sys.argv[1], int(sys.argv[2])
    if kind == "client":
        asyncio.run(serve_echo(port))
    else:
        app = web.Application()
        app.router.add_get("/{rest:.*}", nothing)
        web.run_app(app, host="127.0.0.1", port=port, print=None, access_log=None)


if __name__ == "__main__":
    main()
