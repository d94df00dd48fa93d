"""Search in the app: by words, narrowed by kind, size, tag and folder; and files as tiles."""

import json
from datetime import datetime, timedelta

from tests.support.web_app import (
    ask,
    click,
    enter,
    eventually,
    fill,
    make_folder,
    names,
    press,
    row,
    shown,
)

FILES = {
    "/Trips/beach plan.jpg": (b"\xff\xd8\xff" + bytes(3_000_000), "image/jpeg"),
    "/Trips/plan.pdf": (b"%PDF-1.4", "application/pdf"),
    "/Work/plan of the year.txt": (b"text", "text/plain"),
}


def fill_home(home):
    make_folder(home, "/Trips")
    make_folder(home, "/Work")
    for path, (content, kind) in FILES.items():
        ask(home, "PUT", f"/dav/files{path.replace(' ', '%20')}", content, kind)
    file = names(home, "/Work")["plan of the year.txt"]
    attributes = {"type": "io.cozy.files", "id": file, "attributes": {"tags": ["Été"]}}
    ask(home, "PATCH", f"/files/{file}", json.dumps({"data": attributes}).encode())


async def finds(tab, *expected):
    told = json.dumps(sorted(expected), separators=(",", ":"), ensure_ascii=False)
    await tab.until(
        "JSON.stringify([...document.querySelectorAll('.row .name')]"
        f".map(e => e.innerText).sort()) === {told!r}"
    )


async def test_words_and_filters_find_files_and_the_address_keeps_them(home, tab):
    fill_home(home)
    await enter(tab, home)
    await fill(tab, "input[type=search]", "PLAN")
    await finds(tab, "beach plan.jpg", "plan.pdf", "plan of the year.txt")
    await fill(tab, "[aria-label=Kind]", "image")
    await finds(tab, "beach plan.jpg")
    await tab.call("Page.reload")
    await finds(tab, "beach plan.jpg")
    await fill(tab, "[aria-label=Kind]", "")
    await fill(tab, "[aria-label=Size]", "1000000")
    await finds(tab, "beach plan.jpg")
    await fill(tab, "[aria-label=Size]", "")
    await fill(tab, "[aria-label=Tag]", "Été")
    await finds(tab, "plan of the year.txt")
    await fill(tab, "[aria-label=Tag]", "")
    today = datetime.now().astimezone().date()
    for first, last, found in (
        (today + timedelta(2), "", []),
        ("", today + timedelta(2), ["beach plan.jpg", "plan.pdf", "plan of the year.txt"]),
        (today - timedelta(9), today - timedelta(3), []),
    ):
        await fill(tab, "[aria-label=Changed]", "own")
        await fill(tab, "#since", str(first))
        await fill(tab, "#until", str(last))
        await click(tab, "dialog [type=submit]")
        await finds(tab, *found)
    assert "until=" in await tab.run("location.hash")
    await fill(tab, "[aria-label=Changed]", "")
    await click(tab, ".filters [aria-haspopup]")
    await tab.until("document.querySelector('dialog .places')")
    await tab.run(
        "[...document.querySelectorAll('.places button')]"
        ".find(b => b.innerText === 'Trips').click()"
    )
    await tab.until("document.querySelector('dialog .place strong').innerText === 'Trips'")
    await click(tab, "dialog .actions button")
    await finds(tab, "beach plan.jpg", "plan.pdf")


async def test_search_without_the_home_knows_what_was_just_done(home, tab):
    fill_home(home)
    await enter(tab, home)
    await tab.until(row("Trips"))
    home.kill()
    await fill(tab, "input[type=search]", "year")
    await finds(tab, "plan of the year.txt")
    await tab.run("document.querySelector('#list').focus()")
    await press(tab, "Delete", 46)
    await finds(tab)


async def test_tiles_are_walked_through_in_both_directions(home, tab):
    make_folder(home, "/Many")
    for number in range(12):
        ask(home, "PUT", f"/dav/files/Many/{number:02}.txt", b"x", "text/plain")
    await enter(tab, home)
    await tab.run(f"{row('Many')}.querySelector('a').click()")
    await tab.until(row("00.txt"))
    await click(tab, "[aria-label='Show as tiles']")
    await tab.until("document.querySelector('.rows-box.grid')")
    tops = (
        "[...document.querySelectorAll('.row')].map(e => Math.round(e.getBoundingClientRect().y))"
    )
    beside = (await tab.run(tops)).count((await tab.run(tops))[0])
    assert beside > 1
    await tab.run("document.querySelector('#list').focus()")
    await press(tab, "ArrowRight", 39)
    await tab.until(f"{row('01.txt')}.classList.contains('current')")
    await press(tab, "ArrowDown", 40)
    await tab.until(f"{row(f'{1 + beside:02}.txt')}.classList.contains('current')")
    await press(tab, "Delete", 46)
    await eventually(lambda: f"{1 + beside:02}.txt" not in names(home, "/Many"))
    await tab.call("Page.reload")
    await tab.until("document.querySelector('.rows-box.grid')")
    assert len(await shown(tab)) == 11
