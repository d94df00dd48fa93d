"""Uploads in chunks and in bulk: whole or not at all, and nothing is left of them."""

import hashlib
import json
import random
from datetime import timedelta

import pytest

from server import keys
from server.nextcloud.chunks import FOLDER, forget_old
from tests.support.devices import app_password, basic_of
from tests.support.dialect import DAV, FILES, Cloud, read
from tests.support.house import house

UPLOADS = "/remote.php/dav/uploads/owner"
CONTENT = random.Random(5).randbytes(250_000)


def left(tmp_path):
    return list(tmp_path.rglob(f"{FOLDER}/*"))


async def send(cloud, names, upload="u1", content=CONTENT):
    """Send content in chunks of these names, the last one first."""
    await cloud.ask("MKCOL", f"{UPLOADS}/{upload}", 201, OC_Total_Length=len(content))
    size = -(-len(content) // len(names))
    for place in reversed(range(len(names))):
        piece = content[place * size : (place + 1) * size]
        await cloud.ask("PUT", f"{UPLOADS}/{upload}/{names[place]}", 201, piece)


@pytest.mark.parametrize(
    "names",
    [
        ["1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11"],  # iOS
        [f"{n:06}" for n in range(1, 12)],  # Android
        [f"{n:016}" for n in range(3)],  # Nextcloud's desktop: the index
        [f"{n * 83_334:016}" for n in range(3)],  # ownCloud's desktop: the offset
        [str(n * 83_334) for n in range(3)],
    ],
)
async def test_chunks_are_put_together_in_their_order(cloud, tmp_path, names):
    await send(cloud, names)
    told, _ = await cloud.ask(
        "MOVE", f"{UPLOADS}/u1/.file", 201, Destination=f"{FILES}/big.bin",
        OC_Total_Length=len(CONTENT), X_OC_Mtime=1700000000,
        OC_Checksum="SHA256:" + hashlib.sha256(CONTENT).hexdigest(),
    )  # fmt: skip
    assert told["X-OC-MTime"] == "accepted"
    assert told["ETag"] == told["OC-ETag"]
    assert told["OC-FileId"]
    async with cloud.session.get(f"{FILES}/big.bin") as response:
        assert await response.read() == CONTENT
        assert response.headers["Last-Modified"] == "Tue, 14 Nov 2023 22:13:20 GMT"
    assert left(tmp_path) == []
    await cloud.ask("MOVE", f"{UPLOADS}/u1/.file", 404, Destination=f"{FILES}/big.bin")


async def test_android_asks_what_came_and_goes_on_with_it(cloud):
    await send(cloud, ["000001", "000002"])
    await cloud.ask("MKCOL", f"{UPLOADS}/u1", 405)
    body = (
        '<D:propfind xmlns:D="DAV:"><D:prop><D:getcontenttype/><D:resourcetype/>'
        "<D:getcontentlength/></D:prop></D:propfind>"
    )
    _, text = await cloud.ask("PROPFIND", f"{UPLOADS}/u1", 207, body, Depth=1)
    rows = read(text)
    assert {href: row.get(f"{DAV}getcontentlength") for href, row in rows.items()} == {
        f"{UPLOADS}/u1/": None,
        f"{UPLOADS}/u1/000001": "125000",
        f"{UPLOADS}/u1/000002": "125000",
    }
    await cloud.ask("PUT", f"{UPLOADS}/u1/000003", 201, b"more")
    await cloud.ask(
        "MOVE", f"{UPLOADS}/u1/.file", 201, Destination=f"http://localhost{FILES}/a",
        Host="localhost",
    )  # fmt: skip
    async with cloud.session.get(f"{FILES}/a") as response:
        assert await response.read() == CONTENT + b"more"


async def test_a_restart_loses_no_chunk(tmp_path):
    async with house(tmp_path) as home:
        await send(Cloud(home.owner), ["1", "2"])
    async with house(tmp_path) as home:
        cloud = Cloud(home.owner)
        await cloud.ask("MOVE", f"{UPLOADS}/u1/.file", 201, Destination=f"{FILES}/a")
        async with home.owner.get(f"{FILES}/a") as response:
            assert await response.read() == CONTENT


async def test_what_is_wrong_with_the_whole_changes_nothing(cloud):
    await cloud.put("a", b"old")
    await send(cloud, ["1", "2"])
    move = ("MOVE", f"{UPLOADS}/u1/.file")
    there = {"Destination": f"{FILES}/a"}
    await cloud.ask(*move, 400, **there, OC_Total_Length=len(CONTENT) + 1)
    await cloud.ask(*move, 400, **there, OC_Checksum="SHA1:" + "0" * 40)
    await cloud.ask(*move, 412, **there, If_Match='"other"')
    await cloud.ask(*move, 412, **there, Overwrite="F")
    await cloud.ask(*move, 412, **there, If=f'<{FILES}/a> (["other"])')
    await cloud.ask(*move, 409, Destination=f"{FILES}/no/such/folder")
    _, text = await cloud.ask("GET", f"{FILES}/a", 200)
    assert text == "old"
    await cloud.ask(*move, 204, **there)


async def test_a_chunk_that_is_cut_off_or_wrong_is_none(cloud):
    await cloud.ask("MKCOL", f"{UPLOADS}/u1", 201)
    await cloud.ask("PUT", f"{UPLOADS}/u1/1", 400, b"x", OC_Checksum="SHA1:" + "0" * 40)
    await cloud.ask("PUT", f"{UPLOADS}/u1/.file", 403, b"x")
    await cloud.ask("PUT", f"{UPLOADS}/u2/1", 409, b"x")
    await cloud.ask("GET", f"{UPLOADS}/u1/1", 404)
    await cloud.ask("MOVE", f"{UPLOADS}/u1/.file", 201, Destination=f"{FILES}/a")
    _, text = await cloud.ask("GET", f"{FILES}/a", 200)
    assert text == ""


async def test_what_there_is_no_room_for_is_refused_before_a_byte(home, cloud):
    async with home.app[keys.INSTANCES].borrow("localhost") as instance:
        instance.files.quota = 1000
        told = {"OC_Total_Length": 1001}
        _, text = await cloud.ask("MKCOL", f"{UPLOADS}/u1", 507, **told)
        assert "Exception\\InsufficientStorage" in text
        await cloud.ask("MKCOL", f"{UPLOADS}/u1", 201, OC_Total_Length=1000)
        await cloud.ask("PUT", f"{UPLOADS}/u1/1", 507, b"x", **told)


async def test_an_upload_can_be_given_up_and_is_forgotten_after_a_day(home, cloud, tmp_path):
    await send(cloud, ["1"])
    await cloud.ask("DELETE", f"{UPLOADS}/u1", 204)
    assert left(tmp_path) == []
    await send(cloud, ["1"])
    folder = tmp_path / "instances" / "localhost"
    now = home.app[keys.NOW]()
    assert forget_old(folder, now + timedelta(hours=23)) == 0
    assert forget_old(folder, now + timedelta(hours=25)) == 1
    assert left(tmp_path) == []


async def test_uploads_belong_to_whoever_began_them(home, cloud):
    await send(cloud, ["1"])
    await app_password(home.app, "io.cozy.files")
    other = basic_of("barafado-kilomuna-petisoga", "owner")
    headers = {**other, "Destination": f"{FILES}/a"}
    async with home.anybody.request("MOVE", f"{UPLOADS}/u1/.file", headers=headers) as response:
        assert response.status == 404


async def test_names_lead_nowhere_else(cloud, tmp_path):
    await cloud.ask("MKCOL", f"{UPLOADS}/u%2F..%2F1", 400)
    await cloud.ask("MKCOL", f"{UPLOADS}/u1", 201)
    for name in ("%2e%2e%2fx", "..", "x" * 65, "%00"):
        async with cloud.session.put(f"{UPLOADS}/u1/{name}", data=b"x") as response:
            assert response.status in (400, 403, 405), name
    assert not [path for path in left(tmp_path) if path.is_file()]


def bulk(*parts):
    """Write parts as the desktop client does."""
    lines = []
    for headers, content in parts:
        lines.append(b"--frontier\r\n")
        told = {"Content-Length": len(content), **headers}
        lines += [f"{name}: {value}\r\n".encode() for name, value in told.items()]
        lines += [b"\r\n", content, b"\r\n"]
    return b"".join([*lines, b"--frontier--\r\n"])


def part(path, content, **headers):
    md5 = hashlib.md5(content, usedforsecurity=False).hexdigest()
    told = {"X-File-Path": path, "X-File-MD5": md5, "X-File-Mtime": 1700000000, **headers}
    return told, content


async def sent(cloud, body, status=200):
    media = 'multipart/related; boundary="frontier"'
    _, text = await cloud.ask("POST", "/remote.php/dav/bulk", status, body, Content_Type=media)
    return json.loads(text) if status == 200 else text


async def test_many_small_files_at_once(cloud):
    await cloud.ask("MKCOL", f"{FILES}/dé", 201)
    told = await sent(
        cloud, bulk(part("/a.txt", b"a"), part("/dé/b.txt", b"--frontier\r\n"), part("/c", b""))
    )
    assert set(told) == {"/a.txt", "/dé/b.txt", "/c"}
    for path, content in (("/a.txt", "a"), ("/dé/b.txt", "--frontier\r\n"), ("/c", "")):
        row = told[path]
        assert row["error"] is False
        headers, text = await cloud.ask("GET", FILES + path, 200)
        assert text == content
        assert headers["ETag"] == f'"{row["etag"]}"'
        assert headers["OC-FileId"] == row["fileid"]
        assert headers["Last-Modified"] == "Tue, 14 Nov 2023 22:13:20 GMT"
        assert row["permissions"] == "RGDNVW"


async def test_one_that_is_refused_leaves_the_others(cloud):
    wrong = {"X-File-MD5": "0" * 32}
    told = await sent(
        cloud, bulk(part("/a", b"a" * 9, **wrong), part("/no/where", b"b"), part("/c", b"c"))
    )
    assert [row["error"] for row in told.values()] == [True, True, False]
    assert "checksum" in told["/a"]["message"]
    await cloud.ask("GET", f"{FILES}/a", 404)
    await cloud.ask("GET", f"{FILES}/c", 200)


async def test_a_part_that_is_cut_off_is_no_file(cloud):
    told = await sent(cloud, bulk(part("/a", b"a"), part("/b", b"x", **{"Content-Length": "100"})))
    assert [row["error"] for row in told.values()] == [False, True]
    await cloud.ask("GET", f"{FILES}/b", 404)


@pytest.mark.parametrize(
    "body",
    [
        b"nothing of the kind",
        bulk(part("", b"x")),
        bulk(part("/a", b"x", **{"Content-Length": "many"})),
        b"--frontier\r\nno colon\r\n\r\n",
        b"--frontier\r\nX-File-Path: " + b"a" * 100_000,
    ],
)
async def test_a_body_that_makes_no_sense_is_refused(cloud, body):
    text = await sent(cloud, body, 400)
    assert "Exception\\BadRequest" in text
    await cloud.ask("GET", f"{FILES}/a", 404)
