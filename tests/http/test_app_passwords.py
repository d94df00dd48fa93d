"""App passwords: made by the owner in person, good for their kind alone, revoked at once."""

import asyncio
import time
from contextlib import asynccontextmanager, suppress

import pytest
from aiohttp import ClientError

from server import keys
from server.auth.basic import read_basic
from server.devices.device import devices_of
from tests.support.devices import basic_of, bearer, oauth_token, signed_in
from tests.support.house import found, house

CONTACTS = "io.cozy.contacts"
DEVICES = "/settings/devices"


@pytest.fixture
async def home(tmp_path):
    found(tmp_path)
    found(tmp_path, "other.example", (), b"t" * 32)
    async with house(tmp_path) as running:
        for doctype in (CONTACTS, "io.cozy.bills"):
            async with running.owner.put(f"/data/{doctype}/a", json={"n": 1}) as response:
                assert response.status in (200, 201)
        yield running


def attributes(**told):
    return {"data": {"type": "io.cozy.oauth.clients", "attributes": told}}


async def made(home, **wanted):
    """Make an app password; returns its id and the headers that show it."""
    wanted = {"name": "Phone", "kind": "couchdb", **wanted}
    async with home.owner.post(DEVICES, json=attributes(**wanted)) as response:
        told = await response.json(content_type=None)
        assert response.status == 201, told
        return told["data"]["id"], basic_of(told["data"]["attributes"]["password"])


async def status(home, method, path, headers=None, **sent):
    async with home.anybody.request(method, path, headers=headers, **sent) as response:
        return response.status


async def listed(home):
    async with home.owner.get(DEVICES) as response:
        assert response.status == 200
        rows = (await response.json(content_type=None))["data"]
        return {row["id"]: row["attributes"] for row in rows}


async def test_a_password_for_couchdb_opens_its_types_at_its_home(home):
    _, shown = await made(home, doctypes=[CONTACTS])
    assert await status(home, "GET", f"/couchdb/{CONTACTS}/_changes", shown) == 200
    assert await status(home, "PUT", f"/couchdb/{CONTACTS}/b", shown, json={"n": 2}) == 201
    assert await status(home, "GET", "/couchdb/io.cozy.bills/a", shown) == 403
    assert await status(home, "PROPFIND", "/dav/files/", shown) == 403
    elsewhere = {**shown, "Host": "other.example"}
    assert await status(home, "GET", f"/couchdb/{CONTACTS}/_changes", elsewhere) == 401


async def test_a_password_that_reads_alone_writes_nothing(home):
    _, shown = await made(home, doctypes=[CONTACTS], read_only=True)
    assert await status(home, "GET", f"/couchdb/{CONTACTS}/_changes", shown) == 200
    assert await status(home, "PUT", f"/couchdb/{CONTACTS}/b", shown, json={"n": 2}) == 403


@pytest.mark.parametrize(
    ("kind", "path", "opens"),
    [
        ("webdav", "/couchdb/io.cozy.files/_changes", 200),
        ("webdav", f"/couchdb/{CONTACTS}/a", 403),
        ("groupware", f"/couchdb/{CONTACTS}/a", 200),
        ("groupware", "/couchdb/io.cozy.files/_changes", 403),
        ("bitwarden", f"/couchdb/{CONTACTS}/a", 403),
        ("everything", "/couchdb/io.cozy.bills/a", 200),
    ],
)
async def test_each_kind_opens_what_it_is_for(home, kind, path, opens):
    _, shown = await made(home, kind=kind)
    assert await status(home, "GET", path, shown) == opens


@pytest.mark.parametrize(
    "wanted",
    [
        {"kind": "couchdb"},
        {"kind": "couchdb", "doctypes": ["io.cozy.oauth.clients"]},
        {"kind": "couchdb", "doctypes": ["io.cozy.contacts:GET:a"]},
        {"kind": "couchdb", "doctypes": ["*"]},
        {"kind": "couchdb", "doctypes": ["a b"]},
        {"kind": "couchdb", "doctypes": "io.cozy.contacts"},
        {"kind": "everything", "read_only": True},
        {"kind": "telnet"},
        {"kind": "webdav", "name": " \n "},
        {"kind": "webdav", "name": 7},
    ],
)
async def test_what_is_no_app_password_is_refused_in_words(home, wanted):
    body = attributes(**{"name": "Phone", **wanted})
    async with home.owner.post(DEVICES, json=body) as response:
        assert response.status == 422
        assert len((await response.json(content_type=None))["errors"][0]["detail"]) > 20


