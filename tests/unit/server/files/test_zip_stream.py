import io
import zipfile
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from server.files.zip_stream import Member, zipped

NOON = datetime(2026, 11, 27, 12, 0, tzinfo=UTC)


async def pieces(*content):
    for piece in content:
        yield piece


async def archive_of(*members):
    async def each():
        for member in members:
            yield member

    return zipfile.ZipFile(io.BytesIO(b"".join([piece async for piece in zipped(each())])))


async def test_an_archive_holds_what_it_was_given():
    found = await archive_of(
        Member("a", NOON),
        Member("a/é 😀.txt", NOON, 6, pieces(b"abc", b"def")),
        Member("a/empty", NOON, 0, pieces()),
        Member("a/run", NOON, 1, pieces(b"x"), executable=True),
    )
    assert found.testzip() is None
    assert found.namelist() == ["a/", "a/é 😀.txt", "a/empty", "a/run"]
    assert found.read("a/é 😀.txt") == b"abcdef"
    assert found.getinfo("a/run").external_attr >> 16 & 0o777 == 0o755
    assert found.getinfo("a/").is_dir()
    assert found.getinfo("a/empty").date_time == (2026, 11, 27, 12, 0, 0)


async def test_large_members_have_64_bits_for_their_size():
    found = await archive_of(Member("large", NOON, 1 << 33, pieces(b"x" * 100)))
    assert found.read("large") == b"x" * 100
    assert found.getinfo("large").extract_version >= 45


async def test_dates_that_no_archive_can_hold_are_the_nearest_it_can():
    found = await archive_of(Member("old", datetime(1970, 1, 1, tzinfo=UTC), 0, pieces()))
    assert found.getinfo("old").date_time == (1980, 1, 1, 0, 0, 0)


@given(st.lists(st.binary(max_size=50), max_size=20))
async def test_however_it_comes_it_is_the_same(content):
    found = await archive_of(Member("x", NOON, 0, pieces(*content)))
    assert found.read("x") == b"".join(content)
