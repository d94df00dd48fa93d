"""Answers in sabre's words: the prefix that is read by letter, and refusals."""

from http import HTTPStatus
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.nextcloud.dialect import in_dialect, renamed, sabre_error
from webdav.message import TEXT_TYPE, XML_TYPE, DavResponse
from webdav.wire.multistatus import multistatus, property_row
from webdav.wire.xml import text_element


async def rows(*texts):
    for text in texts:
        yield [text]


async def whole(response):
    return b"".join([piece async for piece in response.body])


@given(st.text(max_size=20))
async def test_only_the_prefix_changes(text):
    found = text_element("{DAV:}displayname", text) + text_element("{urn:x}dead", f"<D:{text}")
    row = property_row("/a", found, "")
    plain = await whole(multistatus(rows(row, row)))
    other = await whole(in_dialect(multistatus(rows(row, row))))
    assert b"<D:" not in other
    assert b"xmlns:D" not in other
    assert ET.canonicalize(plain, rewrite_prefixes=True) == ET.canonicalize(
        other, rewrite_prefixes=True
    )


def test_a_refusal_keeps_its_precondition():
    body = (
        b'<?xml version="1.0" encoding="utf-8"?>\n<D:error xmlns:D="DAV:">'
        b"<D:lock-token-submitted><D:href>/a</D:href></D:lock-token-submitted></D:error>"
    )
    told = in_dialect(DavResponse(HTTPStatus.LOCKED, {"Content-Type": XML_TYPE}, body))
    root = ET.fromstring(told.body)
    assert root.findtext("{http://sabredav.org/ns}exception") == "Sabre\\DAV\\Exception\\Locked"
    assert root.findtext("{DAV:}lock-token-submitted/{DAV:}href") == "/a"
    assert told.body.count(b"<d:error ") == 1


def test_a_sentence_becomes_the_message():
    headers = {"Content-Type": TEXT_TYPE, "Allow": "GET"}
    told = in_dialect(DavResponse(HTTPStatus.METHOD_NOT_ALLOWED, headers, b"not <this>\n"))
    assert told.headers == {"Content-Type": XML_TYPE, "Allow": "GET"}
    assert ET.fromstring(told.body).findtext("{http://sabredav.org/ns}message") == "not <this>"


@pytest.mark.parametrize("status", [200, 201, 204, 304])
def test_what_succeeds_stays_as_it_is(status):
    response = DavResponse(HTTPStatus(status), {}, b"<D:content/>")
    assert in_dialect(response) is response


def test_a_status_that_sabre_has_no_name_for():
    assert b"<s:exception>Sabre\\DAV\\Exception</s:exception>" in sabre_error(418, "tea")


def test_text_is_left_alone():
    assert renamed(b"<D:a>&lt;D:b> xmlns:d</D:a>") == b"<d:a>&lt;D:b> xmlns:d</d:a>"
