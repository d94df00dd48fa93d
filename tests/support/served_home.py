"""A whole home in this process, over a folder of the test, with its owner's login at hand."""

import asyncio
import json
from base64 import b64encode

from aiohttp.test_utils import TestClient

from server.app import build_app
from server.auth.passwords import hash_password
from server.instances.instance import Owner
from server.instances.record import InstanceRecord, write_record
from server.settings import Settings
from tests.support.short_server import ShortServer

PASSWORD = "correct horse"
AUTHORIZATION = "Basic " + b64encode(f"owner:{PASSWORD}".encode()).decode()
_HASH = hash_password(PASSWORD, b"0123456789abcdef")


def record_in(folder, domain="localhost", aliases=("127.0.0.1",)):
    record = InstanceRecord(folder, domain, aliases, Owner("owner", _HASH), b"s" * 32)
    write_record(record)
    return record


async def serve_home(folder, **settings):
    """Return a client, logged in as the owner, of a home that lives in `folder`."""
    record = await asyncio.to_thread(record_in, folder / "instances" / "home")
    app = build_app(Settings(dir=folder, admin="off", **settings), [record])
    client = TestClient(ShortServer(app), headers={"Authorization": AUTHORIZATION})
    await client.start_server()
    return client


async def answer(response, status):
    """Return the JSON of a response that must have this status."""
    text = await response.text()
    assert response.status == status, text
    return json.loads(text)
