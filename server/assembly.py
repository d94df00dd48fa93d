"""What every application has: the chain of middlewares, and what runs beside the requests.

It knows no door. Applications add theirs, so that a CouchDB does not load what a whole home is made
of.
"""

import asyncio
import logging
import secrets
import time
from collections.abc import AsyncIterator

from aiohttp import ClientSession, web
from aiohttp.typedefs import Middleware

from server import keys
from server.at_rest.new_homes import sealing
from server.auth.caller import read_networks
from server.auth.counts import COUNTS, Counts, counts_of, kept_counts
from server.auth.credentials import Credentials
from server.auth.live import LiveRequests
from server.data.open_feeds import FEEDS, OpenFeeds
from server.data.size_limits import LIMITS, SizeLimits
from server.fresh import new_id, new_request_id, now
from server.http import health, middlewares
from server.http.dialects import Dialects
from server.http.in_flight import InFlight
from server.http.limits import LARGEST_FORM
from server.instances.context import Contexts
from server.instances.directory import InstanceDirectory
from server.instances.founding import HomeRegister
from server.instances.homes import ServedHomes
from server.instances.neighbours import NOBODY, Neighbours
from server.jobs.erase_homes import erase_now_and_then
from server.jobs.sweep_blobs import sweep_now_and_then
from server.observe.answered import ANSWERED
from server.observe.heap import give_back
from server.observe.metrics import Metrics
from server.observe.readiness import Readiness
from server.settings import Settings

_log = logging.getLogger(__name__)

SWEEP_SECONDS = 3600.0
ERASE_SECONDS = 3600.0


def assemble(
    settings: Settings,
    directory: InstanceDirectory,
    dialects: Dialects,
    admit: Middleware,
    neighbours: Neighbours = NOBODY,
) -> web.Application:
    """Return an application with the chain of middlewares and the health routes, and no door."""
    size_limits = SizeLimits(
        settings.max_document_size, settings.max_attachment_size, settings.max_request_size
    )
    app = web.Application(
        middlewares=middlewares.chain(
            trusted=read_networks(settings.trusted_proxies),
            new_request_id=new_request_id,
            clock=time.monotonic,
            admit=admit,
        ),
        client_max_size=LARGEST_FORM,
    )
    app[keys.SETTINGS] = settings
    app[keys.NOW], app[keys.NEW_ID] = now, new_id
    app[keys.NEW_REQUEST_ID] = new_request_id
    app[keys.INSTANCES] = directory
    app[keys.HOMES] = ServedHomes(_register(settings), directory, neighbours=neighbours)
    app[keys.CONTEXTS] = Contexts(settings.contexts)
    app[keys.DIALECTS] = dialects
    counts = app[COUNTS] = Counts(
        settings.dir, time.monotonic, time.time, counts_of(neighbours.place.index)
    )
    app[keys.CREDENTIALS] = Credentials(
        secrets.token_bytes(32), time.monotonic, counts.throttle("passphrases")
    )
    app[keys.LIVE] = LiveRequests()
    app[keys.METRICS] = Metrics(lambda: directory.open_count)
    app[keys.READINESS] = Readiness(settings.dir, time.monotonic)
    app[keys.IN_FLIGHT] = InFlight()
    app[FEEDS] = OpenFeeds(settings.max_feeds)
    app[LIMITS] = lambda: size_limits
    app.add_routes(health.routes())
    # Stopping takes them from the right: what runs beside requests first, the homes last.
    app.cleanup_ctx.append(kept_counts)
    app.cleanup_ctx.extend([_said, _homes, _http_client, _idle_homes, _swept_blobs, _erased_homes])
    return app


def _register(settings: Settings) -> HomeRegister:
    return HomeRegister(
        settings.dir,
        secrets.token_bytes,
        settings.kdf_iterations,
        seal=sealing(settings.encryption),
    )


async def _said(app: web.Application) -> AsyncIterator[None]:
    """Say of all requests that they were answered, before the process ends."""
    del app
    yield
    ANSWERED.say()


async def _homes(app: web.Application) -> AsyncIterator[None]:
    yield
    await app[keys.INSTANCES].close()


async def _http_client(app: web.Application) -> AsyncIterator[None]:
    async with ClientSession() as session:
        app[keys.HTTP_CLIENT] = session
        yield


async def _idle_homes(app: web.Application) -> AsyncIterator[None]:
    """Close homes that nobody has asked for in a while, so that memory follows the active ones."""
    idle = app[keys.SETTINGS].idle_seconds
    closing = asyncio.create_task(_close_idle_homes(app[keys.INSTANCES], idle))
    yield
    closing.cancel()
    await asyncio.wait([closing])


async def _close_idle_homes(directory: InstanceDirectory, idle: float) -> None:
    while True:
        await asyncio.sleep(idle / 4)
        closed = await directory.close_idle(idle)
        if closed:
            _log.info("idle homes closed", extra={"count": closed})
        await asyncio.to_thread(give_back)


async def _swept_blobs(app: web.Application) -> AsyncIterator[None]:
    """Take away what no document names any more, so that what is deleted gives its room back."""
    sweeping = asyncio.create_task(
        sweep_now_and_then(app[keys.INSTANCES], every=SWEEP_SECONDS, clock=time.time)
    )
    yield
    sweeping.cancel()
    await asyncio.wait([sweeping])


async def _erased_homes(app: web.Application) -> AsyncIterator[None]:
    """Erase the homes whose time has come, every hour."""
    erasing = asyncio.create_task(erase_now_and_then(app[keys.HOMES], every=ERASE_SECONDS, now=now))
    yield
    erasing.cancel()
    await asyncio.wait([erasing])
