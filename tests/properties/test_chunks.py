"""Contents cut into chunks, and what two of them have in common."""

from hashlib import sha256
from io import FileIO
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from replication.chunks import recipe as recipes
from replication.chunks.chunk import Chunk, ChunkList, NoChunkList, packed, unpacked
from replication.chunks.cutting import LARGEST, SMALLEST, cut
from replication.chunks.difference import Part, difference, lacking, rest_of
from replication.chunks.streaming import cut_open, cut_stream

DATA = Random(7).randbytes(18 * LARGEST)
"""More than is cut at once, so that what is kept for the next time is seen."""

SPANS = st.tuples(st.integers(0, len(DATA)), st.integers(0, 2 * LARGEST))
FEW = settings(max_examples=8, deadline=None)


def pieces_of(data, size):
    return (data[at : at + size] for at in range(0, len(data), size))


def test_chunks_are_the_content_in_order_and_of_the_lengths_that_are_told():
    chunks, start = cut([DATA]), 0
    for chunk in chunks:
        assert sha256(DATA[start : start + chunk.size]).digest() == chunk.digest
        start += chunk.size
    assert start == len(DATA)
    assert all(SMALLEST <= chunk.size <= LARGEST for chunk in chunks[:-1])
    assert chunks[-1].size <= LARGEST


@pytest.mark.parametrize("size", [100_003, 7 * LARGEST + 1, 16 * LARGEST])
def test_how_a_content_comes_does_not_matter(size):
    assert cut(pieces_of(DATA, size)) == cut([DATA])


async def test_a_file_is_cut_as_what_comes_in_pieces(tmp_path):
    (tmp_path / "file").write_bytes(DATA)
    with FileIO(tmp_path / "file") as file:
        assert await cut_open(file) == cut([DATA])
    with FileIO(tmp_path / "file") as file:
        file.seek(5)
        assert await cut_open(file) == cut([DATA[5:]])

    async def coming():
        for piece in pieces_of(DATA, 300_007):
            yield piece

    assert await cut_stream(coming()) == cut([DATA])


@pytest.mark.parametrize("data", [b"", b"x", bytes(3 * LARGEST), b"ab" * LARGEST])
def test_contents_of_nothing_and_of_one_byte_and_of_no_variety_are_cut(data):
    assert sum(chunk.size for chunk in cut([data])) == len(data)


@FEW
@given(SPANS, st.binary(max_size=100))
def test_a_change_in_the_middle_changes_few_chunks(span, put_in):
    start, size = span
    changed = DATA[:start] + put_in + DATA[start + size :]
    parts = difference(cut([changed]), cut([DATA]))
    assert lacking(parts) <= 4 * LARGEST
    assert together(parts, changed) == changed


def together(parts, wanted):
    """Put a content together from DATA and, where that has no part of it, from itself."""
    found, place = [], 0
    for part in parts:
        source, start = (wanted, place) if part.start is None else (DATA, part.start)
        found.append(source[start : start + part.size])
        place += part.size
    return b"".join(found)


CHUNKS = st.lists(st.sampled_from([Chunk(bytes([n]) * 32, n + 1) for n in range(5)]), max_size=12)


def spelt(chunks):
    return b"".join(chunk.digest[:1] * chunk.size for chunk in chunks)


@given(CHUNKS, CHUNKS)
def test_what_is_taken_and_what_is_lacking_are_the_content(wanted, held):
    parts = difference(wanted, held)
    whole, other, place = spelt(wanted), spelt(held), 0
    for part in parts:
        assert part.size > 0
        if part.start is not None:
            assert other[part.start : part.start + part.size] == whole[place : place + part.size]
        place += part.size
    assert place == len(whole)
    assert lacking(parts) == sum(chunk.size for chunk in wanted if chunk not in held)


PARTS = st.lists(st.builds(Part, st.none() | st.integers(0, 50), st.integers(1, 9)), max_size=6)


@given(PARTS, st.integers(0, 60))
def test_the_rest_of_parts_is_what_follows_an_offset(parts, offset):
    def bytes_of(parts):
        return [
            None if part.start is None else part.start + n
            for part in parts
            for n in range(part.size)
        ]

    assert bytes_of(rest_of(parts, offset)) == bytes_of(parts)[offset:]
    assert all(part.size for part in rest_of(parts, offset))


@given(CHUNKS)
def test_a_list_is_read_as_it_was_packed(chunks):
    found = ChunkList(sha256(b"x").hexdigest(), chunks)
    assert unpacked(packed(found)) == found


@given(CHUNKS, st.binary(min_size=1, max_size=40))
def test_a_list_that_was_cut_off_or_has_more_behind_it_is_none(chunks, more):
    whole = packed(ChunkList(sha256(b"x").hexdigest(), chunks))
    for broken in (whole[: -len(more)], whole + more):
        try:
            read = unpacked(broken)
        except NoChunkList:
            continue
        assert read.size != sum(chunk.size for chunk in chunks) or len(more) % 36 == 0


@given(PARTS)
def test_a_recipe_is_read_as_it_was_packed(parts):
    recipe = recipes.recipe_of(recipes.Source("id", "0" * 64), parts)
    assert recipes.unpacked(recipes.packed(recipe)) == recipe
    assert recipe.size == sum(part.size for part in parts)
    assert recipe.sent == lacking(parts)


@given(st.binary(max_size=60))
def test_other_bytes_are_no_recipe(data):
    with pytest.raises(recipes.BadRecipe):
        recipes.unpacked(data)