async def test_only_the_owner_in_person_makes_one(home):
    body = attributes(name="Phone", kind="everything")
    _, everything = await made(home, kind="everything")
    token = bearer(await oauth_token(home.app, "*"))
    session = await signed_in(home.app)
    for shown, expected in [({}, 401), (everything, 403), (token, 403), (session, 201)]:
        assert await status(home, "POST", DEVICES, shown, json=body) == expected
    from_elsewhere = {**session, "Sec-Fetch-Site": "cross-site"}
    assert await status(home, "POST", DEVICES, from_elsewhere, json=body) == 403


async def test_the_password_is_shown_once_and_kept_as_a_hash(home):
    device, shown = await made(home, kind="webdav", name="  My \u0007 phone ")
    password = read_basic(shown["Authorization"]).password
    async with home.owner.get(DEVICES) as response:
        text = await response.text()
    assert password not in text
    assert "hash" not in text
    assert (await listed(home))[device]["client_name"] == "My phone"
    async with home.app[keys.INSTANCES].borrow("localhost") as instance:
        kept = await devices_of(instance.store).get(device)
    assert password not in str(kept)


async def test_a_device_is_renamed_and_revoked(home):
    device, shown = await made(home, kind="webdav")
    path = f"{DEVICES}/{device}"
    async with home.owner.patch(path, json=attributes(client_name="Tablet")) as response:
        assert response.status == 200
    assert (await listed(home))[device]["client_name"] == "Tablet"
    assert await status(home, "PROPFIND", "/dav/files/", shown) == 207
    async with home.owner.delete(path) as response:
        assert response.status == 204
    assert await status(home, "PROPFIND", "/dav/files/", shown) == 401
    assert device not in await listed(home)
    for method in ("DELETE", "PATCH"):
        async with home.owner.request(method, path, json=attributes(client_name="x")) as response:
            assert response.status == 404


async def test_the_list_tells_when_and_from_where_a_device_was_here(home):
    device, shown = await made(home, doctypes=[CONTACTS])
    assert "last_seen" not in (await listed(home))[device]
    assert await status(home, "GET", f"/couchdb/{CONTACTS}/a", shown) == 200
    told = (await listed(home))[device]
    assert told["last_seen"].startswith("20")
    assert told["last_address"] == "127.0.0.1"


async def test_being_seen_moves_no_sequence_and_is_written_once(home):
    device, shown = await made(home, doctypes=[CONTACTS])
    async with home.app[keys.INSTANCES].borrow("localhost") as instance:
        database = await devices_of(instance.store).database()
        stood = await database.sequence()
        assert await status(home, "GET", f"/couchdb/{CONTACTS}/a", shown) == 200
        first = (await listed(home))[device]["last_seen"]
        assert await status(home, "GET", f"/couchdb/{CONTACTS}/a", shown) == 200
        assert (await listed(home))[device]["last_seen"] == first
        assert await database.sequence() == stood


@asynccontextmanager
async def open_feed(home, shown):
    path = f"/couchdb/{CONTACTS}/_changes?feed=continuous&heartbeat=100&since=now"
    async with home.anybody.get(path, headers=shown) as response:
        assert response.status == 200
        assert await response.content.readany()  # a heartbeat: it waits for news
        yield response


async def ended(response):
    """Wait until a body ends, however it does."""
    with suppress(ClientError):
        async with asyncio.timeout(5):
            while await response.content.readany():
                pass


async def test_who_is_revoked_while_they_come_in_opens_no_feed(home, monkeypatch):
    device, shown = await made(home, doctypes=[CONTACTS])
    authenticator = home.app[keys.AUTHENTICATOR]
    found = authenticator.principal

    async def found_and_revoked(*asked):
        principal = await found(*asked)
        monkeypatch.setattr(authenticator, "principal", found)
        async with home.owner.delete(f"{DEVICES}/{device}") as response:
            assert response.status == 204
        return principal

    monkeypatch.setattr(authenticator, "principal", found_and_revoked)
    path = f"/couchdb/{CONTACTS}/_changes?feed=continuous&heartbeat=100"
    assert await status(home, "GET", path, shown) == 401


async def test_revoking_ends_an_open_feed_within_a_second(home):
    device, shown = await made(home, doctypes=[CONTACTS])
    _, other = await made(home, doctypes=[CONTACTS])
    async with open_feed(home, shown) as revoked, open_feed(home, other) as kept:
        begun = time.monotonic()
        async with home.owner.delete(f"{DEVICES}/{device}") as response:
            assert response.status == 204
        await ended(revoked)
        assert time.monotonic() - begun < 1
        assert await kept.content.readany()
