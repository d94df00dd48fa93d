"""Whole folders in the app: dropped, chosen, moved by the mouse, taken along, and brought back."""

import asyncio
import json
from base64 import b64encode
from urllib.request import Request, urlopen
from zipfile import ZipFile

import pytest

from tests.support.web_app import (
    act,
    answer,
    ask,
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
def album(tmp_path):
    """A folder on the owner's disk, with one in it."""
    inside = tmp_path / "Album" / "Été"
    inside.mkdir(parents=True)
    (inside.parent / "cover.txt").write_text("cover")
    (inside / "sea.txt").write_text("sea")
    return inside.parent


def read(home, path):
    return ask(home, "GET", f"/files/download?Path={path}")


async def has_album(home):
    await eventually(lambda: "Album" in names(home))
    await eventually(lambda: {"cover.txt", "Été"} <= set(names(home, "/Album")))
    await eventually(lambda: "sea.txt" in names(home, "/Album/Été"))
    assert read(home, "/Album/cover.txt") == b"cover"
    assert read(home, "/Album/%C3%89t%C3%A9/sea.txt") == b"sea"


async def test_a_folder_is_dropped_from_outside(home, tab, album):
    await enter(tab, home)
    data = {"items": [], "files": [str(album)], "dragOperationsMask": 1}
    for kind in ("dragEnter", "dragOver", "drop"):
        await tab.call("Input.dispatchDragEvent", type=kind, x=700, y=500, data=data)
    await tab.until(row("Album"))
    await has_album(home)


async def test_a_folder_is_chosen(home, tab, album):
    await enter(tab, home)
    await give_files(tab, "input[webkitdirectory]", album)
    await tab.until(row("Album"))
    await has_album(home)


async def test_what_is_selected_is_dragged_into_a_folder_and_undo_brings_it_back(home, tab):
    make_folder(home, "/Box")
    for name in ("a.txt", "b.txt"):
        ask(home, "PUT", f"/dav/files/{name}", b"x", "text/plain")
    await enter(tab, home)
    await tab.until(f"{row('Box')} && {row('b.txt')}")
    for name in ("a.txt", "b.txt"):
        await tab.run(f"{row(name)}.querySelector('input').click()")
    await tab.run(
        "(() => { const dataTransfer = new DataTransfer();"
        "const fire = (e, kind) => e.dispatchEvent(new DragEvent(kind,"
        "{ bubbles: true, cancelable: true, dataTransfer }));"
        f"fire({row('a.txt')}, 'dragstart');"
        f"fire({row('Box')}, 'dragover'); fire({row('Box')}, 'drop'); }})()"
    )
    await eventually(lambda: set(names(home, "/Box")) == {"a.txt", "b.txt"})
    await tab.until("document.querySelector('.saying button')")
    await tab.run("document.querySelector('.saying button').click()")
    await eventually(lambda: {"a.txt", "b.txt"} <= set(names(home)))


async def test_a_name_and_tags_are_taken_back_by_undo(home, tab):
    ask(home, "PUT", "/dav/files/a.txt", b"x", "text/plain")
    await enter(tab, home)
    await act(tab, "a.txt", "Rename")
    await answer(tab, "b.txt")
    await eventually(lambda: "b.txt" in names(home))
    await click(tab, ".saying button")
    await tab.until(row("a.txt"))
    await eventually(lambda: "a.txt" in names(home))
    await act(tab, "a.txt", "Tags")
    await answer(tab, "red, blue")
    await tab.until(f"{row('a.txt')}.querySelectorAll('.tag').length === 2")
    await click(tab, ".saying button")
    await tab.until(f"{row('a.txt')}.querySelectorAll('.tag').length === 0")


async def test_several_are_taken_along_as_one_archive(home, tab, tmp_path):
    make_folder(home, "/Work")
    ask(home, "PUT", "/dav/files/Work/in.txt", b"in", "text/plain")
    ask(home, "PUT", "/dav/files/out.txt", b"out", "text/plain")
    await enter(tab, home)
    await tab.call("Browser.setDownloadBehavior", behavior="allow", downloadPath=str(tmp_path))
    await tab.until(f"{row('Work')} && {row('out.txt')}")
    for name in ("Work", "out.txt"):
        await tab.run(f"{row(name)}.querySelector('input').click()")
    await click(tab, ".marked [title=Download]")
    await eventually((tmp_path / "files.zip").exists)
    with ZipFile(tmp_path / "files.zip") as opened:
        held = {name.rpartition("/")[2]: opened.read(name) for name in opened.namelist()}
    assert held["in.txt"] == b"in"
    assert held["out.txt"] == b"out"


async def test_a_folder_goes_back_to_a_moment(home, tab):
    make_folder(home, "/Diary")
    ask(home, "PUT", "/dav/files/Diary/day.txt", b"as it was", "text/plain")
    ask(home, "PUT", "/dav/files/Diary/gone.txt", b"thrown away", "text/plain")
    await enter(tab, home)
    await asyncio.sleep(1.1)  # moments are told by the second
    local = "new Date(Date.now() - new Date().getTimezoneOffset() * 60000).toISOString()"
    moment = await tab.run(f"{local}.slice(0, 19)")
    await asyncio.sleep(1.1)
    ask(home, "PUT", "/dav/files/Diary/day.txt", b"spoilt", "text/plain")
    ask(home, "PUT", "/dav/files/Diary/new.txt", b"new", "text/plain")
    ask(home, "DELETE", "/dav/files/Diary/gone.txt")
    await act(tab, "Diary", "Rewind this folder")
    await fill(tab, "#moment", moment)
    await tab.until("/2 items come back/.test(document.querySelector('dialog').innerText)")
    assert "1 goes to the trash" in await tab.run("document.querySelector('dialog').innerText")
    await click(tab, "dialog [type=submit]")
    await eventually(lambda: set(names(home, "/Diary")) == {"day.txt", "gone.txt"})
    assert read(home, "/Diary/day.txt") == b"as it was"
    assert read(home, "/Diary/gone.txt") == b"thrown away"


async def test_details_tell_which_device_changed_it(home, tab):
    body = {"data": {"attributes": {"name": "Léa’s laptop", "kind": "webdav"}}}
    told = json.loads(ask(home, "POST", "/settings/devices", json.dumps(body).encode()))
    password = told["data"]["attributes"]["password"]
    login = "Basic " + b64encode(f"owner:{password}".encode()).decode()
    headers = {"Authorization": login, "Content-Type": "text/plain"}
    at = f"{home.address}/dav/files/plan.txt"
    sent = Request(at, b"by the laptop", headers, method="PUT")
    (await asyncio.to_thread(urlopen, sent)).close()
    await enter(tab, home)
    await act(tab, "plan.txt", "Details")
    await tab.until("/Léa’s laptop/.test(document.querySelector('dialog dl').innerText)")
