"""A line to a server that is cut after so many bytes of one way, as often as told."""

import asyncio
from contextlib import asynccontextmanager, suppress
from urllib.parse import urlsplit

_PIECE = 16_384


class BadLine:
    """Passes bytes on; `up` and `down` are after how many bytes the next connections are cut."""

    def __init__(self, port):
        self._port = port
        self.up = []
        self.down = []
        self.connections = 0
        self.address = ""

    async def carry(self, reader, writer):
        self.connections += 1
        there, here = await asyncio.open_connection("127.0.0.1", self._port)
        ways = [
            asyncio.create_task(self._way(reader, here, self.up)),
            asyncio.create_task(self._way(there, writer, self.down)),
        ]
        await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        for task in ways:
            task.cancel()
        for end in (writer, here):
            end.transport.abort()

    async def _way(self, source, target, cuts):
        passed = 0
        with suppress(ConnectionError):
            while piece := await source.read(_PIECE):
                passed += len(piece)
                if cuts and passed >= cuts[0]:
                    cuts.pop(0)
                    return
                target.write(piece)
                await target.drain()


@asynccontextmanager
async def bad_line(address):
    """Open a line to the server at an address."""
    line = BadLine(urlsplit(address).port)
    server = await asyncio.start_server(line.carry, "127.0.0.1", 0)
    line.address = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    async with server:
        yield line
