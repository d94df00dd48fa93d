"""The web app in a real browser, with the home there, gone, and back again."""

import asyncio
import json
import shutil
import subprocess
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest

from tests.interop.conftest import program
from tests.support.running_home import ROOT
from tests.support.web_app import (
    SHIFT,
    act,
    answer,
    ask,
    choose_files,
    enter,
    eventually,
    make_directory,
    names,
    offline,
    press,
    row,
)

WEB = ROOT / "clients" / "web"


async def test_files_are_put_named_moved_and_thrown_away(home, tab, tmp_path):
    small, large = tmp_path / "small.txt", tmp_path / "large.bin"
    small.write_text("small")
    large.write_bytes(bytes(range(256)) * (20 << 12))  # 20 MiB: goes in pieces
    await enter(tab, home)
    await choose_files(tab, small, large)
    await tab.until(f"{row('small.txt')} && {row('large.bin')}")
    await eventually(lambda: {"small.txt", "large.bin"} <= set(names(home)))
    assert ask(home, "GET", "/files/download?Path=/large.bin") == large.read_bytes()
    await choose_files(tab, small)  # the same name again overwrites nothing
    await tab.until(row("small (2).txt"))
    await make_directory(tab, "Été")
    await act(tab, "small (2).txt", "Rename")
    await answer(tab, "kept.txt")
    await act(tab, "small.txt", "Move to trash")
    await act(tab, "kept.txt", "Move")
    await tab.until("document.querySelector('dialog .places')")
    await tab.run(
        "[...document.querySelectorAll('.places button')].find(b => b.innerText === 'Été').click()"
    )
    await tab.until("!document.querySelector('dialog .actions button').disabled")
    await tab.run("document.querySelector('dialog .actions button').click()")
    await tab.until(f"!({row('kept.txt')})")
    await eventually(lambda: "Été" in names(home) and set(names(home, "/Été")) == {"kept.txt"})
    assert "small.txt" not in names(home)
    assert [each for each in tab.complaints if "Content Security" in each["text"]] == []


async def test_what_another_client_does_is_seen_without_reloading(home, tab):
    await enter(tab, home)
    ask(home, "PUT", "/dav/files/from-dav.txt", b"x", "text/plain")
    await tab.until(row("from-dav.txt"))
    ask(home, "DELETE", "/dav/files/from-dav.txt")
    await tab.until(f"!({row('from-dav.txt')})")


async def test_without_the_home_all_goes_on_and_flows_back(home, tab, tmp_path):
    for name in ("a.txt", "b.txt"):
        ask(home, "PUT", f"/dav/files/{name}", name.encode(), "text/plain")
    await enter(tab, home)
    await tab.until(row("b.txt"))
    await tab.until("navigator.serviceWorker.controller")
    home.kill()
    await tab.go(f"http://localhost:{home.port}/")  # the page itself comes from the browser
    await tab.until(row("a.txt"))
    await make_directory(tab, "Offline")
    await act(tab, "a.txt", "Rename")
    await answer(tab, "renamed.txt")
    await act(tab, "b.txt", "Move to trash")
    new = tmp_path / "new.txt"
    new.write_text("made without the home")
    await tab.run(f"{row('Offline')}.querySelector('a').click()")
    await tab.until("document.querySelector('.way [aria-current]').innerText === 'Offline'")
    await choose_files(tab, new)
    await tab.until(row("new.txt"))
    await tab.go(f"http://localhost:{home.port}/#/recent")
    await tab.call("Page.reload")
    await tab.until(row("renamed.txt"))  # and what was done is kept
    home.start()
    await eventually(lambda: {"Offline", "renamed.txt"} <= set(names(home)))
    await eventually(lambda: not {"a.txt", "b.txt"} & set(names(home)))
    await eventually(lambda: "new.txt" in names(home, "/Offline"))
    assert ask(home, "GET", "/files/download?Path=/Offline/new.txt") == new.read_bytes()


async def test_two_names_for_one_file_are_both_shown_and_the_owner_decides(home, tab):
    ask(home, "PUT", "/dav/files/draft.txt", b"x", "text/plain")
    await enter(tab, home)
    await tab.until(row("draft.txt"))
    await offline(tab, without=True)
    await act(tab, "draft.txt", "Rename")
    await answer(tab, "mine.txt")
    file = names(home)["draft.txt"]
    attributes = {"data": {"type": "io.cozy.files", "id": file, "attributes": {"name": "theirs"}}}
    ask(home, "PATCH", f"/files/{file}", json.dumps(attributes).encode())
    await offline(tab, without=False)
    await tab.until("/needs you/.test(document.querySelector('.standing').innerText)")
    assert "theirs" in names(home)  # nothing was overwritten
    await tab.run("location.hash = '#/troubles'")
    await tab.until("document.querySelector('.sides')")
    told = await tab.run("document.querySelector('.sides').innerText")
    assert "mine.txt" in told
    assert "theirs" in told
    await tab.run("document.querySelector('.card .actions button').click()")
    await tab.until("!document.querySelector('.card')")
    await tab.run("location.hash = '#/'")
    await tab.until(row("mine.txt"))
    await eventually(lambda: "mine.txt" in names(home))


