"""Serving until somebody stops it: the application on its sockets, the admin address beside it."""

import asyncio
import gc
import logging
import signal
import socket
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack

from aiohttp import web

from replication.core.errors import StorageUnreachable
from server import keys
from server.admin_app import build_admin_app
from server.at_rest.host_key import KeyUnusable
from server.http.limits import BACKLOG
from server.http.short_runner import ShortRunner

_log = logging.getLogger(__name__)
LAST_MOMENT = 1.0
"""Seconds for handlers that were cut off after their grace, to end."""
YOUNG_OBJECTS = 10_000
"""How many new objects the garbage collector waits for: a page of a thousand rows, each of several
objects, is gone by then, and is not looked through time and again while it is written."""
_SIGNALS = (signal.SIGINT, signal.SIGTERM)


class HomeUnopenable(Exception):
    """A home is not what this program can open, or what it is kept in does not answer."""

    def __init__(self, domain: str, why: str) -> None:
        super().__init__(f"{domain}: {why}")
        self.domain = domain
        self.why = why


async def serve(
    app: web.Application,
    sockets: Sequence[socket.socket],
    admin_sockets: Sequence[socket.socket],
    started: Callable[[], None],
) -> None:
    """Serve until SIGINT or SIGTERM; call `started` once requests are taken.

    Requests under way are finished first. A second signal ends the process at once. Raises
    HomeUnopenable when a person's only home cannot be opened.
    """
    gc.set_threshold(YOUNG_OBJECTS)
    stop = asyncio.Event()
    _on_signals(stop)
    async with AsyncExitStack() as stack:
        runner = await _run(stack, ShortRunner(app, LAST_MOMENT), sockets)
        office = web.AppRunner(build_admin_app(app), shutdown_timeout=LAST_MOMENT, access_log=None)
        await _run(stack, office, admin_sockets)
        await check_the_only_home(app)
        started()
        await stop.wait()
        _log.info("stopping")
        # aiohttp's own shutdown reads no more of any body, so uploads must be through before.
        for site in runner.sites:
            await site.stop()
        await app[keys.IN_FLIGHT].drain()


async def _run(
    stack: AsyncExitStack, runner: web.AppRunner, sockets: Sequence[socket.socket]
) -> web.AppRunner:
    await runner.setup()
    stack.push_async_callback(runner.cleanup)
    for site in sites_of(runner, sockets):
        await site.start()
    return runner


def sites_of(runner: web.AppRunner, sockets: Sequence[socket.socket]) -> list[web.SockSite]:
    """Return what takes connections from these sockets, once it is started."""
    return [web.SockSite(runner, listening, backlog=BACKLOG) for listening in sockets]


async def check_the_only_home(app: web.Application) -> None:
    """Find out now, not at the first request, whether a person's only home can be opened.

    Raises HomeUnopenable.
    """
    directory = app[keys.INSTANCES]
    kept = list(directory.folders)
    if len(directory.domains) == len(kept) == 1:
        try:
            async with directory.borrow(kept[0]):
                pass
        except (ValueError, StorageUnreachable, KeyUnusable) as error:
            raise HomeUnopenable(kept[0], str(error)) from error


def _on_signals(stop: asyncio.Event) -> None:
    loop = asyncio.get_running_loop()

    def asked() -> None:
        stop.set()
        for number in _SIGNALS:
            loop.remove_signal_handler(number)

    for number in _SIGNALS:
        try:
            loop.add_signal_handler(number, asked)
        except NotImplementedError:  # Windows
            signal.signal(number, lambda *_: loop.call_soon_threadsafe(stop.set))
