"""Their programs see what the device's profile shows, and are told what they may not do."""

import re

from tests.http.test_dav_views import ask, device, home, seen, walk  # noqa: F401  # a fixture

MOUNT = "/remote.php/dav/files/owner"
ONLY_WORK = {"mode": "include", "rules": [{"path": "/Documents/Work"}]}
PERMISSIONS = (
    b'<propfind xmlns="DAV:" xmlns:oc="http://owncloud.org/ns"><prop><oc:permissions/></prop>'
    b"</propfind>"
)


async def test_a_profile_holds_at_their_addresses_too(home):  # noqa: F811
    _, phone = await device(home, **ONLY_WORK)
    shown = ["/Documents/", "/Documents/Work/", "/Documents/Work/c.txt"]
    assert await seen(home, phone, MOUNT) == shown
    assert (await walk(home, phone, MOUNT))["/"] != (await walk(home, None, MOUNT))["/"]
    await ask(home, "PUT", f"{MOUNT}/Photos/x.jpg", phone, 409, data=b"x")


async def test_a_device_that_reads_only_is_told_so(home):  # noqa: F811
    _, phone = await device(home, read_only=True)
    sent = {"headers": {"Depth": "0"}, "data": PERMISSIONS}
    _, text, _ = await ask(home, "PROPFIND", f"{MOUNT}/e.txt", phone, 207, **sent)
    assert "<oc:permissions>G</oc:permissions>" in text
    await ask(home, "DELETE", f"{MOUNT}/e.txt", phone, 403)
    await ask(home, "MKCOL", "/remote.php/dav/uploads/owner/1", phone, 403)


SIZES = (
    b'<propfind xmlns="DAV:" xmlns:oc="http://owncloud.org/ns"><prop><oc:size/></prop></propfind>'
)


async def test_sizes_of_folders_tell_of_nothing_hidden(home):  # noqa: F811
    _, phone = await device(home, mode="exclude", rules=[{"path": "/Photos/Old"}])
    for path, told, whole in (("Documents", "8", "8"), ("Photos", None, "7")):
        for who, expected in ((phone, told), (None, whole)):
            sent = {"headers": {"Depth": "0"}, "data": SIZES}
            _, text, _ = await ask(home, "PROPFIND", f"{MOUNT}/{path}", who, 207, **sent)
            found = re.search(r"<oc:size>(\d+)<", text)
            assert (found and found[1]) == expected


TRASH = "/remote.php/dav/trashbin/owner"
VERSIONS = "/remote.php/dav/versions/owner/versions"
NUMBER = (
    b'<propfind xmlns="DAV:" xmlns:oc="http://owncloud.org/ns"><prop><oc:fileid/></prop></propfind>'
)


async def trashed(home, who=None):  # noqa: F811
    sent = {"headers": {"Depth": "1"}, "data": NUMBER}
    _, text, _ = await ask(home, "PROPFIND", f"{TRASH}/trash/", who, 207, **sent)
    hrefs = re.findall(r"<d:href>([^<]*)</d:href>", text)
    return sorted(href.removeprefix(f"{TRASH}/trash/") for href in hrefs[1:])


async def test_a_device_empties_what_it_sees_of_the_trash(home):  # noqa: F811
    _, phone = await device(home, **ONLY_WORK)
    for path in ("Documents/Work/c.txt", "Documents/Home/d.txt", "Photos/"):
        await ask(home, "DELETE", f"{MOUNT}/{path}", status=204)
    assert await trashed(home) == ["Photos/", "c.txt", "d.txt"]
    assert await trashed(home, phone) == ["c.txt"]
    await ask(home, "DELETE", f"{TRASH}/trash/d.txt", phone, 404)
    await ask(home, "DELETE", f"{TRASH}/trash/Photos/a.jpg", phone, 404)
    there = {"headers": {"Destination": f"{TRASH}/restore/x"}}
    await ask(home, "MOVE", f"{TRASH}/trash/d.txt", phone, 404, **there)
    await ask(home, "DELETE", f"{TRASH}/trash", phone, 204)
    assert await trashed(home) == ["Photos/", "d.txt"]


async def test_a_folder_is_destroyed_by_who_sees_all_of_it(home):  # noqa: F811
    _, phone = await device(home, mode="exclude", rules=[{"path": "/Photos/Old"}])
    await ask(home, "DELETE", f"{MOUNT}/Photos", status=204)
    assert await trashed(home, phone) == []
    await ask(home, "DELETE", f"{TRASH}/trash", phone, 204)
    assert await trashed(home) == ["Photos/"]


async def test_what_is_hidden_has_no_versions_and_no_preview(home):  # noqa: F811
    _, phone = await device(home, **ONLY_WORK)
    sent = {"headers": {"Depth": "0"}, "data": NUMBER}
    for path, status in (("Photos/a.jpg", 404), ("Documents/Work/c.txt", 207)):
        _, text, _ = await ask(home, "PROPFIND", f"{MOUNT}/{path}", None, 207, **sent)
        number = re.search(r"<oc:fileid>(\d+)<", text)[1]
        await ask(home, "PROPFIND", f"{VERSIONS}/{number}", phone, status, **sent)
        await ask(home, "GET", f"/index.php/core/preview?fileId={number}", phone, 404)
