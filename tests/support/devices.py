"""Credentials of a home that are not its owner's, made as the house makes them."""

import json
from base64 import b64encode
from datetime import UTC, datetime

from server import keys
from server.auth.shown import COOKIE
from server.auth.tokens import Audience, TokenKeys
from server.devices.device import Device, devices_of, hashed
from server.sign_in.session import Session, session_id, sessions_of

CLIENT = "c" * 32
APP_PASSWORD = "barafado-kilomuna-petisoga"
SESSION = "session-cookie-of-many-random-bytes"


def at(moment=None):
    return (moment or datetime.now(UTC)).isoformat()


def bearer(token):
    return {"Authorization": f"Bearer {token}"}


def basic_of(password, name="anything"):
    return {"Authorization": "Basic " + b64encode(f"{name}:{password}".encode()).decode()}


def with_cookie(value=SESSION):
    return {"Cookie": f"{COOKIE}={value}"}


async def oauth_token(app, scope, *, domain="localhost", client=CLIENT, issued=None):
    """Register a client if there is none, and return an access token of it."""
    async with app[keys.INSTANCES].borrow(domain) as instance:
        devices = devices_of(instance.store)
        if await devices.get(client) is None:
            await devices.add(client, Device(client_name="A client", scope=scope))
        now = datetime.now(UTC).timestamp() if issued is None else issued
        tokens = TokenKeys(instance.domain, instance.secret)
        return tokens.token(Audience.ACCESS, client, now, scope)


async def app_password(app, scope, *, domain="localhost", password=APP_PASSWORD):
    """Make a device with this app password; returns its id."""
    async with app[keys.INSTANCES].borrow(domain) as instance:
        device = Device(
            client_name="A phone",
            client_kind="couchdb",
            scope=scope,
            password_hash=hashed(password),
        )
        return (await devices_of(instance.store).add(hashed(password)[:32], device)).id


async def signed_in(app, *, domain="localhost", cookie=SESSION, seen=None, proved=True):
    """Open a session of the owner, who just showed who they are; returns its headers."""
    async with app[keys.INSTANCES].borrow(domain) as instance:
        session = Session(created_at=at(), last_seen=at(seen), proved_at=at() if proved else "")
        await sessions_of(instance.store).add(session_id(cookie), session)
    return with_cookie(cookie)


async def revoked(app, device, *, domain="localhost"):
    """Take a device away."""
    async with app[keys.INSTANCES].borrow(domain) as instance:
        assert await devices_of(instance.store).delete(device)


async def device_for_files(home, **profile):
    """Make a device for WebDAV as the owner does; returns its id and the headers that show it."""
    told = {"name": "Phone", "kind": "webdav"}
    sent = {"data": {"type": "io.cozy.oauth.clients", "attributes": told}}
    async with home.owner.post("/settings/devices", json=sent) as response:
        assert response.status == 201
        made = json.loads(await response.text())["data"]
    if profile:
        await given_profile(home, made["id"], **profile)
    return made["id"], basic_of(made["attributes"]["password"])


async def given_profile(home, device_id, **profile):
    """Say what a device is to see."""
    sent = {"data": {"type": "io.cozy.oauth.clients", "attributes": {"sync_profile": profile}}}
    async with home.owner.patch(f"/settings/devices/{device_id}", json=sent) as response:
        assert response.status == 200
