"""A CouchDB with users in this process, over a folder of the test, and clients of its users."""

import asyncio
from base64 import b64encode

from aiohttp import DummyCookieJar
from aiohttp.test_utils import TestClient

from server.auth.passwords import hash_password
from server.couch_app import build_couch_app
from server.couch_auth.keys import AUTHENTICATOR
from server.instances.instance import Owner
from server.instances.record import InstanceRecord, write_record
from server.settings import Settings
from tests.support.short_server import ShortServer

PASSWORD = "correct horse"
_HASH = hash_password(PASSWORD, b"0123456789abcdef")


def basic(name, password):
    return "Basic " + b64encode(f"{name}:{password}".encode()).decode()


class ServedCouch:
    """One server, and as many clients of it as the test has people."""

    def __init__(self, folder, **settings):
        self.folder = folder
        self.settings = Settings(dir=folder, admin="off", **settings)
        self.server = None
        self.clients = []

    async def __aenter__(self):
        record = InstanceRecord(
            self.folder / "instances" / "home", "localhost", (), Owner("admin", _HASH), b"s" * 32
        )
        await asyncio.to_thread(write_record, record)
        self.server = ShortServer(build_couch_app(self.settings, [record]))
        await self.server.start_server()
        return self

    async def __aexit__(self, *_):
        for client in self.clients:
            await client.close()
        await self.server.close()

    def pass_time(self, seconds):
        """Let sessions and tokens believe that it is so much later."""
        authenticator = self.server.app[AUTHENTICATOR]
        before = authenticator.now()
        authenticator.now = lambda: before + seconds

    def client(self, name=None, password=PASSWORD, **options):
        """Return a client of somebody; of nobody without a name."""
        headers = {"Authorization": basic(name, password)} if name else {}
        jar = options.pop("cookie_jar", None) or DummyCookieJar()
        client = TestClient(self.server, headers=headers, cookie_jar=jar, **options)
        self.clients.append(client)
        return client

    @property
    def admin(self):
        return self.client("admin")