async def test_it_speaks_french_and_every_row_is_reached_by_the_keyboard(home, tab):
    for number in range(60):
        ask(home, "PUT", f"/dav/files/Photos/{number:02}.txt", b"x", "text/plain")
    await enter(tab, home, "fr")
    assert "Envoyer" in await tab.run("document.body.innerText")
    await tab.run(f"{row('Photos')}.querySelector('a').click()")
    await tab.until(row("00.txt"))
    assert await tab.run("document.querySelectorAll('.row').length") < 50  # of 62
    await tab.run("document.querySelector('#list').focus()")
    await press(tab, "End", 35)
    await tab.until(f"{row('59.txt')}?.classList.contains('current')")
    await press(tab, " ", 32)
    await tab.until("document.querySelector('.marked')")
    for _ in range(2):
        await press(tab, "ArrowUp", 38, SHIFT)
    await tab.until("document.querySelector('.marked strong').innerText.startsWith('3 ')")
    await press(tab, "Delete", 46)
    for name in ("57.txt", "58.txt", "59.txt"):
        await tab.until(f"!({row(name)})")
    await eventually(lambda: "59.txt" not in names(home, "/Photos"))


async def test_a_new_home_says_what_to_do_and_a_question_mark_what_the_keyboard_does(home, tab):
    await enter(tab, home)
    await tab.until("document.querySelector('.beginning a[href=\"#/devices\"]')")
    ask(home, "PUT", "/dav/files/a.txt", b"x", "text/plain")
    await tab.until(f"{row('a.txt')} && !document.querySelector('.beginning')")
    await press(tab, "?", 191)
    await tab.until("document.querySelector('dialog[open] kbd')?.checkVisibility()")
    await press(tab, "Escape", 27)
    await tab.until("!document.querySelector('dialog[open]')")


async def test_what_is_thrown_away_comes_back_by_undo(home, tab):
    ask(home, "PUT", "/dav/files/oops.txt", b"x", "text/plain")
    await enter(tab, home)
    await act(tab, "oops.txt", "Move to trash")
    await eventually(lambda: "oops.txt" not in names(home))
    await tab.until("document.querySelector('.saying button')")
    await tab.run("document.querySelector('.saying button').click()")
    await tab.until(row("oops.txt"))
    await eventually(lambda: "oops.txt" in names(home))


async def test_what_is_restored_goes_back_to_the_trash_by_undo(home, tab):
    ask(home, "PUT", "/dav/files/old.txt", b"x", "text/plain")
    ask(home, "DELETE", f"/files/{names(home)['old.txt']}")
    await enter(tab, home)
    await tab.run("location.hash = '#/trash'")
    await act(tab, "old.txt", "Restore")
    await eventually(lambda: "old.txt" in names(home))
    await tab.until("document.querySelector('.saying button')")
    await tab.run("document.querySelector('.saying button').click()")
    await eventually(lambda: "old.txt" not in names(home))
    await tab.until(row("old.txt"))


async def test_a_link_is_made_that_a_stranger_can_follow(home, tab):
    ask(home, "PUT", "/dav/files/plan.txt", b"the plan", "text/plain")
    await enter(tab, home)
    await act(tab, "plan.txt", "Share")
    await tab.until("document.querySelector('#share-ends')")
    await tab.run("document.querySelector('dialog form button').click()")
    await tab.until("document.querySelector('dialog .address')")
    address = await tab.run("document.querySelector('dialog .address').innerText")
    assert b"plan.txt" in await asyncio.to_thread(visit, address)
    await tab.run("document.querySelector('dialog .danger').click()")
    await tab.until("!document.querySelector('dialog .address')")
    with pytest.raises(HTTPError):
        await asyncio.to_thread(visit, address)


def visit(address):
    with urlopen(address) as response:
        return response.read()


async def test_signing_out_leaves_nothing_in_the_browser(home, tab):
    await enter(tab, home)
    await tab.run("location.hash = '#/settings'")
    await tab.until("document.querySelector('#sign-out')")
    await tab.run("document.querySelector('#sign-out').click()")
    await tab.until("document.querySelector('dialog[open] .danger')")
    await tab.run("document.querySelector('dialog[open] .danger').click()")
    await tab.until_at("/auth/login")
    left = "Promise.all([indexedDB.databases(), caches.keys()]).then(l => l.flat().length)"
    assert await tab.run(left) == 0
    await tab.go(f"http://localhost:{home.port}/")
    await tab.until_at("/auth/login")


def test_what_is_served_is_what_its_sources_build_into(tmp_path):
    """Who installs Foyer needs no Node: the build is kept, and must be the present one."""
    if not (WEB / "node_modules" / "vite").is_dir():
        pytest.skip("run `npm ci --ignore-scripts` in clients/web first")
    npm = program("npm")
    built = tmp_path / "built"
    for command in (["test"], ["run", "check"], ["exec", "vite", "build", "--", "--outDir", built]):
        subprocess.run([npm, *map(str, command)], cwd=WEB, check=True, capture_output=True)
    kept = ROOT / "server" / "web_app" / "built"
    assert contents(built) == contents(kept)
    shutil.rmtree(built)


def contents(folder):
    return {each.name: each.read_bytes() for each in Path(folder).iterdir()}
