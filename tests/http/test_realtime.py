"""News over the websocket and as server-sent events: who hears what, and when it ends."""

import asyncio
import json
from datetime import UTC, datetime, timedelta

import pytest
from aiohttp import WSMsgType

from tests.support.devices import (
    APP_PASSWORD,
    CLIENT,
    app_password,
    basic_of,
    bearer,
    oauth_token,
    revoked,
    signed_in,
)
from tests.support.house import house

CONTACTS = "io.cozy.contacts"
PATIENCE = 5


@pytest.fixture
async def home(tmp_path):
    async with house(tmp_path) as running:
        yield running


async def heard(socket):
    async with asyncio.timeout(PATIENCE):
        received = await socket.receive()
    assert received.type is WSMsgType.TEXT, received
    return json.loads(received.data)


async def silence(socket, seconds=0.2):
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(seconds):
            await socket.receive()


async def closed(socket):
    async with asyncio.timeout(PATIENCE):
        while (await socket.receive()).type not in (WSMsgType.CLOSE, WSMsgType.CLOSED):
            pass


async def said(socket, method, payload):
    await socket.send_str(json.dumps({"method": method, "payload": payload}))


async def listening(home, token, *topics):
    socket = await home.anybody.ws_connect("/realtime/", protocols=("io.cozy.websocket",))
    await said(socket, "AUTH", token)
    for topic in topics:
        await said(socket, "SUBSCRIBE", topic)
    await said(socket, "SUBSCRIBE", {"type": ""})  # answered when all before it was done
    assert (await heard(socket))["payload"]["status"] == "404"
    return socket


async def put(home, doctype, name, **fields):
    async with home.owner.put(f"/data/{doctype}/{name}", json=fields) as response:
        told = await response.json()
        assert response.status in (200, 201), told
        return told["rev"]


async def test_a_document_is_heard_of_from_its_making_to_its_end(home):
    socket = await listening(home, await oauth_token(home.app, CONTACTS), {"type": CONTACTS})
    rev = await put(home, CONTACTS, "a", n=1)
    assert await heard(socket) == {
        "event": "CREATED",
        "payload": {"type": CONTACTS, "id": "a", "doc": {"_id": "a", "_rev": rev, "n": 1}},
    }
    rev = await put(home, CONTACTS, "a", n=2, _id="a", _rev=rev)
    told = await heard(socket)
    assert (told["event"], told["payload"]["doc"]["n"]) == ("UPDATED", 2)
    async with home.owner.delete(f"/data/{CONTACTS}/a?rev={rev}") as response:
        assert response.status == 200
    told = await heard(socket)
    assert (told["event"], told["payload"]["doc"]["_deleted"]) == ("DELETED", True)
    await socket.close()


async def test_a_file_put_over_webdav_is_heard_of(home):
    socket = await listening(
        home, await oauth_token(home.app, "io.cozy.files"), {"type": "io.cozy.files"}
    )
    async with home.owner.put("/dav/files/a.txt", data=b"x") as response:
        assert response.status == 201
    told = await heard(socket)
    assert (told["event"], told["payload"]["doc"]["name"]) == ("CREATED", "a.txt")
    await socket.close()


async def test_one_document_alone_and_nothing_after_unsubscribing(home):
    topic = {"type": CONTACTS, "id": "b"}
    socket = await listening(home, await oauth_token(home.app, CONTACTS), topic)
    await put(home, CONTACTS, "a", n=1)
    await put(home, CONTACTS, "b", n=1)
    assert (await heard(socket))["payload"]["id"] == "b"
    await said(socket, "UNSUBSCRIBE", topic)
    await said(socket, "SUBSCRIBE", {})
    assert (await heard(socket))["event"] == "error"
    await put(home, CONTACTS, "b2", n=1)
    await silence(socket)
    await socket.close()


@pytest.mark.parametrize(
    "first",
    [
        "garbage",
        '{"method": "SUBSCRIBE", "payload": {"type": "io.cozy.contacts"}}',
        '{"method": "AUTH", "payload": "wrong"}',
    ],
)
async def test_who_does_not_say_who_they_are_is_shown_out(home, first):
    socket = await home.anybody.ws_connect("/realtime/")
    await socket.send_str(first)
    assert (await heard(socket))["payload"]["status"] == "401"
    await closed(socket)


