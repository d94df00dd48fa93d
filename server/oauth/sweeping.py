"""What nobody used in time is forgotten: clients that never got a token, codes, in open homes."""

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from server.devices.device import Device, devices_of
from server.instances.directory import InstanceDirectory
from server.instances.instance import Instance
from server.oauth.one_time_code import Codes

PENDING = timedelta(hours=1)
"""How long a client may stay that never got a token (cozy.md B4)."""

_log = logging.getLogger(__name__)


async def sweep_clients(instance: Instance, now: datetime) -> int:
    """Forget what is over in a home; return how many clients those were. `now` is aware."""
    devices = devices_of(instance.store)
    over = [kept async for kept in devices.all() if _is_over(kept.value, now)]
    # Each as it was read: one that gets a token meanwhile is another revision, and stays.
    forgotten = sum([await devices.forget(kept) for kept in over])
    await Codes(instance.store).forget_old(now)
    return forgotten


async def sweep_clients_now_and_then(
    directory: InstanceDirectory, *, every: float, clock: Callable[[], datetime]
) -> None:
    """Sweep the homes that are open, every so many seconds, for ever."""
    while True:
        await asyncio.sleep(every)
        for domain in directory.open_domains:
            async with directory.borrow(domain) as instance:
                forgotten = await sweep_clients(instance, clock())
            if forgotten:
                _log.info("pending clients swept", extra={"instance": domain, "count": forgotten})


def _is_over(device: Device, now: datetime) -> bool:
    return device.pending and now >= datetime.fromisoformat(device.created_at) + PENDING
