"""Each device sees its own part of the files over WebDAV; what it does not see, it cannot harm."""

import json
import re
from urllib.parse import unquote

import pytest

from tests.support.devices import basic_of
from tests.support.house import found, house

FILES = "/dav/files"
PROPFIND = b'<propfind xmlns="DAV:"><prop><getetag/></prop></propfind>'
PROFILE = (
    b'<propfind xmlns="DAV:" xmlns:f="urn:foyer:dav:"><prop><f:sync-profile/></prop></propfind>'
)


@pytest.fixture
async def home(tmp_path):
    found(tmp_path)
    async with house(tmp_path) as running:
        for path in ("Photos/", "Photos/Old/", "Documents/", "Documents/Work/", "Documents/Home/"):
            await ask(running, "MKCOL", f"{FILES}/{path}", status=201)
        for path, body in {
            "Photos/a.jpg": b"jpeg",
            "Photos/Old/b.jpg": b"old",
            "Documents/Work/c.txt": b"work",
            "Documents/Home/d.txt": b"home",
            "e.txt": b"root",
        }.items():
            await ask(running, "PUT", f"{FILES}/{path}", status=201, data=body)
        yield running


async def ask(home, method, path, who=None, status=None, **sent):
    session = home.owner if who is None else home.anybody
    headers = {**(who or {}), **sent.pop("headers", {})}
    async with session.request(method, path, headers=headers, **sent) as response:
        text = await response.text()
        if status is not None:
            assert response.status == status, (method, path, response.status, text)
        return response.status, text, response.headers


async def device(home, **profile):
    """Make an app password with a profile; returns its id and the headers that show it."""
    told = {"name": "Phone", "kind": "webdav"}
    sent = {"data": {"type": "io.cozy.oauth.clients", "attributes": told}}
    _, text, _ = await ask(home, "POST", "/settings/devices", status=201, json=sent)
    made = json.loads(text)["data"]
    await give(home, made["id"], **profile)
    return made["id"], basic_of(made["attributes"]["password"])


async def give(home, device_id, status=200, **profile):
    attributes = {"sync_profile": profile}
    sent = {"data": {"type": "io.cozy.oauth.clients", "attributes": attributes}}
    path = f"/settings/devices/{device_id}"
    _, text, _ = await ask(home, "PATCH", path, status=status, json=sent)
    return json.loads(text)


async def walk(home, who=None, mount=FILES):
    """List all that somebody sees, as a client does that goes from folder to folder."""
    paths, waiting = {}, [f"{mount}/"]
    while waiting:
        here = waiting.pop()
        headers = {"Depth": "1"}
        _, text, _ = await ask(home, "PROPFIND", here, who, 207, headers=headers, data=PROPFIND)
        rows = re.findall(r"<[dD]:href>([^<]*)</.*?:getetag>([^<]*)<", text)
        for href, etag in rows:
            paths[unquote(href.removeprefix(mount))] = etag
            if href.endswith("/") and href != here:
                waiting.append(href)
    return paths


async def seen(home, who=None, mount=FILES):
    return sorted(set(await walk(home, who, mount)) - {"/"})


EVERYTHING = [
    "/Documents/",
    "/Documents/Home/",
    "/Documents/Home/d.txt",
    "/Documents/Work/",
    "/Documents/Work/c.txt",
    "/Photos/",
    "/Photos/Old/",
    "/Photos/Old/b.jpg",
    "/Photos/a.jpg",
    "/e.txt",
]
WORK = ["/Documents/", "/Documents/Work/", "/Documents/Work/c.txt"]
ONLY_WORK = {"mode": "include", "rules": [{"path": "/Documents/Work"}]}
NO_OLD = {"mode": "exclude", "rules": [{"path": "/Photos/Old"}, {"path": "/Documents/Home"}]}


async def test_a_device_sees_what_its_profile_says_and_its_owner_all(home):
    _, phone = await device(home, **ONLY_WORK)
    _, plain = await device(home)
    assert await seen(home) == EVERYTHING
    assert await seen(home, plain) == EVERYTHING
    assert await seen(home, phone) == WORK
    await ask(home, "GET", f"{FILES}/Photos/a.jpg", phone, 404)
    await ask(home, "GET", f"{FILES}/Documents/Work/c.txt", phone, 200)
    await ask(home, "PROPFIND", f"{FILES}/Documents/Home/", phone, 404)


