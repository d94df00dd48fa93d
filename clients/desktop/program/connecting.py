"""Letting this computer into a home, and taking it out again."""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from importlib import metadata
from typing import TypeVar
from urllib.parse import urlsplit

from aiohttp import ClientSession

from clients.desktop.home.client import HomeClient
from clients.desktop.home.credentials import Credentials
from clients.desktop.home.device import HomeDevice
from clients.desktop.home.pairing import Asked, Device, Pairing
from clients.desktop.home.port import Moved, Revoked
from clients.desktop.local.store import Store
from clients.desktop.program.starting import hostname

_MOVES = 3
R = TypeVar("R")


def version() -> str:
    """Return the version of this program."""
    return metadata.version("foyer-cloud")


class NoAddress(ValueError):
    """What was typed is no address of a home."""


def address_of(typed: str) -> str:
    """Return the address of a home as it is kept: a scheme, a host, no more. Raises NoAddress.

    What is typed without a scheme is meant over TLS, but on this machine.
    """
    local = typed.split(":", 1)[0] in ("localhost", "127.0.0.1")
    whole = typed if "://" in typed else f"{'http' if local else 'https'}://{typed}"
    try:
        parts = urlsplit(whole)
        port = f":{parts.port}" if parts.port else ""
    except ValueError as error:
        raise NoAddress(typed) from error
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username:
        raise NoAddress(typed)
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return f"{parts.scheme}://{host}{port}"


async def connect(
    store: Store, address: str, name: str, show: Callable[[Asked], None]
) -> Credentials:
    """Ask to be let into a home, and wait until its owner has answered. Raises HomeError."""
    async with ClientSession() as session:
        pairing = Pairing(session, address)
        for _ in range(_MOVES):
            try:
                waiting = await pairing.register(Device(name or hostname(), version()))
                break
            except Moved as moved:
                pairing = Pairing(session, moved.why)
        else:
            raise Moved(pairing.address)
        asked = await pairing.ask(waiting)
        show(asked)
        credentials = await pairing.allowed(waiting, asked)
    store.keep_home(credentials)
    return credentials


async def disconnect(store: Store, credentials: Credentials) -> None:
    """End this device at its home, and forget it. Raises HomeError but where it is out already."""
    async with ClientSession() as session:
        client = HomeClient(session, credentials, store.keep_home)
        with suppress(Revoked):
            await HomeDevice(client).leave()
    store.forget_home(credentials.client_id)


async def on_device(
    store: Store, credentials: Credentials, work: Callable[[HomeDevice], Awaitable[R]]
) -> R:
    """Return what is done as the device that a home knows this computer as."""
    async with ClientSession() as session:
        return await work(HomeDevice(HomeClient(session, credentials, store.keep_home)))
