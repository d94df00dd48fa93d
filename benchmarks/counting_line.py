"""A line to a server that counts the bytes of each way, in a thread of its own."""

import asyncio
import threading
from contextlib import suppress
from typing import Self

_PIECE = 1 << 18


class CountingLine:
    """Passes bytes on from a port that the system chose to the port of a server."""

    def __init__(self, port: int) -> None:
        self._port = port
        self.up = self.down = 0
        self.address = ""
        self._ready = threading.Event()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        self._ready.wait()
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        server = self._loop.run_until_complete(asyncio.start_server(self._carry, "127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        self._ready.set()
        self._loop.run_forever()
        carrying = asyncio.all_tasks(self._loop)
        for task in carrying:
            task.cancel()
        self._loop.run_until_complete(asyncio.gather(*carrying, return_exceptions=True))
        self._loop.close()

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, here = await asyncio.open_connection("127.0.0.1", self._port)
        with suppress(asyncio.CancelledError):  # the line ends
            await asyncio.gather(self._way(reader, here, 1), self._way(there, writer, 0))

    async def _way(
        self, source: asyncio.StreamReader, target: asyncio.StreamWriter, up: int
    ) -> None:
        with suppress(ConnectionError):
            while piece := await source.read(_PIECE):
                self.up += len(piece) * up
                self.down += len(piece) * (1 - up)
                target.write(piece)
                await target.drain()
        target.close()
