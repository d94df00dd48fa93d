import pytest
from hypothesis import given
from hypothesis import strategies as st

from webdav.model.errors import BadRequest, NotFound
from webdav.model.path import href, is_within, parse_path

SEGMENTS = st.text(
    st.characters(exclude_characters="/\0", exclude_categories=["Cs"]), min_size=1
).filter(lambda text: text not in {".", ".."})


@given(st.lists(SEGMENTS, max_size=5).map(tuple), st.booleans())
def test_href_reads_back_as_the_path(path, is_collection):
    assert parse_path(href("/dav/files", path, is_collection=is_collection), "/dav/files") == path


@given(SEGMENTS)
def test_href_needs_no_escape_in_xml_or_html(segment):
    assert not set(href("", (segment,), is_collection=False)) & set("&<>\"' +#?")


@pytest.mark.parametrize(
    ("raw", "path"),
    [
        ("/dav/files", ()),
        ("/dav/files/", ()),
        ("/dav/files/a/b/", ("a", "b")),
        ("/dav/files//a", ("a",)),
        ("/dav/files/a?b=/c", ("a",)),
        ("/dav/files/a%20%c3%a9%25", ("a é%",)),
        ("/dav/files/a+b", ("a+b",)),
        ("/%64av/files/a", ("a",)),
        ("/dav/files/caf%e9", ("café",)),
        ("/dav/files/100%", ("100%",)),
        ("/dav/files/...", ("...",)),
    ],
)
def test_parse_path_decodes_once(raw, path):
    assert parse_path(raw, "/dav/files") == path


@pytest.mark.parametrize(
    "raw",
    ["/dav/files/../a", "/dav/files/a/%2e%2E/b", "/dav/files/./a", "/dav/files/a%2fb",
     "/dav/files/a%2Fb", "/dav/files/a%00", "/dav/files/a\0", "/dav/files/a#b"],
)  # fmt: skip
def test_parse_path_refuses_what_has_two_readings(raw):
    with pytest.raises(BadRequest):
        parse_path(raw, "/dav/files")


@pytest.mark.parametrize("raw", ["/", "/dav", "/dav/filesystem", "/other/files/a"])
def test_parse_path_outside_the_mount_is_not_found(raw):
    with pytest.raises(NotFound):
        parse_path(raw, "/dav/files")


def test_is_within_counts_whole_segments():
    assert is_within(("a", "b"), ("a",))
    assert is_within(("a",), ("a",))
    assert is_within(("a",), ())
    assert not is_within(("ab",), ("a",))
    assert not is_within((), ("a",))
