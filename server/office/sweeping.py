"""Asking the Document Server, now and then, for what it kept."""

import asyncio
import logging
from collections.abc import AsyncIterator
from functools import partial

from aiohttp import web

from server import keys
from server.office.commands import CommandRefused, OfficeUnreachable
from server.office.forgotten import ForgottenSaves
from server.office.office import OFFICE, Office

_log = logging.getLogger(__name__)


async def swept_office(app: web.Application) -> AsyncIterator[None]:
    """Sweep while the application runs, where a Document Server is configured."""
    settings = app[OFFICE].settings
    if settings is None:
        yield
        return
    sweeping = asyncio.create_task(
        _sweep(app[OFFICE], forgotten_saves(app), settings.sweep_seconds)
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


async def _sweep(office: Office, forgotten: ForgottenSaves, every: float) -> None:
    while True:
        await asyncio.sleep(every)
        try:
            await forgotten.sweep()
            await forgotten.forget_who_left(list(office.edited))
        except (OfficeUnreachable, CommandRefused) as error:
            _log.warning("document server not asked", extra={"reason": str(error)})
