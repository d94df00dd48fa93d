"""A runner whose connections have the short way in front of aiohttp's protocol."""

import asyncio
from collections.abc import Callable

from aiohttp import web

from server.http.desk import HouseDesk
from server.http.limits import RUNNER
from server.http.short_way import ShortWay
from server.observe.request_line import REQUESTS, RequestLine

Make = Callable[[], asyncio.Protocol]


class ShortRunner(web.AppRunner):
    """Runs an application as `web.AppRunner` does; each answer is a line in the log."""

    def __init__(self, app: web.Application, shutdown_timeout: float) -> None:
        super().__init__(
            app,
            shutdown_timeout=shutdown_timeout,
            access_log_class=RequestLine,
            access_log=REQUESTS,
            **RUNNER,
        )

    @property
    def server(self) -> Make | None:  # type: ignore[override]  # sites call it, and nothing else
        """What makes a protocol for each connection."""
        make = super().server
        if make is None:
            return None
        desk = HouseDesk(self.app)
        return lambda: ShortWay(make(), desk)
