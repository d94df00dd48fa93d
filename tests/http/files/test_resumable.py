"""Resumable uploads: piece by piece, over broken connections, to a file that is whole or none."""

import asyncio
from base64 import b64encode
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server import keys
from server.files.resumable.headers import TusRefused, checksum_of, metadata_of
from tests.support.devices import APP_PASSWORD, app_password, basic_of
from tests.support.files import Drive
from tests.support.house import house

TUS = {"Tus-Resumable": "1.0.0"}
PIECE = {**TUS, "Content-Type": "application/offset+octet-stream"}
CONTENT = bytes(range(256)) * 400
LENGTH = len(CONTENT)


@pytest.fixture
async def home(tmp_path):
    async with house(tmp_path) as running:
        yield running


def metadata(**told):
    pairs = (f"{name} {b64encode(value.encode()).decode()}" for name, value in told.items())
    return {"Upload-Metadata": ",".join(pairs)}


async def begun(session, length=LENGTH, status=201, headers=None, **told):
    sent = {**TUS, "Upload-Length": str(length), **metadata(**told), **(headers or {})}
    async with session.post("/files/uploads", headers=sent) as response:
        assert response.status == status, await response.text()
        assert response.headers["Tus-Resumable"] == "1.0.0"
        return response.headers.get("Location")


async def piece(session, place, offset, data, status=204, **headers):
    sent = {**PIECE, "Upload-Offset": str(offset), **headers}
    async with session.patch(place, data=data, headers=sent) as response:
        assert response.status == status, await response.text()
        return response.headers


async def stands_at(session, place):
    async with session.head(place, headers=TUS) as response:
        assert response.status == 200
        return int(response.headers["Upload-Offset"])


async def test_pieces_become_one_file_with_what_was_said_of_it(home):
    drive = Drive(home.owner)
    folder = await drive.directory("dir")
    said = {"filename": "é.bin", "dir_id": folder["id"], "updated_at": "2021-01-02T03:04:05Z"}
    place = await begun(home.owner, **said)
    for start in range(0, len(CONTENT), 40_000):
        assert await stands_at(home.owner, place) == start
        await drive.at("/dir/é.bin", 404)
        headers = await piece(home.owner, place, start, CONTENT[start : start + 40_000])
    told = (await drive.at("/dir/é.bin"))["data"]
    assert headers["Foyer-File-Id"] == told["id"]
    assert told["attributes"]["updated_at"] == "2021-01-02T03:04:05Z"
    assert (await drive.bytes_of(f"/files/download/{told['id']}"))[0] == CONTENT
    again = await piece(home.owner, place, len(CONTENT), b"")
    assert again["Foyer-File-Id"] == told["id"]


async def test_what_came_before_a_broken_connection_is_kept(home):
    place = await begun(home.owner, filename="a.bin")

    async def broken():
        yield CONTENT[:50_000]
        await asyncio.sleep(0.2)
        raise ConnectionError

    with pytest.raises(Exception):  # noqa: B017  # whichever way the client sees it
        await piece(home.owner, place, 0, broken())
    async with asyncio.timeout(5):
        while (offset := await stands_at(home.owner, place)) == 0:  # noqa: ASYNC110
            await asyncio.sleep(0.05)
    assert 0 < offset <= 50_000
    await piece(home.owner, place, offset, CONTENT[offset:])
    told = await Drive(home.owner).at("/a.bin")
    assert told["data"]["attributes"]["size"] == str(len(CONTENT))


async def test_new_content_for_a_file_that_is_there(home):
    drive = Drive(home.owner)
    file = await drive.upload("a.bin", b"old")
    place = await begun(home.owner, length=3, file_id=file["id"])
    await piece(home.owner, place, 0, b"new")
    told = await drive.get(file["id"])
    assert len(told["included"]) == 1
    assert (await drive.bytes_of(f"/files/download/{file['id']}"))[0] == b"new"


