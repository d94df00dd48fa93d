"""Devices in the app: added with a password and a QR code, held to folders, taken out."""

import asyncio
import json
from base64 import b64encode
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from tests.support.running_home import PASSWORD
from tests.support.web_app import ask, click, enter, fill, make_folder, row


def listed(home, password, path="/dav/files/"):
    login = b64encode(f"owner:{password}".encode()).decode()
    headers = {"Authorization": f"Basic {login}", "Depth": "1"}
    with urlopen(Request(home.address + path, headers=headers, method="PROPFIND")) as response:
        return response.read().decode()


async def add(tab, name, client):
    await tab.run("location.hash = '#/devices'")
    await tab.until("document.querySelector('.doing button')")
    await click(tab, ".doing button")
    await fill(tab, "#client", client)
    await fill(tab, "#new-name", name)
    await click(tab, "dialog [type=submit]")
    await tab.until("document.querySelector('dialog .copied') && document.querySelector('.qr')")
    told = await tab.run(
        "[...document.querySelectorAll('dialog .copied code')].map(e => e.innerText)"
    )
    await tab.run("document.querySelector('dialog[open]').close()")
    return told


async def test_a_device_is_added_held_to_a_folder_and_taken_out(home, tab):
    make_folder(home, "/Work")
    for path in ("Photos/a.jpg", "Work/b.txt"):
        ask(home, "PUT", f"/dav/files/{path}", b"x" * 2000, "text/plain")
    await enter(tab, home)
    await tab.until(row("Work"))
    address, login, password = await add(tab, "Léa’s phone", "mac")
    assert address == f"http://localhost:{home.port}/dav/files/"
    assert login == "owner"
    assert "/Work" in await asyncio.to_thread(listed, home, password)
    await tab.until("/Léa’s phone/.test(document.querySelector('.devices')?.innerText)")
    await click(tab, ".devices .button")
    await tab.until("document.querySelector('input[name=sees]')")
    await tab.run("document.querySelectorAll('input[name=sees]')[1].click()")
    await tab.until("document.querySelector('.folder')")
    tree = await tab.run("document.querySelector('.folders').innerText")
    assert "2 kB" in tree
    await tab.run(
        "[...document.querySelectorAll('.folder label')]"
        ".find(l => l.innerText.includes('Photos')).click()"
    )
    await tab.until("/2 kB on this device/.test(document.body.innerText)")
    await tab.run("document.querySelectorAll('.card')[1].querySelector('.actions button').click()")
    await tab.until("/Done/.test(document.querySelector('.saying').innerText)")
    seen = await asyncio.to_thread(listed, home, password)
    assert "/Photos" in seen
    assert "/Work" not in seen
    await tab.run("document.querySelector('.card .danger').click()")
    await click(tab, "dialog[open] .danger")
    await tab.until("location.hash === '#/devices' && !document.querySelector('.devices li')")
    with pytest.raises(HTTPError):
        await asyncio.to_thread(listed, home, password)


async def test_a_device_that_another_browser_adds_is_seen_at_once(home, tab):
    await enter(tab, home)
    await tab.run("location.hash = '#/devices'")
    await tab.until("document.querySelector('.empty')")
    body = {"data": {"attributes": {"name": "Backup", "kind": "webdav"}}}
    await asyncio.to_thread(ask, home, "POST", "/settings/devices", json.dumps(body).encode())
    await tab.until("/Backup/.test(document.querySelector('.devices').innerText)")


async def test_a_session_that_was_not_proved_shows_the_passphrase_before_it_makes_a_device(
    home, tab
):
    told = json.loads(ask(home, "POST", "/auth/session_code", b"{}"))
    await tab.shape(1100, 800, "en")
    await tab.go(f"http://localhost:{home.port}/?session_code={told['session_code']}#/devices")
    await click(tab, ".doing button")
    await fill(tab, "#client", "rclone")
    await click(tab, "dialog [type=submit]")
    await tab.until("document.querySelector('dialog [role=alert] a')")
    await tab.run("document.querySelector('dialog [role=alert] a').click()")
    await tab.until_at("/auth/security/confirm")
    await tab.type("#passphrase", PASSWORD)
    await tab.enter()
    await tab.until("location.pathname === '/' && location.hash === '#/devices'")
    assert len(await add(tab, "Copies", "rclone")) == 4  # address, name, password, command
