"""What the routes for devices share: the clock, the dice, who asks how often."""

import asyncio
from dataclasses import dataclass

from aiohttp import web

from server.auth.errors import TooManyAttempts
from server.auth.throttle import Throttle
from server.devices.app_passwords import PasswordMaker
from server.devices.pace import PollingPace
from server.devices.pairing import Pairings
from server.instances.instance import Instance

LONGEST_WAIT = 5.0
"""Seconds that a device is held back that wants to pair; one that would wait longer is refused."""


@dataclass(frozen=True, slots=True)
class DeviceRoom:
    """One for all homes of the process."""

    passwords: PasswordMaker
    beginnings: Throttle
    pace: PollingPace

    def pairings(self, home: Instance) -> Pairings:
        """Return the devices that wait at a home."""
        return Pairings(home, self.passwords.now())

    async def hold_back(self, address: str) -> None:
        """Let devices from one address begin no faster than they may. Raises TooManyAttempts."""
        wait = self.beginnings.wait(address)
        if wait > LONGEST_WAIT:
            raise TooManyAttempts(wait)
        self.beginnings.attempted(address)
        await asyncio.sleep(wait)


DEVICES = web.AppKey("devices", DeviceRoom)
