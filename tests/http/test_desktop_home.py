"""What only a real home and a real line do to the desktop client: cuts, tokens, being shut out."""

import hashlib
from dataclasses import replace
from functools import partial

import pytest
from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer

from clients.desktop.home.device import HomeDevice, Room
from clients.desktop.home.pairing import Device, Pairing
from clients.desktop.home.port import (
    ROOT_ID,
    Gone,
    Moved,
    Refused,
    Revoked,
    Shut,
    Unreachable,
)
from clients.desktop.model.content import Content
from server import keys
from server.devices import pace
from tests.support.bad_line import bad_line
from tests.support.consenting import decide, owners_browser
from tests.support.desktop_home import OutgoingBytes, credentials_in, desktop_home
from tests.support.devices import revoked
from tests.support.house import house

DATA = bytes(i % 251 for i in range(251)) * 20_000  # a home keeps what came by half a MiB
CONTENT = Content(hashlib.sha256(DATA).hexdigest(), len(DATA))


@pytest.fixture
async def served(tmp_path):
    async with house(tmp_path) as running:
        yield running


async def create(home, outgoing, name="one"):
    return await home.create(ROOT_ID, name, CONTENT, outgoing, modified=0, executable=False)


async def test_an_upload_goes_on_where_it_was_cut(served):
    async with bad_line(served.address) as line:
        credentials = await credentials_in(served, address=line.address)
        async with desktop_home(credentials) as home:
            line.up += [3_000_000, 1_500_000]
            outgoing = OutgoingBytes(DATA)
            made = await create(home, outgoing)
            offsets = outgoing.offsets
            assert made.content == CONTENT
            assert offsets[0] == 0
            assert len(offsets) == 3
            assert 0 < offsets[1] < offsets[2]


async def test_an_upload_goes_on_after_the_program_was_ended(served):
    async with bad_line(served.address) as line:
        credentials = await credentials_in(served, address=line.address)
        uploads = {}
        async with desktop_home(credentials, uploads) as home:
            line.up += [3_000_000] + [1] * 40
            with pytest.raises(Unreachable):
                await create(home, OutgoingBytes(DATA))
        line.up.clear()
        async with desktop_home(credentials, uploads) as home:
            outgoing = OutgoingBytes(DATA)
            assert (await create(home, outgoing)).content == CONTENT
            assert outgoing.offsets[0] > 0
            assert uploads == {}


async def test_a_download_goes_on_where_it_was_cut(served):
    async with bad_line(served.address) as line:
        credentials = await credentials_in(served, address=line.address)
        async with desktop_home(credentials) as home:
            made = await create(home, OutgoingBytes(DATA))
            line.down += [2_000_000, 1_000_000]
            data = b"".join([piece async for piece in home.read(made.id, CONTENT)])
            assert data == DATA
            assert line.down == []


async def test_nobody_at_the_other_end_is_told(served):
    credentials = await credentials_in(served, address="http://127.0.0.1:1")
    async with desktop_home(credentials) as home:
        with pytest.raises(Unreachable):
            await home.changes("", 10)


async def test_a_place_of_another_life_of_the_home_is_told_as_such(served):
    async with desktop_home(await credentials_in(served)) as home:
        await create(home, OutgoingBytes(DATA))
        first = await home.changes("", 100)
        assert not first.is_anew
        assert not (await home.changes(first.last, 100)).is_anew
        number, _, _ = first.last.partition("-")
        again = await home.changes(f"{number}-{'0' * 32}", 100)
        assert again.is_anew
        assert set(again.rows) == set(first.rows)


async def test_an_old_token_is_refreshed_once_and_written_down(served):
    credentials = await credentials_in(served)
    async with desktop_home(credentials.with_access("x.y.z")) as home:
        await home.changes("", 10)
        await home.make_directory(ROOT_ID, "a")
        (kept,) = home.kept
        assert kept.access_token == home.client.credentials.access_token
    async with desktop_home(kept) as home:
        await home.changes("", 10)
        assert home.kept == []


