from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webdav.model.errors import RangeUnsatisfiable
from webdav.model.resource import Resource
from webdav.wire.ranges import is_range_current, parse_range


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (None, None),
        ("bytes=0-", (0, 10)),
        ("bytes=2-4", (2, 5)),
        ("bytes=2-99", (2, 10)),
        ("bytes=9-9", (9, 10)),
        ("bytes=-3", (7, 10)),
        ("bytes=-30", (0, 10)),
        ("Bytes = 1 - 2", (1, 3)),
        ("bytes=4-2", None),
        ("bytes=-", None),
        ("bytes=0-1,3-4", None),
        ("lines=1-2", None),
        ("bytes=a-b", None),
    ],
)
def test_range_of_ten_bytes(text, expected):
    assert parse_range(text, 10) == expected


@pytest.mark.parametrize("text", ["bytes=10-", "bytes=10-12", "bytes=-0"])
def test_range_behind_the_end_tells_the_size(text):
    with pytest.raises(RangeUnsatisfiable) as refusal:
        parse_range(text, 10)
    assert refusal.value.headers == {"Content-Range": "bytes */10"}


@given(st.integers(0, 50), st.integers(0, 50), st.integers(1, 40))
def test_range_cuts_out_what_it_names(first, last, size):
    content = bytes(range(size))
    try:
        part = parse_range(f"bytes={first}-{last}", size)
    except RangeUnsatisfiable:
        assert first >= size
    else:
        if part is not None:
            assert content[slice(*part)] == content[first : last + 1] != b""


def test_if_range_holds_for_the_same_tag_or_date():
    modified = datetime(2026, 11, 23, 12, tzinfo=UTC)
    found = Resource("a", "1", False, '"now"', 3, modified, modified, "")
    assert is_range_current(None, found)
    assert is_range_current('"now"', found)
    assert is_range_current("Mon, 23 Nov 2026 12:00:00 GMT", found)
    assert not is_range_current('"old"', found)
    assert not is_range_current('W/"now"', found)
    assert not is_range_current("Mon, 23 Nov 2026 12:00:01 GMT", found)
    assert not is_range_current("now", found)
