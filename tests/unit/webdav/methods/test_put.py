import hashlib

import pytest

from webdav.handler import DavHandler
from webdav.message import DavRequest


async def test_put_makes_a_file_and_then_replaces_it(dav):
    made = await dav("PUT", "/a.txt", b"one")
    replaced = await dav("PUT", "/a.txt", [b"tw", b"", b"o"])
    assert (made.status, replaced.status) == (201, 204)
    assert await dav.tree() == {"/a.txt": b"two"}
    assert made.headers["ETag"] != replaced.headers["ETag"] == replaced.headers["OC-ETag"]
    assert made.headers["OC-FileId"] == replaced.headers["OC-FileId"]


async def test_tags_are_the_same_in_every_answer(dav):
    put = await dav("PUT", "/a", b"one")
    listed = (await dav("PROPFIND", "/a", Depth="0")).rows()["/dav/files/a"][200]
    got = await dav("GET", "/a")
    assert put.headers["ETag"] == got.headers["ETag"] == listed["{DAV:}getetag"].text


@pytest.mark.parametrize("path", ["/missing/a", "/file/a", "/missing/b/c"])
async def test_put_below_no_collection_is_409(dav, path):
    await dav("PUT", "/file", b"x")
    assert (await dav("PUT", path, b"y")).status == 409
    assert await dav.tree() == {"/file": b"x"}


async def test_put_over_a_collection_is_405(dav):
    await dav("MKCOL", "/c")
    answer = await dav("PUT", "/c", b"x")
    assert answer.status == 405
    assert "PROPFIND" in answer.headers["Allow"]
    assert (await dav("PUT", "/", b"x")).status == 405


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        ([b"half"], {"content_length": "8", "cut_off": True}),
        ([b"half"], {"content_length": "8"}),
        ([b"too", b"much"], {"content_length": "3"}),
        ([b"half"], {"transfer_encoding": "chunked", "cut_off": True}),
        ([b"half"], {"transfer_encoding": "chunked", "x_expected_entity_length": "8"}),
        ([b"body"], {"content_length": "many"}),
        ([b"body"], {"content_range": "bytes 0-3/8"}),
    ],
)
@pytest.mark.parametrize("path", ["/old", "/new"])
async def test_put_that_is_not_whole_changes_nothing(dav, path, body, headers):
    await dav("PUT", "/old", b"old content")
    assert (await dav("PUT", path, body, **headers)).status == 400
    assert await dav.tree() == {"/old": b"old content"}


async def test_put_in_chunks_needs_no_length(dav):
    assert (await dav("PUT", "/a", [b"a", b"b"], transfer_encoding="chunked")).status == 201
    assert (
        await dav("PUT", "/b", [b"ab"], transfer_encoding="chunked", x_expected_entity_length="2")
    ).status == 201
    assert await dav.tree() == {"/a": b"ab", "/b": b"ab"}


@pytest.mark.parametrize("path", ["/old", "/new"])
async def test_put_with_a_wrong_checksum_changes_nothing(dav, path):
    await dav("PUT", "/old", b"old content")
    wrong = f"SHA1:{hashlib.sha1(b'other').hexdigest()}"
    assert (await dav("PUT", path, b"content", OC_Checksum=wrong)).status == 400
    assert (await dav("PUT", path, b"content", OC_Checksum="SHA1:zz")).status == 400
    assert await dav.tree() == {"/old": b"old content"}
    right = f"SHA1:{hashlib.sha1(b'content').hexdigest()}"
    assert (await dav("PUT", path, b"content", OC_Checksum=right)).status in {201, 204}


async def test_put_of_a_coded_body_is_415(dav):
    assert (await dav("PUT", "/a", b"x", Content_Encoding="gzip")).status == 415
    assert (await dav("PUT", "/a", b"x", Content_Encoding="identity")).status == 201


async def test_put_checks_what_the_client_believes(dav):
    etag = (await dav("PUT", "/a", b"one")).headers["ETag"]
    assert (await dav("PUT", "/a", b"two", If_Match='"wrong"')).status == 412
    assert (await dav("PUT", "/a", b"two", If_None_Match="*")).status == 412
    assert (await dav("PUT", "/b", b"two", If_Match="*")).status == 412
    assert await dav.tree() == {"/a": b"one"}
    assert (await dav("PUT", "/a", b"two", If_Match=etag)).status == 204
    assert (await dav("PUT", "/b", b"two", If_None_Match="*")).status == 201


async def test_put_is_refused_before_a_byte_is_read(dav):
    await dav("PUT", "/a", b"one")

    async def untouchable():
        raise AssertionError("the body was read")
        yield b""

    request = DavRequest("PUT", "/a", {"if-none-match": "*"}, untouchable())
    assert (await DavHandler(dav.backend).handle(request)).status == 412


@pytest.mark.parametrize("condition", [{"if_none_match": "*"}, {"if_match": '"{etag}"'}])
async def test_put_checks_again_when_the_bytes_are_there(dav, condition):
    """Another client writes while the body streams: the later commit must not win."""
    path = "/new"
    if "if_match" in condition:
        etag = (await dav("PUT", path, b"base")).headers["ETag"]
        condition = {"if-match": etag}

    async def slow_body():
        yield b"mine"
        assert (await dav("PUT", path, b"theirs")).status in {201, 204}

    headers = {name.replace("_", "-"): value for name, value in condition.items()}
    request = DavRequest("PUT", path, {"content-length": "4", **headers}, slow_body())
    assert (await DavHandler(dav.backend).handle(request)).status == 412
    assert (await dav.tree())[path] == b"theirs"


async def test_put_keeps_the_time_it_is_told(dav):
    answer = await dav("PUT", "/a", b"x", X_OC_Mtime="784111777")
    assert answer.headers["X-OC-MTime"] == "accepted"
    assert answer.headers["Last-Modified"] == "Sun, 06 Nov 1994 08:49:37 GMT"
    assert "X-OC-MTime" not in (await dav("PUT", "/a", b"y")).headers
