"""A real home as the desktop client reaches it: registered, let in, over HTTP."""

from contextlib import asynccontextmanager

from aiohttp import ClientSession

from clients.desktop.home.credentials import SCOPE, Credentials
from clients.desktop.home.foyer_home import FoyerHome
from replication.chunks.cutting import cut
from tests.support.desktop.fake_disk import pieces_of
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


class OutgoingBytes:
    """A content that is to be sent; `spans` are those that were."""

    def __init__(self, data, step=100_000):
        self.data = data
        self.step = step
        self.spans = []

    async def cut(self):
        return cut([self.data])

    def send(self, start=0, stop=None):
        self.spans.append((start, len(self.data) if stop is None else stop))
        return self._read(start, stop)

    async def _read(self, start, stop):
        for piece in pieces_of(self.data[start:stop], self.step):
            yield piece

    @property
    def offsets(self):
        return [start for start, _ in self.spans]


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