async def test_new_content_for_the_revision_that_was_seen_and_no_other(home):
    drive = Drive(home.owner)
    file = await drive.upload("a.bin", b"old")
    seen = {"file_id": file["id"], "revision": file["meta"]["rev"]}
    place = await begun(home.owner, length=3, **seen)
    late = await begun(home.owner, length=4, **seen)
    await piece(home.owner, place, 0, b"new")
    await begun(home.owner, length=4, status=412, **seen)
    await piece(home.owner, late, 0, b"late", 412)
    assert (await drive.bytes_of(f"/files/download/{file['id']}"))[0] == b"new"
    same = await begun(home.owner, length=3, file_id=file["id"])
    await piece(home.owner, same, 0, b"new")
    await begun(home.owner, length=3, status=412, file_id=file["id"], revision="none")


async def test_the_whole_is_held_to_its_digest(home):
    digest = sha256(b"abc").hexdigest()
    place = await begun(home.owner, length=3, filename="a.bin", sha256=digest)
    await piece(home.owner, place, 0, b"abd", 460)
    async with home.owner.head(place, headers=TUS) as response:
        assert response.status == 404
    place = await begun(home.owner, length=3, filename="a.bin", sha256=digest.upper())
    await piece(home.owner, place, 0, b"abc")


async def test_a_piece_is_held_to_its_checksum(home):
    place = await begun(home.owner, length=6, filename="a.bin")
    right = "sha256 " + b64encode(sha256(b"abc").digest()).decode()
    await piece(home.owner, place, 0, b"abd", 460, **{"Upload-Checksum": right})
    assert await stands_at(home.owner, place) == 0
    await piece(home.owner, place, 0, b"abc", **{"Upload-Checksum": right})
    assert await stands_at(home.owner, place) == 3
    await piece(home.owner, place, 3, b"def", 400, **{"Upload-Checksum": "crc32 AAAA"})


async def test_what_does_not_fit_changes_nothing(home):
    place = await begun(home.owner, length=3, filename="a.bin")
    await piece(home.owner, place, 1, b"x", 409)
    await piece(home.owner, place, 0, b"long", 413)
    await piece(home.owner, place, 0, b"abc", 415, **{"Content-Type": "text/plain"})
    await piece(home.owner, place, 0, b"abc", 412, **{"Tus-Resumable": "0.2"})
    assert await stands_at(home.owner, place) == 0
    await Drive(home.owner).upload("taken")
    await begun(home.owner, status=409, filename="taken")
    await begun(home.owner, status=400)
    await begun(home.owner, status=404, filename="x", dir_id="nowhere")
    await begun(home.owner, length=1 << 55, status=413, filename="x")
    for headers in ({"Upload-Length": "-1"}, {"Upload-Length": "x"}, {"Upload-Metadata": "a !"}):
        await begun(home.owner, status=400, headers=headers, filename="x")


async def test_uploads_belong_to_who_began_them_and_end_when_told(home):
    await app_password(home.app, "io.cozy.files")
    place = await begun(home.owner, filename="a.bin")
    shown = {**TUS, **basic_of(APP_PASSWORD)}
    async with home.anybody.head(place, headers=shown) as response:
        assert response.status == 404
    async with home.anybody.delete(place, headers=shown) as response:
        assert response.status == 404
    async with home.owner.delete(place, headers=TUS) as response:
        assert response.status == 204
    async with home.owner.head(place, headers=TUS) as response:
        assert response.status == 404
    async with home.app[keys.INSTANCES].borrow("localhost") as instance:
        assert list((instance.folder / "uploads").iterdir()) == []


async def test_a_quota_is_asked_before_a_byte_is_sent(home):
    async with home.app[keys.INSTANCES].borrow("localhost") as instance:
        instance.files.quota = 100
        await begun(home.owner, length=101, status=413, filename="a.bin")
        await begun(home.owner, length=100, filename="a.bin")


async def test_anybody_may_ask_what_is_spoken(home):
    async with home.anybody.options("/files/uploads") as response:
        assert response.status == 204
        assert "creation" in response.headers["Tus-Extension"]


@given(st.dictionaries(st.from_regex(r"[a-z]{1,8}", fullmatch=True), st.text(), max_size=4))
def test_metadata_is_read_as_it_was_written(told):
    assert metadata_of(metadata(**told)) == told


@given(st.text(), st.text())
def test_headers_of_any_kind_are_read_or_refused(one, other):
    for read in (metadata_of, checksum_of):
        try:
            read({"Upload-Metadata": one, "Upload-Checksum": other})
        except TusRefused as refused:
            assert refused.status == 400  # noqa: PT017
