"""Erasing the homes that were to be deleted, once their time has come."""

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime

from replication.core.errors import StorageUnreachable
from server.instances.homes import ServedHomes

_SOON = 60.0
_log = logging.getLogger(__name__)


async def erase_now_and_then(
    homes: ServedHomes, *, every: float, now: Callable[[], datetime]
) -> None:
    """Erase what is due, every so many seconds, for ever; the first time soon after the start."""
    pause = min(every, _SOON)
    while True:
        await asyncio.sleep(pause)
        pause = every
        try:
            erased = await homes.erase_due(now())
        except (OSError, StorageUnreachable):
            _log.exception("home not erased")
            continue
        for domain in erased:
            _log.info("home erased", extra={"instance": domain})
