"""When a device was last here, and from where.

Kept in local documents beside the devices: what a device may do does not change by its being used,
so the database stands at the same sequence, and what the authenticator remembers stays good. A
device that is busy is written down once in a while, not at each request.
"""

import logging
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import msgspec

from replication.core.errors import DocumentMissing, ReplicationError
from replication.store.protocol import IdRange
from server.auth.principal import Kind, Principal
from server.devices.device import devices_of
from server.instances.instance import Instance

EVERY_SECONDS = 600.0
"""Seconds in which one device is written down once."""

_log = logging.getLogger(__name__)
_PREFIX = "_local/seen-"
_END = "_local/seen."  # the character after the hyphen
_REMEMBERED = 16_384
_KINDS = frozenset({Kind.DEVICE, Kind.OAUTH})


class Seen(msgspec.Struct, frozen=True):
    """A moment (RFC 3339), and the address a device came from then."""

    at: str
    address: str


@dataclass(frozen=True, slots=True)
class _Noted:
    at: float
    address: str


class LastSeen:
    """Writes down who was here; `now` tells the time, aware."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._noted: OrderedDict[tuple[str, str], _Noted] = OrderedDict()

    async def note(self, principal: Principal, instance: Instance, address: str) -> None:
        """Write down that a device is here, unless that was done a while ago.

        A disk that is full hinders nobody from reading: it is logged.
        """
        if principal.kind not in _KINDS or not principal.credential:
            return
        key = (principal.domain, principal.credential)
        now = self._now()
        noted = self._noted.get(key)
        if noted is not None and now.timestamp() - noted.at < EVERY_SECONDS:
            return
        # Before the write, so that many requests at once write once.
        self._noted[key] = _Noted(now.timestamp(), address)
        self._noted.move_to_end(key)
        if len(self._noted) > _REMEMBERED:
            self._noted.popitem(last=False)
        try:
            await _write(instance, principal.credential, Seen(now.isoformat(), address))
        except ReplicationError as error:
            _log.warning("last seen not written", extra={"error": type(error).__name__})


async def seen_of(instance: Instance) -> dict[str, Seen]:
    """Return when each device of a home was last here, by its id."""
    database = await devices_of(instance.store).database()
    ids = IdRange(start=_PREFIX, end=_END, inclusive_end=False)
    found = await database.local_documents(ids)
    return {
        row.document_id.removeprefix(_PREFIX): msgspec.json.decode(row.body, type=Seen)
        for row in found
    }


async def forget(instance: Instance, device_id: str) -> None:
    """Forget when a device was last here."""
    database = await devices_of(instance.store).database()
    try:
        await database.delete_local(_PREFIX + device_id)
    except DocumentMissing:
        return


async def _write(instance: Instance, device_id: str, seen: Seen) -> None:
    database = await devices_of(instance.store).database()
    await database.put_local(_PREFIX + device_id, msgspec.json.encode(seen))
