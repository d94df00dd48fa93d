"""sync-collection on files, over the wire: changes, removals, limits, changes of the profile."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from server import keys
from server.jobs.leftovers import forget_old_states
from tests.http.test_dav_views import ONLY_WORK, WORK, ask, device, give, home  # noqa: F401

FILES = "/dav/files"


async def sync(home, token="", who=None, path="/", limit=None, level="infinite", status=207):  # noqa: F811
    asked = f"<D:limit><D:nresults>{limit}</D:nresults></D:limit>" if limit else ""
    body = (
        f'<D:sync-collection xmlns:D="DAV:"><D:sync-token>{token}</D:sync-token>'
        f"<D:sync-level>{level}</D:sync-level>{asked}<D:prop><D:getetag/></D:prop>"
        "</D:sync-collection>"
    )
    sent = {"headers": {"Depth": "0"}, "data": body.encode()}
    _, text, _ = await ask(home, "REPORT", f"{FILES}{path}", who, status, **sent)
    rows = re.findall(r"<D:response><D:href>/dav/files(.*?)</D:href>(.*?)</D:response>", text)
    told = {href: re.search(r"HTTP/1.1 (\d+)", rest)[1] for href, rest in rows}
    found = re.search(r"<D:sync-token>(.*?)</D:sync-token>", text)
    return told, found[1] if found else text


async def test_a_client_is_told_everything_once_and_then_what_changes(home):  # noqa: F811
    told, token = await sync(home)
    assert set(told.values()) == {"200"}
    assert len(told) == 10
    assert await sync(home, token) == ({}, token)
    await ask(home, "PUT", f"{FILES}/e.txt", status=204, data=b"changed")
    await ask(home, "DELETE", f"{FILES}/Photos/a.jpg", status=204)
    headers = {"Destination": f"{FILES}/Archive"}
    await ask(home, "MOVE", f"{FILES}/Documents", status=201, headers=headers)
    told, token = await sync(home, token)
    moved = ["", "Home/", "Home/d.txt", "Work/", "Work/c.txt"]
    assert told == {
        **{f"/Archive/{name}": "200" for name in moved},
        "/Documents": "404",
        "/Photos/a.jpg": "404",
        "/e.txt": "200",
    }


@pytest.mark.parametrize("narrow", [False, True])
async def test_a_client_that_was_away_for_too_long_begins_anew(home, narrow):  # noqa: F811
    """RFC 6578 3.2: what it had is not answered with half of what it missed."""
    _, phone = await device(home, **(ONLY_WORK if narrow else {"mode": "all"}))
    _, token = await sync(home, who=phone)
    today = datetime.now(UTC).date()
    async with home.app[keys.INSTANCES].borrow("localhost") as instance:
        await forget_old_states(instance, today)
        await ask(home, "DELETE", f"{FILES}{WORK[-1]}", status=204)
        await forget_old_states(instance, today + timedelta(days=1))
        told, _ = await sync(home, token, who=phone)
        assert told == {WORK[-1]: "404"}
        await forget_old_states(instance, today + timedelta(days=91))
    _, text = await sync(home, token, who=phone, status=403)
    assert "<D:valid-sync-token/>" in text
    told, token = await sync(home, who=phone)
    assert WORK[-1] not in told
    assert await sync(home, token, who=phone) == ({}, token)


async def test_what_lay_in_a_folder_goes_where_another_takes_its_name(home):  # noqa: F811
    _, token = await sync(home)
    await ask(home, "DELETE", f"{FILES}/Photos/", status=204)
    await ask(home, "MKCOL", f"{FILES}/Photos/", status=201)
    await ask(home, "MKCOL", f"{FILES}/Photos/Old/", status=201)
    told, token = await sync(home, token)
    there = {"/Photos/": "200", "/Photos/Old/": "200"}
    assert told == {**there, "/Photos/a.jpg": "404", "/Photos/Old/b.jpg": "404"}
    async with home.owner.delete("/files/trash") as response:
        assert response.status == 204
    assert await sync(home, token) == ({}, (await sync(home, token))[1])


async def test_a_change_of_the_profile_is_told_as_the_difference_of_the_views(home):  # noqa: F811
    device_id, phone = await device(home)
    told, token = await sync(home, who=phone)
    assert len(told) == 10
    await give(home, device_id, **ONLY_WORK)
    told, token = await sync(home, token, phone)
    assert told == {"/Documents/Home": "404", "/Photos": "404", "/e.txt": "404"}
    assert await sync(home, token, phone) == ({}, token)
    await ask(home, "PUT", f"{FILES}/Photos/hidden.jpg", status=201, data=b"x")
    told, token = await sync(home, token, phone)
    assert told == {}
    await give(home, device_id, mode="all")
    told, _ = await sync(home, token, phone)
    assert set(told) == {
        *("/Documents/Home/", "/Documents/Home/d.txt", "/Photos/", "/Photos/Old/"),
        *("/Photos/Old/b.jpg", "/Photos/a.jpg", "/Photos/hidden.jpg", "/e.txt"),
    }


async def test_a_client_that_wants_little_at_a_time_comes_to_the_end(home):  # noqa: F811
    _, phone = await device(home, **ONLY_WORK)
    found, token = {}, ""
    for _ in range(5):
        told, token = await sync(home, token, phone, limit=2)
        whole = {href: status for href, status in told.items() if href != "/"}
        assert len(whole) <= 2
        found |= whole
        if "/" not in told:
            break
        assert told["/"] == "507"
    assert sorted(found) == WORK
    assert (await sync(home, token, phone))[0] == {}


async def test_members_alone_are_told_where_that_is_asked(home):  # noqa: F811
    told, token = await sync(home, level="1")
    assert sorted(told) == ["/Documents/", "/Photos/", "/e.txt"]
    await ask(home, "PUT", f"{FILES}/Documents/Work/c.txt", status=204, data=b"changed")
    await ask(home, "DELETE", f"{FILES}/Photos/", status=204)
    assert (await sync(home, token, level="1"))[0] == {"/Documents/": "200", "/Photos": "404"}


async def test_a_token_that_is_none_of_ours_begins_anew(home):  # noqa: F811
    for token in ("x", "urn:foyer:sync:5", "urn:foyer:sync:a:b:c", "urn:foyer:sync:1:other:view"):
        _, text = await sync(home, token, status=403)
        assert "valid-sync-token" in text
    body = b'<propfind xmlns="DAV:"><prop><sync-token/></prop></propfind>'
    sent = {"headers": {"Depth": "0"}, "data": body}
    _, text, _ = await ask(home, "PROPFIND", f"{FILES}/Photos/", status=207, **sent)
    token = re.search(r"<D:sync-token>(.*?)<", text)[1]
    assert await sync(home, token) == ({}, token)
