"""Partial updates, as miquels/webdavfs and davfs forks send them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

TYPE = "application/x-sabredav-partialupdate"


@pytest.fixture
async def file(dav):
    await dav("PUT", "/a", b"0123456789")
    return dav


async def patch(dav, where, body, **headers):
    return await dav("PATCH", "/a", body, content_type=TYPE, x_update_range=where, **headers)


@pytest.mark.parametrize(
    ("where", "body", "expected"),
    [
        ("bytes=2-4", b"abc", b"01abc56789"),
        ("bytes=8-", b"abcd", b"01234567abcd"),
        ("bytes=-3", b"a", b"0123456a89"),
        ("bytes=-30", b"a", b"a123456789"),
        ("append", b"ab", b"0123456789ab"),
        ("bytes=12-13", b"ab", b"0123456789\0\0ab"),
        ("BYTES = 0-0", b"a", b"a123456789"),
        ("append", b"", b"0123456789"),
    ],
)
async def test_bytes_go_where_they_are_said_to(file, where, body, expected):
    answer = await patch(file, where, body)
    assert answer.status == 204
    assert answer.headers["ETag"] == (await file("HEAD", "/a")).headers["ETag"]
    assert (await file("GET", "/a")).body == expected


@pytest.mark.parametrize(
    ("where", "body", "status"),
    [
        ("bytes=2-4", b"ab", 416),
        ("bytes=4-2", b"ab", 416),
        ("bytes=999999999999-", b"a", 416),
        ("bytes=a-", b"a", 400),
        ("items=1-2", b"ab", 400),
        ("", b"ab", 400),
    ],
)
async def test_range_that_does_not_fit_changes_nothing(file, where, body, status):
    assert (await patch(file, where, body)).status == status
    assert (await file("GET", "/a")).body == b"0123456789"


async def test_other_patches_are_not_understood(file):
    answer = await file("PATCH", "/a", b"x", content_type="application/json-patch+json")
    assert (answer.status, answer.headers["Accept-Patch"]) == (415, TYPE)
    answer = await file("PATCH", "/a", b"x", content_type=TYPE, transfer_encoding="chunked")
    assert answer.status == 411
    assert (await file("PATCH", "/none", b"x", content_type=TYPE)).status == 404
    await file("MKCOL", "/c")
    assert (await file("PATCH", "/c", b"x", content_type=TYPE)).status == 405


async def test_patch_obeys_conditions_locks_and_lengths(file):
    assert (await patch(file, "append", b"x", if_match='"other"')).status == 412
    assert (await patch(file, "append", b"x", cut_off=True)).status == 400
    assert (await patch(file, "append", [b"x"], content_length="2")).status == 400
    assert (await patch(file, "append", b"x", oc_checksum="MD5:" + "0" * 32)).status == 400
    lock = (
        b'<a:lockinfo xmlns:a="DAV:"><a:lockscope><a:exclusive/></a:lockscope>'
        b"<a:locktype><a:write/></a:locktype></a:lockinfo>"
    )
    token = (await file("LOCK", "/a", lock)).headers["Lock-Token"]
    assert (await patch(file, "append", b"x")).status == 423
    assert (await file("GET", "/a")).body == b"0123456789"
    assert (await patch(file, "append", b"x", if_=f"({token})")).status == 423
    assert (await patch(file, "append", b"x", **{"if": f"({token})"})).status == 204


async def test_write_between_is_not_lost(file):
    """A patch is of the content that it was made against, or of none."""

    async def body():
        await file("PUT", "/a", b"other")
        yield b"x"

    headers = {"content_type": TYPE, "x_update_range": "append", "content_length": "1"}
    assert (await file.stream("PATCH", "/a", body(), **headers)).status == 503
    assert (await file("GET", "/a")).body == b"other"


@given(old=st.binary(max_size=40), new=st.binary(max_size=40), start=st.integers(0, 60))
async def test_patch_is_what_a_write_to_a_local_file_does(new_dav, old, new, start):
    dav = new_dav()
    await dav("PUT", "/a", old)
    assert (await patch(dav, f"bytes={start}-", new)).status == 204
    expected = bytearray(old.ljust(start, b"\0"))
    expected[start : start + len(new)] = new
    assert (await dav("GET", "/a")).body == bytes(expected)
