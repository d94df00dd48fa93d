"""The door of a home while it stands open, its replica kept up."""

import asyncio
import signal
import sys
from collections.abc import Callable
from pathlib import Path

from aiohttp import ClientSession

from clients.desktop.door.contents import Contents
from clients.desktop.door.keeping import Kept
from clients.desktop.door.serving import Door
from clients.desktop.home.client import HomeClient
from clients.desktop.local.store import Store
from clients.desktop.replica.place import place_of
from clients.desktop.replica.pulling import keep_up

_REPLICA = 10.0
"""Seconds between two looks at the home, while the door is open."""


async def lend(store: Store, client_id: str, kept: Kept, opened_at: Callable[[int], None]) -> None:
    """Hold the door open until a person ends it. Raises OSError where its port is taken."""
    credentials = store.home(client_id)
    if credentials is None:
        return
    stopping = _stopping()
    folders = [Path(it.path) for it in store.folders() if it.home == client_id]
    async with ClientSession() as session:
        contents = Contents(folders, HomeClient(session, credentials, store.keep_home))
        async with Door(place_of(store, client_id), kept, contents).served() as port:
            opened_at(port)
            pulling = asyncio.create_task(keep_up(store, client_id, _REPLICA))
            try:
                await stopping.wait()
            finally:
                pulling.cancel()
                await asyncio.gather(pulling, return_exceptions=True)


def _stopping() -> asyncio.Event:
    """Return what is set when a person ends this process."""
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM) if sys.platform != "win32" else ():
        loop.add_signal_handler(number, stopping.set)
    return stopping
