"""What is done now and then: asking the Document Server for what it kept, and pruning sessions."""

import asyncio
import logging
from collections.abc import AsyncIterator
from functools import partial

from aiohttp import web

from server import keys
from server.office.commands import CommandRefused, OfficeUnreachable
from server.office.forgotten import ForgottenSaves
from server.office.office import OFFICE, Office
from server.office.pruning import Pruning

_log = logging.getLogger(__name__)


async def swept_office(app: web.Application) -> AsyncIterator[None]:
    """Sweep while the application runs, where a Document Server is configured."""
    settings = app[OFFICE].settings
    if settings is None:
        yield
        return
    sweeping = asyncio.create_task(
        _sweep(app[OFFICE], forgotten_saves(app), pruning(app), settings.sweep_seconds)
    )
    yield
    sweeping.cancel()
    await asyncio.wait([sweeping])


def forgotten_saves(app: web.Application) -> ForgottenSaves:
    """Return what brings the saves of an application's homes in."""
    office, client = app[OFFICE], app[keys.HTTP_CLIENT]
    return ForgottenSaves(
        office.commands(client),
        app[keys.INSTANCES],
        partial(office.saver, client=client),
        office.locks,
        asyncio.get_running_loop().time,
    )


def pruning(app: web.Application) -> Pruning:
    """Return what takes the spent sessions of an application's homes away."""
    office = app[OFFICE]
    return Pruning(office.commands(app[keys.HTTP_CLIENT]), app[keys.INSTANCES], office)


async def _sweep(office: Office, forgotten: ForgottenSaves, pruning: Pruning, every: float) -> None:
    while True:
        await asyncio.sleep(every)
        try:
            await forgotten.sweep()
            await forgotten.forget_who_left(list(office.edited))
            await pruning.prune_due()
        except (OfficeUnreachable, CommandRefused) as error:
            _log.warning("document server not asked", extra={"reason": str(error)})