async def test_what_may_not_be_read_is_not_heard(home):
    token = await oauth_token(home.app, f"{CONTACTS}:GET:mine io.cozy.permissions")
    socket = await listening(home, token)
    for topic in ({"type": "io.cozy.bills"}, {"type": CONTACTS}, {"type": "io.cozy.permissions"}):
        await said(socket, "SUBSCRIBE", topic)
        told = await heard(socket)
        assert told["payload"]["status"] == "403"
        assert told["payload"]["source"]["payload"] == topic
    await said(socket, "SUBSCRIBE", {"type": CONTACTS, "id": "other"})
    await said(socket, "SUBSCRIBE", {"type": CONTACTS, "id": "mine"})
    await said(socket, "SUBSCRIBE", {})
    await heard(socket)
    await put(home, CONTACTS, "other", n=1)
    await put(home, CONTACTS, "mine", n=1)
    assert (await heard(socket))["payload"]["id"] == "mine"
    await silence(socket)
    await socket.close()


async def test_a_revoked_client_hears_nothing_more(home):
    socket = await listening(home, await oauth_token(home.app, CONTACTS), {"type": CONTACTS})
    await revoked(home.app, CLIENT)
    await put(home, CONTACTS, "a", n=1)
    assert (await heard(socket))["payload"]["status"] == "401"
    await closed(socket)


async def test_notices_reach_who_listens(home):
    token = await oauth_token(home.app, CONTACTS)
    shown = bearer(token)
    socket = await listening(home, token, {"type": CONTACTS})
    sent = {"data": {"hello": [1, 2]}}
    async with home.anybody.post(
        f"/realtime/{CONTACTS}/a", json=sent, headers=bearer(token)
    ) as response:
        assert response.status == 204
    payload = {"type": CONTACTS, "id": "a", "doc": {"hello": [1, 2]}}
    assert await heard(socket) == {"event": "NOTIFIED", "payload": payload}
    for path, status in (("/realtime/io.cozy.bills/a", 403), (f"/realtime/{CONTACTS}/a", 400)):
        async with home.anybody.post(path, data=b"[", headers=shown) as response:
            assert response.status == status
    await socket.close()


async def test_a_long_message_ends_the_connection(home):
    socket = await listening(home, await oauth_token(home.app, CONTACTS))
    await said(socket, "SUBSCRIBE", {"type": "x" * 2000})
    await closed(socket)


async def frames(response, count):
    found = []
    async with asyncio.timeout(PATIENCE):
        while len(found) < count:
            frame = (await response.content.readuntil(b"\n\n")).decode().strip()
            if frame and not frame.startswith(":"):
                found.append(dict(line.split(": ", 1) for line in frame.splitlines()))
    return found


async def test_server_sent_events_go_on_where_their_reader_was(home):
    await app_password(home.app, f"{CONTACTS} io.cozy.files")
    shown = basic_of(APP_PASSWORD)
    path = f"/realtime/events?type={CONTACTS}&type=io.cozy.files"
    async with home.anybody.get(path, headers=shown) as response:
        assert response.content_type == "text/event-stream"
        await frames(response, 1)
        await put(home, CONTACTS, "a", n=1)
        (told,) = await frames(response, 1)
        assert told["event"] == "created"
        assert json.loads(told["data"])["doc"]["n"] == 1
    await put(home, CONTACTS, "b", n=2)
    async with home.owner.put("/dav/files/a.txt", data=b"x") as response:
        assert response.status == 201
    later = {**shown, "Last-Event-ID": told["id"]}
    async with home.anybody.get(path, headers=later) as response:
        _, one, other = await frames(response, 3)
        ids = {json.loads(frame["data"])["type"] for frame in (one, other)}
        assert ids == {CONTACTS, "io.cozy.files"}


@pytest.mark.parametrize(
    ("query", "status"), [("", 400), ("?type=io.cozy.bills", 403), ("?type=", 400)]
)
async def test_events_of_what_may_not_be_read_are_refused(home, query, status):
    token = await oauth_token(home.app, CONTACTS)
    async with home.anybody.get("/realtime/events" + query, headers=bearer(token)) as response:
        assert response.status == status


async def test_the_owners_session_listens_too_until_it_ends(home):
    shown = await signed_in(home.app)
    async with home.anybody.get(f"/realtime/events?type={CONTACTS}", headers=shown) as response:
        await frames(response, 1)
        await put(home, CONTACTS, "a", n=1)
        assert (await frames(response, 1))[0]["event"] == "created"
    gone = await signed_in(home.app, cookie="c" * 30, seen=datetime.now(UTC) - timedelta(days=40))
    async with home.anybody.get(f"/realtime/events?type={CONTACTS}", headers=gone) as response:
        assert response.status == 401
