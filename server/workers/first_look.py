"""The admin address of several processes: a connection goes to who keeps the home asked about.

Each connection carries one request there (`said_once`), so looking at the first is enough.
"""

import asyncio
from collections.abc import Callable

from aiohttp import web
from aiohttp.typedefs import Handler

from server.http.short_way import Look, Porter

Make = Callable[[], asyncio.Protocol]


class FirstLook(asyncio.Protocol):
    """Reads the head of the first request; from then on the connection is aiohttp's alone."""

    def __init__(self, make: Make, porter: Porter, begun: bytes = b"") -> None:
        self._make = make
        self._porter = porter
        self._begun = begun
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        self._transport = transport  # type: ignore[assignment]
        if self._begun:
            self.data_received(b"")

    def connection_lost(self, exc: Exception | None) -> None:
        """End."""
        del exc
        self._transport = None

    def data_received(self, data: bytes) -> None:
        """Look, and let in whom it is for."""
        transport = self._transport
        if transport is None or transport.is_closing():
            return
        self._begun += data
        if self._porter.look(transport, self._begun) is Look.OURS:
            inner = self._make()
            transport.set_protocol(inner)
            inner.connection_made(transport)
            inner.data_received(self._begun)


class FirstLookRunner(web.AppRunner):
    """Runs an application behind a look at the first request of each connection."""

    def __init__(self, app: web.Application, shutdown_timeout: float, porter: Porter) -> None:
        super().__init__(app, shutdown_timeout=shutdown_timeout, access_log=None)
        self._porter = porter

    @property
    def server(self) -> Make | None:  # type: ignore[override]  # sites call it, and nothing else
        """What makes a protocol for each connection."""
        return self.take_over(b"")

    def take_over(self, begun: bytes) -> Make | None:
        """Return what makes the protocol for a connection of which so much was read elsewhere."""
        make = super().server
        if make is None:
            return None
        return lambda: FirstLook(make, self._porter, begun)


@web.middleware
async def said_once(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Close the connection after its answer: the next request may be about another's home."""
    response = await handler(request)
    response.force_close()
    return response
