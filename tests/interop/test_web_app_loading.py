"""How the app comes into a browser: what is sent for it, under which policy, and beside another."""

import pytest

from tests.interop.conftest import program
from tests.support.chromium import chromium
from tests.support.web_app import (
    act,
    answer,
    ask,
    enter,
    eventually,
    make_directory,
    make_folder,
    names,
    offline,
    row,
)

DRAWN = "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
MOST = 200 << 10
"""Bytes of the first load, packed."""


@pytest.fixture
async def other(tmp_path):
    async with chromium(program("chromium"), tmp_path / "other") as opened:
        yield opened


async def test_the_first_load_is_small_asks_nobody_else_and_runs_nothing_inline(home, tab):
    await enter(tab, home)
    told = await tab.run(
        "performance.getEntriesByType('resource').concat(performance.getEntriesByType("
        "'navigation')).map(e => [e.name, e.encodedBodySize])"
    )
    assert all(name.startswith(f"http://localhost:{home.port}/") for name, _ in told)
    parts = [size for name, size in told if "/app/" in name or "/assets/" in name]
    assert len(parts) >= 4  # the script, what it imports, the search, styles
    assert sum(size for _, size in told) < MOST
    policy = await tab.run("fetch('/').then(r => r.headers.get('Content-Security-Policy'))")
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy
    assert [each for each in tab.complaints if "Content Security" in each["text"]] == []


async def test_nothing_moves_once_it_is_drawn(home, tab):
    await enter(tab, home)
    shifts = (
        "new Promise(done => { let sum = 0; new PerformanceObserver(list => {"
        "for (const e of list.getEntries()) sum += e.value }).observe("
        "{type: 'layout-shift', buffered: true}); setTimeout(() => done(sum), 500); })"
    )
    assert await tab.run(shifts) < 0.1  # what Lighthouse calls good


async def test_two_browsers_side_by_side_see_each_others_changes(home, tab, other):
    await enter(tab, home)
    await enter(other, home)
    await make_directory(tab, "Together")
    await other.until(row("Together"))
    ask(home, "PUT", "/dav/files/Together/a.txt", b"x", "text/plain")
    for each in (tab, other):
        await each.run(f"{row('Together')}.querySelector('a').click()")
        await each.until(row("a.txt"))
    await other.run(f"{row('a.txt')}.querySelector('input').click()")
    await other.until("document.querySelector('.marked')")
    await other.run("document.querySelector('.marked [title=\"Move to trash\"]').click()")
    await tab.until(f"!({row('a.txt')})")


async def test_all_screens_open_without_the_network_once_the_app_was_here(home, tab):
    ask(home, "PUT", "/dav/files/a.txt", b"x", "text/plain")
    await enter(tab, home)
    await tab.until("navigator.serviceWorker.controller")
    await tab.until(row("a.txt"))
    await offline(tab, without=True)
    home.kill()
    await tab.call("Page.reload")
    await tab.until(row("a.txt"))
    for screen in ("search/a.txt", "recent"):
        await tab.run(f"location.hash = '#/{screen}'")
        await tab.until(row("a.txt"))  # found by the worker, which came from the browser too
    for screen in ("settings", "devices", "shared", "photos", "trash", "sending"):
        await tab.run(f"location.hash = '#/{screen}'")
        await tab.until("document.querySelector('.screen h1')")
    home.start()
    await offline(tab, without=False)
    await eventually(lambda: "a.txt" in names(home))


async def test_a_scrolled_list_uses_its_rows_again(home, tab):
    make_folder(home, "/Many")
    for number in range(60):
        ask(home, "PUT", f"/dav/files/Many/{number:02}.txt", b"x", "text/plain")
    await enter(tab, home)
    await tab.run(f"{row('Many')}.querySelector('a').click()")
    await tab.until(row("00.txt"))
    await tab.run(f"{row('02.txt')}.querySelector('input').click()")
    await tab.until("document.querySelector('.marked')")
    await tab.run(DRAWN)  # with the bar above it the list holds a row less
    await tab.run(
        "new MutationObserver(seen => { for (const { addedNodes } of seen)"
        "for (const { className: made } of addedNodes) if (made) (window.made ??= []).push(made)"
        "}).observe(document.querySelector('.rows-all'), {childList: true, subtree: true})"
    )
    await tab.run("document.querySelector('.rows-box').scrollTop = 9999")
    await tab.until(row("59.txt"))
    assert await tab.run("window.made") is None
    assert await tab.run("document.querySelectorAll('.row[aria-selected=true]').length") == 0
    await tab.run("document.querySelector('.rows-box').scrollTop = 0")
    await tab.until(f"{row('02.txt')}?.ariaSelected === 'true'")
    await act(tab, "03.txt", "Rename")  # a row that was another's meanwhile acts on its own file
    await answer(tab, "0.txt")
    await eventually(lambda: "0.txt" in names(home, "/Many"))


async def test_what_comes_from_elsewhere_comes_without_flicker(home, tab):
    ask(home, "PUT", "/dav/files/stays.txt", b"x", "text/plain")
    await enter(tab, home)
    await tab.until(row("stays.txt"))
    await tab.run(
        "window.frames_ = 0, window.gone = 0, (function look() { window.frames_ += 1;"
        f"if (!{row('stays.txt')}) window.gone += 1; requestAnimationFrame(look); }})()"
    )
    for number in range(5):
        ask(home, "PUT", f"/dav/files/comes-{number:02}.txt", b"x", "text/plain")
    await tab.until(row("comes-04.txt"))
    assert await tab.run("window.frames_") > 2
    assert await tab.run("window.gone") == 0