async def test_presets_are_mounts_of_their_own(home):
    photos = [one for one in EVERYTHING if one.endswith(("/", ".jpg"))]
    assert await seen(home, mount="/dav/profiles/photos-only") == photos
    await ask(home, "PROPFIND", "/dav/profiles/none/", status=404, headers={"Depth": "0"})


async def test_an_owner_sees_with_a_devices_eyes_and_a_bound_device_only_with_its_own(home):
    device_id, phone = await device(home, **ONLY_WORK)
    assert await seen(home, mount=f"/dav/devices/{device_id}") == WORK
    assert await seen(home, phone, f"/dav/devices/{device_id}") == WORK
    assert await seen(home, mount="/dav/all") == EVERYTHING
    for path in ("/dav/all/", "/dav/profiles/everything/", "/dav/devices/another/"):
        await ask(home, "PROPFIND", path, phone, 403)
    _, free = await device(home, hide_junk=True)
    assert await seen(home, free, "/dav/all") == EVERYTHING


async def test_a_change_of_the_profile_changes_the_tags_of_the_folders_concerned(home):
    device_id, phone = await device(home)
    before = await walk(home, phone)
    await give(home, device_id, mode="exclude", rules=[{"path": "/Photos/Old"}])
    after = await walk(home, phone)
    changed = {path for path in after if before[path] != after[path]}
    assert changed == {"/", "/Photos/"}
    assert before.keys() - after.keys() == {"/Photos/Old/", "/Photos/Old/b.jpg"}


async def test_folder_tags_change_up_to_the_root_with_a_file_and_nowhere_else(home):
    before = await walk(home)
    await ask(home, "PUT", f"{FILES}/Documents/Work/c.txt", status=204, data=b"changed")
    after = await walk(home)
    changed = {path for path in after if before[path] != after[path]}
    assert changed == {"/", *WORK}


async def test_deleting_takes_what_is_seen_and_leaves_the_rest(home):
    _, phone = await device(home, **NO_OLD)
    _, text, _ = await ask(home, "DELETE", f"{FILES}/Photos/", phone, 207)
    assert "423 Locked" in text
    assert "Old" not in text
    assert await seen(home) == [one for one in EVERYTHING if one != "/Photos/a.jpg"]
    await ask(home, "DELETE", f"{FILES}/Documents/Work/", phone, 204)
    _, text, _ = await ask(home, "GET", f"{FILES}/Photos/Old/b.jpg", status=200)
    assert text == "old"


async def test_moving_takes_what_is_seen_and_leaves_the_rest(home):
    _, phone = await device(home, **NO_OLD)
    headers = {"Destination": f"{FILES}/Pictures"}
    _, text, _ = await ask(home, "MOVE", f"{FILES}/Photos", phone, 207, headers=headers)
    assert "423 Locked" in text
    after = await seen(home)
    assert {"/Photos/Old/b.jpg", "/Pictures/", "/Pictures/a.jpg"} < set(after)
    assert "/Photos/a.jpg" not in after
    headers = {"Destination": f"{FILES}/Job"}
    await ask(home, "MOVE", f"{FILES}/Documents/Work", phone, 201, headers=headers)
    assert "/Job/c.txt" in await seen(home)


async def test_copying_takes_what_is_seen(home):
    _, phone = await device(home, **NO_OLD)
    headers = {"Destination": f"{FILES}/Copy"}
    await ask(home, "COPY", f"{FILES}/Documents", phone, 201, headers=headers)
    copied = [one for one in await seen(home) if one.startswith("/Copy")]
    assert copied == ["/Copy/", "/Copy/Work/", "/Copy/Work/c.txt"]


async def test_nothing_is_put_where_something_hidden_is_or_where_it_would_be_hidden(home):
    _, phone = await device(home, **NO_OLD)
    for method, path in (("PUT", "Photos/Old"), ("MKCOL", "Photos/Old"), ("LOCK", "Photos/Old")):
        lock = b'<lockinfo xmlns="DAV:"><lockscope><exclusive/></lockscope><locktype><write/>'
        body = lock + b"</locktype></lockinfo>" if method == "LOCK" else b""
        _, text, _ = await ask(home, method, f"{FILES}/{path}", phone, 409, data=body)
        assert "leaves" in text
    await ask(home, "PUT", f"{FILES}/Photos/Old/new.jpg", phone, 409, data=b"x")
    for method in ("MOVE", "COPY"):
        headers = {"Destination": f"{FILES}/Documents/Home"}
        await ask(home, method, f"{FILES}/e.txt", phone, 409, headers=headers)
        headers = {"Destination": f"{FILES}/Photos"}
        await ask(home, method, f"{FILES}/e.txt", phone, 409, headers=headers)
    assert await seen(home) == EVERYTHING
    _, small = await device(home, mode="exclude", rules=[{"min_size": 10}])
    await ask(home, "PUT", f"{FILES}/f.txt", small, 409, data=b"more than ten bytes")
    await ask(home, "PUT", f"{FILES}/f.txt", small, 201, data=b"few bytes")


