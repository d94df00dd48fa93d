"""An archive in which any byte is another, or which ends anywhere, is refused with the place."""

import asyncio
import tempfile
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.export.importing import check
from server.export.manifest import HEAD, RECORD, ExportUnusable, Head, Wanted, encoded
from server.export.members import Member, header_of, read_header
from server.export.packing import Packing
from server.export.reading import Reading

NAMES = ("files/a.txt", "files/" + "long " * 60, "files/Été 🌞\n\\", "contents/ab/abab")
DATES = st.integers(0, 2**40)


def archive_of(contents, directories=("files", "files/Zoë")):
    async def whole():
        with tempfile.TemporaryFile() as sums:
            packing = Packing(sums)
            head = Head(version="1", domain="a", uuid="u", created_at="", wanted=Wanted())
            pieces = [packing.text(HEAD, encoded(head)), packing.text(RECORD, b'{"domain": "a"}')]
            pieces += [packing.directory(Member(name, 0, 5, True)) for name in directories]
            for name, content in contents:
                member = Member(name, len(content), 7)
                pieces += [one async for one in packing.member(member, in_pieces(content))]
            pieces += [one async for one in packing.ending([])]
            return b"".join(pieces)

    return asyncio.run(whole())


async def in_pieces(content):
    for start in range(0, len(content), 100):
        yield content[start : start + 100]


def checked(content):
    return check(BytesIO(content), lambda _: None)


ARCHIVE = archive_of([(name, name.encode() * 5) for name in NAMES])


def test_an_archive_as_it_was_written_is_taken():
    manifest = checked(ARCHIVE).manifest
    assert manifest.members == len(NAMES) + 2
    assert manifest.bytes > sum(len(name.encode()) * 5 for name in NAMES)


@given(st.integers(0, len(ARCHIVE) - 1), st.integers(1, 255))
def test_no_byte_can_be_another(place, change):
    other = bytearray(ARCHIVE)
    other[place] ^= change
    with pytest.raises(ExportUnusable) as refused:
        checked(bytes(other))
    assert str(refused.value)


def test_no_byte_of_all_can_be_another():
    for place in range(len(ARCHIVE)):
        other = bytearray(ARCHIVE)
        other[place] ^= 1 << place % 8
        with pytest.raises(ExportUnusable):
            checked(bytes(other))


@given(st.integers(0, len(ARCHIVE) - 1))
def test_it_can_end_nowhere_else(place):
    with pytest.raises(ExportUnusable) as refused:
        checked(ARCHIVE[:place])
    assert str(place) in str(refused.value)


@given(st.binary(min_size=1, max_size=1100))
def test_nothing_can_be_put_behind_it(more):
    with pytest.raises(ExportUnusable):
        checked(ARCHIVE + more)


@given(st.integers(0, len(ARCHIVE)), st.integers(0, len(ARCHIVE)))
def test_no_part_of_it_can_be_taken_out_or_come_twice(start, stop):
    other = ARCHIVE[:stop] + ARCHIVE[start:]
    if other == ARCHIVE:
        return
    with pytest.raises(ExportUnusable):
        checked(other)


@given(st.lists(st.tuples(st.sampled_from(NAMES), st.binary(max_size=2000)), max_size=6))
def test_what_is_read_is_what_was_written(contents):
    reading = Reading(BytesIO(archive_of(contents, directories=())))
    found = [(member.name, body.whole()) for member, body in reading.members()]
    reading.close()
    assert found[2:] == contents


@given(st.integers(0, len(ARCHIVE)))
def test_of_an_archive_that_was_cut_off_all_whole_members_are_found(place):
    cut = Reading(BytesIO(ARCHIVE[:place]))
    found = list(cut.whole_members())
    whole = Reading(BytesIO(ARCHIVE))
    assert found == list(whole.whole_members())[: len(found)]
    assert cut.sound.at <= place
    assert ARCHIVE.startswith(ARCHIVE[: cut.sound.at])
    cut.close()
    whole.close()


@given(
    st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), min_size=1),
    st.integers(0, 2**40),
    DATES,
)
def test_a_header_is_read_as_it_was_written(name, size, date):
    member = Member(f"files/{name}".rstrip("/"), size, date)
    assert read_header(BytesIO(header_of(member)).read) == member
