"""A real home as the desktop client reaches it: registered, let in, over HTTP."""

from contextlib import asynccontextmanager

from aiohttp import ClientSession

from clients.desktop.home.credentials import SCOPE, Credentials
from clients.desktop.home.foyer_home import FoyerHome
from tests.support.oauth import register, tokens_for

RESUMABLE_FROM = 300_000
"""Bytes: small enough for tests to send many."""


async def credentials_in(house, name="A laptop", address=None):
    """Return credentials of a new device of a house's home, which it reaches at an address."""
    client = await register(house, client_name=name)
    tokens = await tokens_for(house, client, SCOPE)
    secrets = client["client_secret"], client["registration_access_token"]
    pair = tokens["access_token"], tokens["refresh_token"]
    return Credentials(address or house.address, client["client_id"], *secrets, *pair)


@asynccontextmanager
async def desktop_home(credentials, uploads=None):
    """Open the port to a home; `kept` of it are the credentials that were written down."""
    async with ClientSession() as session:
        kept = []
        home = FoyerHome(
            session,
            credentials,
            kept=kept.append,
            uploads={} if uploads is None else uploads,
            resumable_from=RESUMABLE_FROM,
        )
        home.kept = kept
        yield home
