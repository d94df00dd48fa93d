"""Bodies of a bulk: however their bytes arrive, the same parts come out."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.nextcloud.bulk import MOST_HEADERS, Parts
from webdav.model.errors import BadRequest

BOUNDARY = b"frontier"
CONTENTS = st.lists(
    st.one_of(st.binary(max_size=40), st.sampled_from([b"\r\n", b"--frontier\r\n", b"\r\n\r\n"])),
    max_size=4,
)


def written(contents):
    lines = []
    for place, content in enumerate(contents):
        lines += [b"--frontier\r\n", f"X-File-Path: /é {place}\r\n".encode()]
        lines += [f"Content-Length:{len(content)}\r\n\r\n".encode(), content, b"\r\n"]
    return b"".join([*lines, b"--frontier--\r\n"])


async def pieces(body, cuts):
    start = 0
    for cut in sorted({cut % (len(body) + 1) for cut in cuts}):
        yield body[start:cut]
        start = cut
    yield body[start:]


async def read(body, cuts=()):
    parts, found = Parts(pieces(body, cuts), BOUNDARY), []
    while (headers := await parts.headers()) is not None:
        length = int(headers["content-length"])
        content = b"".join([piece async for piece in parts.content(length)])
        found.append((headers["x-file-path"], content))
    return found


@given(CONTENTS, st.lists(st.integers(0, 400), max_size=12))
async def test_parts_come_out_whole_wherever_the_body_is_cut(contents, cuts):
    expected = [(f"/é {place}", content) for place, content in enumerate(contents)]
    assert await read(written(contents), cuts) == expected


@given(CONTENTS.filter(bool), st.data())
async def test_a_body_that_ends_too_early_has_no_part_that_is_not_whole(contents, data):
    body = written(contents)
    end = data.draw(st.integers(1, len(body) - len(b"\r\n--frontier--\r\n") - 1))
    try:
        found = await read(body[:end])
    except BadRequest:
        return
    assert len(found) < len(contents)  # it ends between two of them
    assert found == (await read(body))[: len(found)]


async def test_headers_have_an_end():
    with pytest.raises(BadRequest):
        await read(b"--frontier\r\nX-File-Path: " + b"a" * (MOST_HEADERS + 1))
