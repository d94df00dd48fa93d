"""Links in the app: one by which strangers put files, its QR code, all links at one place."""

import pytest

from tests.interop.conftest import program
from tests.support.chromium import chromium
from tests.support.web_app import (
    act,
    ask,
    choose_files,
    click,
    enter,
    eventually,
    fill,
    give_files,
    make_folder,
    names,
    row,
)


@pytest.fixture
async def stranger(tmp_path):
    async with chromium(program("chromium"), tmp_path / "stranger") as opened:
        yield opened


async def test_a_stranger_puts_files_by_a_link_and_the_owner_sees_them_come(
    home, tab, stranger, tmp_path
):
    make_folder(home, "/Inbox")
    ask(home, "PUT", "/dav/files/Inbox/secret.txt", b"secret", "text/plain")
    await enter(tab, home)
    await act(tab, "Inbox", "Share")
    await fill(tab, "#share-right", "put")
    await click(tab, "dialog [type=submit]")
    await tab.until("document.querySelector('dialog .link')")
    await tab.run("document.querySelectorAll('dialog .link button')[1].click()")
    await tab.until("document.querySelector('dialog .qr path')")
    address = await tab.run("document.querySelector('dialog .address').innerText")
    await tab.run("document.querySelector('dialog[open]').close()")
    await tab.run(f"{row('Inbox')}.querySelector('a').click()")
    await tab.until(row("secret.txt"))

    files = [tmp_path / "one.txt", tmp_path / "deux é.txt"]
    for file in files:
        file.write_text(file.name)
    await stranger.shape(390, 844, "fr")
    await stranger.go(address)
    assert "secret" not in await stranger.run("document.body.innerText")
    await give_files(stranger, "#files", *files)
    await stranger.run("document.querySelector('form button').click()")
    await stranger.until("/2 fichiers sont arrivés/.test(document.body.innerText)")
    await tab.until(f"{row('one.txt')} && {row('deux é.txt')}")
    await eventually(lambda: {"one.txt", "deux é.txt"} <= set(names(home, "/Inbox")))

    await tab.run("location.hash = '#/shared'")
    await tab.until("document.querySelector('.link')")
    told = await tab.run("document.querySelector('.link').innerText")
    assert "Inbox" in told
    assert "put files there, and see nothing" in told
    assert "by you" in told
    await click(tab, ".link .danger")
    await tab.until("!document.querySelector('.link')")
    await stranger.go(address)
    await stranger.until("/n’est plus valable/.test(document.body.innerText)")


async def test_what_is_still_being_sent_is_shared_once_it_is_at_home(home, tab, stranger, tmp_path):
    file = tmp_path / "late.txt"
    file.write_text("late, but there")
    await enter(tab, home)
    home.kill()
    await choose_files(tab, file)
    await act(tab, "late.txt", "Share")
    await tab.until("/still being sent/.test(document.querySelector('dialog').innerText)")
    assert not await tab.run("document.querySelector('dialog form')")
    home.start()
    await click(tab, "dialog [type=submit]")  # is there as soon as the file is at home
    await tab.until("document.querySelector('dialog .address')")
    address = await tab.run("document.querySelector('dialog .address').innerText")
    await stranger.go(address)
    await stranger.until("/late.txt/.test(document.body.innerText)")
