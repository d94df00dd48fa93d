"""The desktop client's window in a browser, over folders that are kept for real."""

import asyncio
import stat
from contextlib import asynccontextmanager

import pytest
from aiohttp import ClientSession

from clients.desktop.local.store import Store
from clients.desktop.program import starting
from clients.desktop.window.desk import Desk
from clients.desktop.window.running import OpenWindow, show_running
from tests.support.foyer_sync import let_in, settled, until


@pytest.fixture
async def devices(home, tmp_path):
    made = await asyncio.to_thread(let_in, home, tmp_path, "laptop", "desk")
    for device in made:
        device.start()
    await asyncio.to_thread(settled, *made)
    yield made
    for device in made:
        if device.is_running:
            device.kill()


@asynccontextmanager
async def opened(device):
    """Give the window of a device, the pages that it showed, and what it opened."""
    store, pages, shown = Store(device.state), [], []
    desk = Desk(store, starting.start, shown.append)

    def show(page):
        pages.append(page)
        return True

    async with OpenWindow(store, desk, show).opened() as window:
        window.show()
        yield window, pages, shown


def button(text):
    return f"[...document.querySelectorAll('button')].find(e => e.innerText === {text!r})"


async def press(tab, text):
    await tab.until(button(text))
    await tab.run(f"{button(text)}.click()")


async def test_a_person_sees_a_conflict_opens_both_sides_and_decides(devices, tab):
    laptop, desk = devices
    laptop.write("plan.txt", b"old")
    await asyncio.to_thread(settled, *devices)
    laptop.stop()
    laptop.write("plan.txt", b"mine")
    desk.write("plan.txt", b"theirs")
    await asyncio.to_thread(settled, desk)
    laptop.start()
    await asyncio.to_thread(settled, *devices)
    async with opened(laptop) as (_, pages, shown):
        await tab.go(pages[0].as_uri())
        await tab.until("document.body.innerText.includes('was changed on both sides')")
        assert await tab.run("location.href.includes('#')") is False
        await press(tab, "Open mine")
        await press(tab, "Open the home’s")
        await press(tab, "Keep mine")
        await tab.until("document.getElementById('headline').innerText === 'All is the same'")
        assert not await tab.run("document.body.innerText.includes('changed on both sides')")
    tree = await asyncio.to_thread(settled, *devices)
    assert tree["plan.txt"] == b"mine"
    assert [path.parent for path in shown] == [laptop.folder, laptop.folder]
    assert [path.name == "plan.txt" for path in shown] == [False, True]


async def test_a_person_pauses_goes_on_and_leaves_a_directory_out(devices, tab):
    laptop, desk = devices
    desk.write("Films/a.mkv", b"x" * 100)
    await asyncio.to_thread(settled, *devices)
    async with opened(laptop) as (_, pages, _shown):
        await tab.go(pages[0].as_uri())
        await press(tab, "Pause")
        await press(tab, "Go on")
        await press(tab, "Choose directories")
        await tab.until("document.querySelectorAll('#tree input').length > 2")
        await tab.run(
            "[...document.querySelectorAll('#tree label')].find(e => e.innerText === 'Films')"
            ".querySelector('input').click()"
        )
        await press(tab, "Save")
        await tab.until("!document.querySelector('dialog[open]')")
        await tab.until("document.body.innerText.includes('used in the home')")
    await asyncio.to_thread(until, lambda: "Films" not in laptop.tree())
    assert "Films/a.mkv" in desk.tree()


async def test_nobody_else_of_this_computer_gets_in(devices):
    laptop, _ = devices
    async with opened(laptop) as (_, pages, shown), ClientSession() as session:
        text = pages[0].read_text()
        assert stat.S_IMODE(pages[0].stat().st_mode) == 0o600
        address, _, code = text.partition("url=")[2].partition('"')[0].partition("#")
        (folder,) = (it.id for it in Store(laptop.state).folders())

        async def asks(method, path, **more):
            async with session.request(method, address + path, **more) as response:
                return response.status, dict(response.headers), await response.read()

        wanted = [("GET", "view"), ("GET", f"room?folder={folder}"), ("POST", "do")]
        wanted += [("GET", f"directories?folder={folder}"), ("POST", "select")]
        for method, path in wanted:
            for given in ({}, {"Authorization": f"Bearer {code}"}):
                assert (await asks(method, path, headers=given))[0] == 401, path
        assert (await asks("POST", "enter", json={"code": "guess"}))[0] == 401
        rebound = {"Host": "evil.example", "Origin": "http://evil.example"}
        assert (await asks("POST", "enter", json={"code": code}, headers=rebound))[0] == 421
        page = await asks("GET", "")
        assert page[0] == 200
        assert "default-src 'none'" in page[1]["Content-Security-Policy"]
        assert "Access-Control-Allow-Origin" not in page[1]
        status, _, told = await asks("POST", "enter", json={"code": code})
        assert status == 200
        assert (await asks("POST", "enter", json={"code": code}))[0] == 401
        token = told.decode().partition('"token":"')[2].partition('"')[0]
        mine = {"Authorization": f"Bearer {token}"}
        for path in ("../outside", "/etc/passwd", "not there", "a/../../b"):
            asked = {"folder": folder, "act": "open", "path": path}
            assert (await asks("POST", "do", json=asked, headers=mine))[0] == 409, path
        for asked in ({"folder": "other", "act": "pause"}, {"folder": folder, "act": "format"}):
            assert (await asks("POST", "do", json=asked, headers=mine))[0] == 409
        assert (await asks("POST", "do", data=b"{", headers=mine))[0] == 400
        assert shown == []
        assert await show_running(Store(laptop.state))
        assert len(pages) == 2
        assert pages[1].read_text() != text
    assert not pages[0].exists()
    assert not await show_running(Store(laptop.state))


async def test_a_window_ends_when_its_page_is_closed(devices, tab):
    laptop, _ = devices
    async with opened(laptop) as (window, pages, _):
        ending = asyncio.create_task(window.until_closed())
        await tab.go(pages[0].as_uri())
        await tab.until("document.querySelector('.folder h2')")
        assert not ending.done()
        await tab.go("about:blank#")
        await asyncio.wait_for(ending, 60)
