"""Two devices change the same files, one of them without the network: nothing is lost."""

import asyncio
import json
import os
import re

import pytest

from tests.support.web_app import act, answer, ask, enter, offline, row


def change(home, file, **attributes):
    body = {"data": {"type": "io.cozy.files", "id": file, "attributes": attributes}}
    ask(home, "PATCH", f"/files/{file}", json.dumps(body).encode())


async def rename(tab, name, other):
    await act(tab, name, "Rename")
    await answer(tab, other)


async def tag(tab, name, tags):
    await act(tab, name, "Tags")
    await answer(tab, tags)


async def bring(tab, name, top):
    """Scroll to a row: up from where it was, since some before it were renamed or thrown away."""
    await tab.run(
        f"(async () => {{ for (let top = {top}; top > -400 && !{row(name)}; top -= 400) {{"
        "document.querySelector('.rows-box').scrollTop = top;"
        "await new Promise(done => setTimeout(done, 100)); } })()"
    )


MINE = {
    "rename": lambda tab, name: rename(tab, name, f"mine {name}"),
    "trash": lambda tab, name: act(tab, name, "Move to trash"),
    "favourite": lambda tab, name: act(tab, name, "Add to favourites"),
    "tag": lambda tab, name: tag(tab, name, "mine"),
}
THEIRS = {
    "rename": lambda home, file, name: change(home, file, name=f"theirs {name}"),
    "write": lambda home, file, _name: ask(home, "PUT", f"/files/{file}?Type=file", b"theirs"),
    "trash": lambda home, file, _name: ask(home, "DELETE", f"/files/{file}"),
    "tag": lambda home, file, _name: change(home, file, tags=["theirs"]),
    "nothing": lambda _home, _file, _name: None,
}
ASKED = {
    ("rename", "rename"),
    ("trash", "write"),
    *((mine, "trash") for mine in ("rename", "favourite", "tag")),
}
"""What cannot both be had, so that the owner is asked; all else merges."""


@pytest.mark.timeout(1800)
async def test_edits_of_two_devices_meet_and_nothing_is_lost(home, tab):
    """FOYER_TESTS_WEB_FILES and FOYER_TESTS_WEB_EDITS make the long run of it."""
    files = int(os.environ.get("FOYER_TESTS_WEB_FILES", "60"))
    edits = int(os.environ.get("FOYER_TESTS_WEB_EDITS", "20"))
    pairs = [(mine, theirs) for mine in MINE for theirs in THEIRS]
    for number in range(files):
        ask(home, "PUT", f"/dav/files/{number:05}.txt", b"%d" % number, "text/plain")
    await enter(tab, home)
    await tab.shape(390, 844, "en")
    ids = await asyncio.to_thread(all_files, home)
    await tab.until(row("00000.txt"))
    await offline(tab, without=True)
    for number in range(edits):
        name, (mine, theirs) = f"{number:05}.txt", pairs[number % len(pairs)]
        await bring(tab, name, number * 60 - 120)
        await MINE[mine](tab, name)
        await asyncio.to_thread(THEIRS[theirs], home, ids[name], name)
    await offline(tab, without=False)
    wanted = [pairs[number % len(pairs)] for number in range(edits)]
    asked = sum(pair in ASKED for pair in wanted)
    await tab.until(
        "/^\\d+ changes? needs? you$/m.test(document.querySelector('.standing').innerText) &&"
        "!/wait/.test(document.querySelector('.standing').innerText)"
    )
    told = await tab.run("document.querySelector('.standing').innerText")
    assert int(re.search(r"(\d+) changes? need", told)[1]) == asked
    for number, (mine, theirs) in enumerate(wanted):
        file = json.loads(ask(home, "GET", f"/files/{ids[f'{number:05}.txt']}"))["data"]
        shown, merged = file["attributes"], (mine, theirs) not in ASKED
        if theirs == "rename":
            assert shown["name"].startswith("theirs")
        if mine == "rename" and merged:
            assert shown["name"].startswith("mine")
        if mine == "favourite" and merged:
            assert shown["cozyMetadata"]["favorite"] is True
        if mine == "tag" and theirs == "tag":
            assert set(shown["tags"]) == {"mine", "theirs"}
        assert shown["trashed"] is (theirs == "trash" or (mine == "trash" and merged))
        content = b"theirs" if theirs == "write" else b"%d" % number
        assert ask(home, "GET", f"/files/download/{file['id']}") == content


def all_files(home):
    rows = json.loads(ask(home, "GET", "/couchdb/io.cozy.files/_all_docs?include_docs=true"))[
        "rows"
    ]
    return {each["doc"]["name"]: each["id"] for each in rows if each["doc"].get("type") == "file"}