async def test_a_device_that_reads_only_changes_nothing(home):
    device_id, phone = await device(home, read_only=True)
    headers = {"Destination": f"{FILES}/x"}
    for method in ("PUT", "DELETE", "MKCOL", "MOVE", "COPY", "LOCK", "PROPPATCH"):
        await ask(home, method, f"{FILES}/e.txt", phone, 403, headers=headers)
    assert await seen(home, phone) == EVERYTHING
    loosened = await patch_profile(home, phone, {"mode": "all"})
    assert "403" in loosened
    assert "403" not in await patch_profile(
        home, None, {"mode": "all"}, f"/dav/devices/{device_id}"
    )
    await ask(home, "PUT", f"{FILES}/e.txt", phone, 204, data=b"x")


async def patch_profile(home, who, profile, mount=FILES, path="/"):
    text = json.dumps(profile).replace("&", "&amp;")
    body = (
        '<propertyupdate xmlns="DAV:" xmlns:f="urn:foyer:dav:"><set><prop><f:sync-profile>'
        f"{text}</f:sync-profile></prop></set></propertyupdate>"
    )
    _, answer, _ = await ask(home, "PROPPATCH", f"{mount}{path}", who, 207, data=body)
    return answer


async def test_a_device_reads_and_changes_its_profile_as_a_property_of_its_root(home):
    device_id, phone = await device(home)
    assert "200 OK" in await patch_profile(home, phone, ONLY_WORK)
    assert await seen(home, phone) == WORK
    headers = {"Depth": "0"}
    sent = {"headers": headers, "data": PROFILE}
    _, text, _ = await ask(home, "PROPFIND", f"{FILES}/", phone, 207, **sent)
    assert "/Documents/Work" in text
    assert "422" in await patch_profile(home, phone, {"mode": "some"})
    assert "403" in await patch_profile(home, phone, ONLY_WORK, path="/Documents/")
    assert "403" in await patch_profile(home, None, ONLY_WORK)
    told = await give(home, device_id, preset="no-media")
    assert told["data"]["attributes"]["sync_preset"] == "no-media"
    _, text, _ = await ask(home, "PROPFIND", f"{FILES}/", phone, 207, **sent)
    assert "image" in text
    wrong = await give(home, device_id, 422, mode="include", rules=[{}])
    assert "Rule 1" in wrong["errors"][0]["detail"]


async def test_new_folders_stay_out_unless_the_device_makes_them_itself(home):
    rule = {"path": "/Photos", "new_siblings": False}
    _, phone = await device(home, mode="exclude", rules=[rule])
    assert await seen(home, phone) == EVERYTHING
    await ask(home, "MKCOL", f"{FILES}/Photos/Theirs", status=201)
    await ask(home, "MKCOL", f"{FILES}/Photos/Mine", phone, 201)
    new = set(await seen(home, phone)) - set(EVERYTHING)
    assert new == {"/Photos/Mine/"}
    await ask(home, "MKCOL", f"{FILES}/Photos/Theirs", phone, 409)


async def test_the_quota_counts_what_is_seen(home):
    _, phone = await device(home, **ONLY_WORK)
    body = b'<propfind xmlns="DAV:"><prop><quota-used-bytes/></prop></propfind>'
    sent = {"headers": {"Depth": "0"}, "data": body}
    _, text, _ = await ask(home, "PROPFIND", f"{FILES}/", phone, 207, **sent)
    assert "<D:quota-used-bytes>4<" in text


async def test_what_is_left_out_by_cozys_list_is_left_out_here_too(home):
    device_id, phone = await device(home)
    _, text, _ = await ask(home, "GET", "/files/metadata?Path=/Photos", status=200)
    sent = {"data": [{"type": "io.cozy.files", "id": json.loads(text)["data"]["id"]}]}
    path = f"/data/io.cozy.oauth.clients/{device_id}/relationships/not_synchronizing"
    await ask(home, "POST", path, status=204, json=sent)
    assert await seen(home, phone) == [one for one in EVERYTHING if "Photos" not in one]
    await ask(home, "MKCOL", f"{FILES}/Photos", phone, 409)
