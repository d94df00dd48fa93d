"""Large files on their way: paused, resumed, with the home gone meanwhile and the page closed."""

import asyncio
import os
from hashlib import sha256
from urllib.request import Request, urlopen

import pytest

from tests.support.web_app import (
    choose_files,
    click,
    enter,
    eventually,
    give_files,
    names,
    row,
)

SIZE = int(os.environ.get("FOYER_TESTS_WEB_UPLOAD", str(72 << 20)))
"""Bytes; above 64 MiB a content is not kept in the browser."""

A_PIECE = 8 << 20


@pytest.fixture
def large(tmp_path):
    path = tmp_path / "large.bin"
    with path.open("wb") as file:
        for number in range(SIZE >> 20):
            file.write(number.to_bytes(4, "big") * (1 << 18))
    return path


def digest_at(home, path):
    headers = {"Authorization": home.authorization}
    told = sha256()
    with urlopen(Request(home.address + path, headers=headers)) as response:
        while piece := response.read(1 << 20):
            told.update(piece)
    return told.hexdigest()


def digest_of(path):
    told = sha256()
    with path.open("rb") as file:
        while piece := file.read(1 << 20):
            told.update(piece)
    return told.hexdigest()


def begun(home):
    """Tell how many uploads were begun: one that goes on is not begun anew."""
    return home.log.read_bytes().count(b'"method":"POST","path":"/files/uploads"')


async def slow(tab, bytes_a_second):
    await tab.call(
        "Network.emulateNetworkConditions",
        offline=False, latency=0, downloadThroughput=-1, uploadThroughput=bytes_a_second,
    )  # fmt: skip


SENT = "(document.querySelector('.rows progress')?.value ?? 0)"


async def begin(tab, home, large):
    await enter(tab, home)
    await slow(tab, max(4 << 20, SIZE // 20))
    await choose_files(tab, large)
    await tab.until("document.querySelector('.standing progress')")
    await click(tab, ".standing a")
    await tab.until(f"{SENT} > {A_PIECE}")


@pytest.mark.timeout(1800)
async def test_it_is_paused_resumed_and_goes_on_where_it_was(home, tab, large):
    await begin(tab, home, large)
    await click(tab, ".rows [aria-label^=Pause]")
    await tab.until("/Paused/.test(document.querySelector('.rows').innerText)")
    stood = await tab.run(SENT)
    await asyncio.sleep(1)
    assert await tab.run(SENT) == stood < SIZE
    assert "large.bin" not in names(home)
    home.kill()
    await click(tab, ".rows [aria-label^='Go on']")
    await asyncio.sleep(1)
    home.start()
    await slow(tab, -1)
    await eventually(lambda: "large.bin" in names(home), patience=900)
    assert digest_at(home, "/files/download?Path=/large.bin") == digest_of(large)
    assert begun(home) == 1
    await tab.until("!document.querySelector('.rows progress')")


async def test_a_page_that_was_closed_asks_for_the_file_and_goes_on(home, tab, large):
    await begin(tab, home, large)
    await tab.call("Page.reload")
    await tab.until("/needs you/.test(document.querySelector('.standing')?.innerText)")
    await tab.until("document.querySelector('.rows input[type=file]')")
    await slow(tab, -1)
    await give_files(tab, ".rows input[type=file]", large)
    await eventually(lambda: "large.bin" in names(home), patience=900)
    assert digest_at(home, "/files/download?Path=/large.bin") == digest_of(large)
    assert begun(home) == 1


async def test_what_is_not_wanted_any_more_is_forgotten_on_both_sides(home, tab, large):
    await begin(tab, home, large)
    await click(tab, ".rows [aria-label^='Do not send']")
    await tab.until("/Nothing is being sent/.test(document.querySelector('.screen').innerText)")
    await tab.run("location.hash = '#/'")
    await tab.until(f"!({row('large.bin')}) && document.querySelector('.row')")
    assert "large.bin" not in names(home)
    deleted = b'"method":"DELETE","path":"/files/uploads/'
    await eventually(lambda: deleted in home.log.read_bytes())
