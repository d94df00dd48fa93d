"""A replica brought up to what the home has, by the protocol that all replicas speak.

It goes with the device's own token, so what a device leaves out is not in its replica either.
"""

import asyncio
import uuid
from datetime import UTC, datetime
from pathlib import Path

from aiohttp import ClientSession

from clients.desktop.home.client import HomeClient, Request
from clients.desktop.home.credentials import Credentials
from clients.desktop.home.port import HomeError
from clients.desktop.local.lock import Held, only_one
from clients.desktop.local.store import Store
from clients.desktop.replica.opening import DOCTYPE, as_peer, opened
from clients.desktop.replica.place import place_of
from replication.core.checkpoint import Filter, replication_id
from replication.core.errors import ReplicationError
from replication.couch.address import Address
from replication.couch.http_peer import HttpPeer
from replication.replicator.perseverance import ONE_PASS, persevere
from replication.replicator.replicator import Plan, Replicator

_AGAIN = 5.0
"""Seconds until it is tried again, where another process or no network was in the way."""
_PATH = f"/data/{DOCTYPE}"


async def pull(store: Store, client_id: str) -> bool:
    """Bring the replica of a home up to date; False where it cannot be now.

    One process of this computer does it at a time; another that finds it busy lets it be.
    """
    credentials = store.home(client_id)
    if credentials is None:
        return False
    place = place_of(store, client_id)
    try:
        with only_one(place):
            async with ClientSession() as session:
                await _pull(session, HomeClient(session, credentials, store.keep_home), place)
    except (Held, HomeError, ReplicationError, OSError):
        return False
    return True


async def _pull(session: ClientSession, client: HomeClient, place: Path) -> None:
    await client.ask(Request("GET", _PATH))  # with a token that is good for the whole of it
    there = HttpPeer(session, _address(client.credentials))
    async with opened(place) as database:
        here = as_peer(database)
        kept = Filter()
        name = replication_id(client.credentials.client_id, [there.name], [here.name], kept)

        async def begin() -> Replicator:
            plan, session_id = Plan(name, kept), uuid.uuid4().hex
            return Replicator(
                there, here, plan, now=lambda: datetime.now(UTC), session_id=session_id
            )

        await persevere(begin, ONE_PASS)


def _address(credentials: Credentials) -> Address:
    headers = {"Authorization": f"Bearer {credentials.access_token}"}
    return Address(f"{credentials.address}{_PATH}", headers=headers)


async def keep_up(store: Store, client_id: str, every: float) -> None:
    """Bring a replica up to date every so many seconds, until cancelled."""
    while True:
        is_done = await pull(store, client_id)
        await asyncio.sleep(every if is_done else min(every, _AGAIN))
