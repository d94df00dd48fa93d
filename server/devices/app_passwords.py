"""Making app passwords: random, readable, shown once; their hash alone is kept."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from server.auth.passwords import readable_password
from server.devices.device import Device, devices_of, hashed
from server.devices.errors import DeviceIllegal
from server.devices.kinds import Wanted
from server.instances.instance import Instance

RANDOM_BYTES = 12
"""Bytes of an app password: 75 bits, which nobody tries out from a fast hash."""

LONGEST_NAME = 100
"""Characters of a device's name."""


@dataclass(frozen=True, slots=True)
class AppPassword:
    """A device just made, and its password, which nobody can tell a second time."""

    id: str
    device: Device
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class PasswordMaker:
    """Makes app passwords. `random` returns so many random bytes, `now` the time, aware."""

    now: Callable[[], datetime]
    new_id: Callable[[], str]
    random: Callable[[int], bytes]

    async def make(self, instance: Instance, name: str, wanted: Wanted) -> AppPassword:
        """Make a device with a password of its own. Raises DeviceIllegal."""
        password = readable_password(self.random(RANDOM_BYTES))
        device = Device(
            client_name=legal_name(name),
            client_kind=str(wanted.kind),
            scope=wanted.scope,
            password_hash=hashed(password),
            created_at=self.now().isoformat(),
        )
        kept = await devices_of(instance.store).add(self.new_id(), device)
        return AppPassword(kept.id, device, password)


def legal_name(text: object) -> str:
    """Return a device's name, its spaces tidied. Raises DeviceIllegal."""
    if not isinstance(text, str):
        raise DeviceIllegal("name", "The name of a device is text.")
    name = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    if not name:
        raise DeviceIllegal("name", "A device needs a name, to know it again.")
    return name[:LONGEST_NAME].rstrip()
