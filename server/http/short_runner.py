"""A runner whose connections have the short way in front of aiohttp's protocol."""

import asyncio
from collections.abc import Callable
from weakref import WeakSet

from aiohttp import web

from server.http.desk import HouseDesk
from server.http.limits import RUNNER
from server.http.short_way import Porter, ShortWay
from server.observe.request_line import REQUESTS, RequestLine

Make = Callable[[], asyncio.Protocol]


class ShortRunner(web.AppRunner):
    """Runs an application as `web.AppRunner` does; each answer is a line in the log.

    With a `porter` a connection may be another process's, and come from one (`take_over`).
    """

    def __init__(
        self, app: web.Application, shutdown_timeout: float, porter: Porter | None = None
    ) -> None:
        super().__init__(
            app,
            shutdown_timeout=shutdown_timeout,
            access_log_class=RequestLine,
            access_log=REQUESTS,
            **RUNNER,
        )
        self._porter = porter
        self._ways: WeakSet[ShortWay] = WeakSet()

    @property
    def server(self) -> Make | None:  # type: ignore[override]  # sites call it, and nothing else
        """What makes a protocol for each connection."""
        return self.take_over(b"")

    def take_over(self, begun: bytes) -> Make | None:
        """Return what makes the protocol for a connection of which so much was read elsewhere."""
        make = super().server
        if make is None:
            return None
        desk = HouseDesk(self.app)

        def way() -> ShortWay:
            made = ShortWay(make(), desk, self._porter, begun)
            if self._porter is not None:
                self._ways.add(made)
            return made

        return way

    def leave(self) -> None:
        """Hand every connection on between two of its requests, from now on."""
        if self._porter is not None:
            self._porter.leaving = True
            for way in list(self._ways):
                way.leave()