async def test_a_device_that_was_taken_out_is_told_so(served):
    credentials = await credentials_in(served)
    async with desktop_home(credentials) as home:
        await home.changes("", 10)
        await revoked(served.app, credentials.client_id)
        with pytest.raises(Revoked):
            await home.changes("", 10)
        with pytest.raises(Revoked):
            await create(home, OutgoingBytes(DATA))


async def test_unsigned_terms_and_a_block_are_told_with_what_to_do(served):
    async with desktop_home(await credentials_in(served)) as home:
        for change, words in (
            ({"blocked": "PAYMENT_FAILED"}, "a payment is missing"),
            ({"blocked": "MOVING"}, "moving to another host"),
        ):
            await served.app[keys.HOMES].update("localhost", partial(replace, **change))
            with pytest.raises(Shut, match=words):
                await home.changes("", 10)
            with pytest.raises(Shut, match=words):
                await create(home, OutgoingBytes(DATA))


async def test_a_home_that_moved_is_told_with_its_address(served):
    async def moved(request):
        raise web.HTTPPermanentRedirect(f"https://elsewhere.example{request.path}")

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", moved)
    server = TestServer(app)
    await server.start_server()
    credentials = await credentials_in(served, address=str(server.make_url("")).rstrip("/"))
    async with desktop_home(credentials) as home:
        with pytest.raises(Moved, match=r"^https://elsewhere\.example$"):
            await home.changes("", 10)
    await server.close()


async def test_a_page_of_somebody_else_is_no_answer(served):
    credentials = await credentials_in(served, address=served.address + "/no-home")
    async with desktop_home(credentials) as home:
        with pytest.raises(Unreachable):
            await home.changes("", 10)


async def test_what_a_device_leaves_out_is_gone_for_it_alone_and_comes_back(served):
    mine, theirs = await credentials_in(served), await credentials_in(served, "Another")
    async with desktop_home(mine) as home, desktop_home(theirs) as other:
        folder = await home.make_directory(ROOT_ID, "folder")
        made = await home.create(
            folder.id, "one", CONTENT, OutgoingBytes(DATA), modified=0, executable=False
        )
        start = (await home.changes("", 100)).last
        device = HomeDevice(home.client)
        assert [(f.name, f.left_out) for f in await device.folders()][-1] == ("folder", False)
        await device.leave_out(folder.id)
        assert ("folder", True) in [(f.name, f.left_out) for f in await device.folders()]
        rows = {row.id: row for row in (await home.changes(start, 100)).rows}
        assert rows[folder.id] == Gone(folder.id)
        there = {row.id: row for row in (await other.changes("", 100)).rows}
        assert there[made.id].name == "one"
        start = (await home.changes("", 100)).last
        await device.take_in(folder.id)
        rows = {row.id: row for row in (await home.changes(start, 100)).rows}
        assert rows[folder.id].name == "folder"
        assert rows[made.id].name == "one"


async def test_how_much_room_there_is(served):
    async with desktop_home(await credentials_in(served)) as home:
        await create(home, OutgoingBytes(DATA))
        assert await HomeDevice(home.client).room() == Room(len(DATA), None)


async def answered(served, asked, do):
    async with owners_browser(served) as browser:
        assert (await decide(browser, f"/auth/device?user_code={asked.user_code}", do))[0] == 200


async def test_a_device_is_let_in_by_a_code_and_leaves_again(served, monkeypatch):
    monkeypatch.setattr(pace, "INTERVAL", 0.01)
    async with ClientSession() as session:
        pairing = Pairing(session, served.address)
        waiting = await pairing.register(Device("A laptop", "1"))
        asked = await pairing.ask(waiting)
        asked.interval = 0.01
        await answered(served, asked, "allow")
        credentials = await pairing.allowed(waiting, asked)
    async with desktop_home(credentials) as home:
        await home.make_directory(ROOT_ID, "a")
        await HomeDevice(home.client).leave()
        with pytest.raises(Revoked):
            await home.changes("", 10)


async def test_a_no_is_told(served):
    async with ClientSession() as session:
        pairing = Pairing(session, served.address)
        waiting = await pairing.register(Device("A laptop", "1"))
        asked = await pairing.ask(waiting)
        asked.interval = 0.01
        await answered(served, asked, "deny")
        with pytest.raises(Refused, match="access_denied"):
            await pairing.allowed(waiting, asked)
