"""What the routes for devices share: the clock, the dice, and who was seen."""

from dataclasses import dataclass

from aiohttp import web

from server.devices.app_passwords import PasswordMaker


@dataclass(frozen=True, slots=True)
class DeviceRoom:
    """One for all homes of the process."""

    passwords: PasswordMaker


DEVICES = web.AppKey("devices", DeviceRoom)
