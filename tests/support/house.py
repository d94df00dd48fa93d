"""The whole house inside the test's process: real engine, real requests, homes in a folder."""

import random
from base64 import b64encode
from contextlib import asynccontextmanager
from dataclasses import dataclass

from aiohttp import ClientSession, web

from server.app import build_app
from server.http.short_runner import ShortRunner
from server.instances.founding import LOCAL_ALIASES, HomeRegister
from server.instances.instance import Owner
from server.instances.record import InstanceRecord, write_record
from server.settings import Settings

PASSWORD = "correct horse"
# Argon2id of PASSWORD: hashing it for each test would be most of the test.
PASSWORD_HASH = (
    "$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHRzYWx0c2FsdA$"
    "AdweBLwcflnNX2HVW8i1Mtu7frrn4Ki7h/rYSGuU7Is"
)


def basic(name="owner", password=PASSWORD):
    return "Basic " + b64encode(f"{name}:{password}".encode()).decode()


@dataclass
class House:
    """A running house; `owner` asks with the owner's login, `anybody` without any."""

    app: web.Application
    address: str
    owner: ClientSession
    anybody: ClientSession
    runner: ShortRunner

    def at(self, domain):
        """Return headers that ask for another home."""
        return {"Host": domain}


def found(folder, domain="localhost", aliases=LOCAL_ALIASES, secret=b"s" * 32):
    record = InstanceRecord(
        folder / "instances" / domain, domain, aliases, Owner("owner", PASSWORD_HASH), secret
    )
    write_record(record)
    return record


@asynccontextmanager
async def house(folder, *, build=build_app, **chosen):
    """Open a house over a folder, with the home `localhost` if the folder has none."""
    register = HomeRegister(folder, random.Random(1).randbytes, kdf_iterations=0)
    if not register.records():
        found(folder)
    app = build(Settings(dir=folder, **chosen), register.records())
    runner = ShortRunner(app, shutdown_timeout=1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    address = f"http://127.0.0.1:{runner.addresses[0][1]}"
    login = {"Authorization": basic()}
    try:
        async with (
            ClientSession(address, headers=login) as owner,
            ClientSession(address) as anybody,
        ):
            yield House(app, address, owner, anybody, runner)
    finally:
        await runner.cleanup()
