"""The order of chunks, and what a crash leaves of one."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.at_rest.transit import InTheClear
from server.nextcloud.chunks import FOLDER, Chunk, ChunkedUploads

NAMES = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=10)


def chunk(name):
    return Chunk(name, 1, datetime(2026, 1, 1, tzinfo=UTC))


@given(st.lists(st.integers(0, 10**15), unique=True), st.integers(1, 16))
def test_numbers_stand_in_their_order_however_they_are_padded(numbers, width):
    names = [f"{number:0{width}}" for number in numbers]
    ordered = sorted((chunk(name) for name in names), key=lambda one: one.place)
    assert [int(one.name) for one in ordered] == sorted(numbers)


async def body(*pieces):
    for piece in pieces:
        if piece is None:
            raise ConnectionResetError
        yield piece


async def kept(uploads, name, *pieces):
    path = await uploads.keep("u", name, body(*pieces))
    await uploads.name("u", name, path)


@given(st.lists(NAMES, min_size=1, max_size=4, unique=True))
async def test_any_name_comes_back_as_it_was(tmp_path_factory, names):
    uploads = ChunkedUploads(tmp_path_factory.mktemp("home"), "", InTheClear())
    assert await uploads.begin("u")
    for name in names:
        await kept(uploads, name, name.encode("utf-8"))
    found = await uploads.chunks("u")
    assert {one.name for one in found} == set(names)
    whole = b"".join([piece async for piece in uploads.read("u", found)])
    assert whole == b"".join(one.name.encode() for one in found)


async def test_what_was_not_named_is_no_chunk(tmp_path):
    uploads = ChunkedUploads(tmp_path, "", InTheClear())
    await uploads.begin("u")
    await uploads.keep("u", "1", body(b"whole, but not named yet"))
    with pytest.raises(ConnectionResetError):
        await uploads.keep("u", "2", body(b"half", None))
    assert await uploads.chunks("u") == []
    await kept(uploads, "1", b"once")
    await kept(uploads, "1", b"again")
    (one,) = await uploads.chunks("u")
    assert one.size == len(b"again")
    await uploads.end("u")
    assert await uploads.chunks("u") is None
    assert list((tmp_path / FOLDER).iterdir()) == []


async def test_callers_have_uploads_of_their_own(tmp_path):
    await ChunkedUploads(tmp_path, "a", InTheClear()).begin("u")
    assert await ChunkedUploads(tmp_path, "b", InTheClear()).chunks("u") is None
    assert not await ChunkedUploads(tmp_path, "a", InTheClear()).begin("u")
