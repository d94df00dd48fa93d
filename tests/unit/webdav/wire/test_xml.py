import pytest
from defusedxml.ElementTree import fromstring
from hypothesis import given
from hypothesis import strategies as st

from webdav.model.errors import BadRequest, TooLarge
from webdav.wire.xml import (
    MAX_BODY,
    empty_element,
    escape,
    expect_root,
    parse_xml,
    read_xml,
    split_name,
    text_element,
)

BOMB = b'<!DOCTYPE a [<!ENTITY b "bbbb"><!ENTITY c "&b;&b;">]><a>&c;</a>'
DISCLOSURE = b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>'


@pytest.mark.parametrize(
    "text",
    [BOMB, DISCLOSURE, b"<!DOCTYPE a><a/>", b"<a>", b"no xml", b"<a/><b/>", b"<a>\0</a>",
     b'<a xmlns:b=""/>', b"<b:a/>", b"\xff\xfe<", b'<?xml version="1.0" encoding="x-none"?><a/>'],
)  # fmt: skip
def test_xml_that_is_broken_or_has_a_dtd_is_refused(text):
    with pytest.raises(BadRequest):
        parse_xml(text)


def test_no_xml_is_none():
    assert parse_xml(b" \r\n") is None


async def body(*pieces):
    for piece in pieces:
        yield piece


async def test_xml_is_read_from_pieces():
    assert (await read_xml(body(b"<a>", b"", b"</a>"))).tag == "a"


async def test_xml_is_not_read_beyond_the_limit():
    with pytest.raises(TooLarge):
        await read_xml(body(b"<a>", b" " * MAX_BODY, b"</a>"))


def test_root_of_another_name_is_refused():
    root = parse_xml(b"<a/>")
    assert expect_root(root, "a") is root
    for other in (root, None):
        with pytest.raises(BadRequest):
            expect_root(other, "b")


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"])))
def test_escaped_text_reads_back(text):
    text = text.replace("\ufffe", "").replace("\uffff", "")
    assert (fromstring(f"<a>{escape(text)}</a>").text or "") == text
    assert fromstring(f'<a b="{escape(text)}"/>').get("b") == text


@given(st.text())
def test_escaped_text_is_always_well_formed(text):
    fromstring(f"<a>{escape(text)}</a>".encode())


@pytest.mark.parametrize("name", ["{DAV:}a", "{http://example.org/?a&b}a", "a"])
def test_elements_keep_their_names(name):
    xml = f'<D:x xmlns:D="DAV:">{empty_element(name)}{text_element(name, "1<2")}</D:x>'
    assert [(child.tag, child.text) for child in fromstring(xml)] == [(name, None), (name, "1<2")]


def test_split_name_takes_the_namespace_off():
    assert split_name("{DAV:}a") == ("DAV:", "a")
    assert split_name("a") == ("", "a")
