import asyncio

import pytest
from aiohttp.base_protocol import BaseProtocol
from aiohttp.http_exceptions import HttpProcessingError
from aiohttp.http_parser import HttpRequestParser
from hypothesis import given
from hypothesis import strategies as st

from server.http.plain_request import LONGEST_BODY, PlainRequest, body_to_come, read_plain

HEADERS = st.sampled_from(
    [
        b"Content-Length: 0",
        b"Authorization: Basic YTpi",
        b"Content-Type: application/json",
        b"Content-Length: 7",
        b"content-length:7",
        b"Content-Length: 70000",
        b"Content-Length : 7",
        b"Transfer-Encoding: chunked",
        b"Expect: 100-continue",
        b"Connection: keep-alive",
        b"Connection: close",
        b"If-Match: 1-a",
        b"If-None-Match: 1-a",
        b"X-Odd: caf\xc3\xa9",
        b"Accept:  */* ",
    ]
)
LINES = st.sampled_from(
    [
        b"GET /db/doc HTTP/1.1",
        b"PUT /db/doc HTTP/1.1",
        b"PUT /couchdb/a%2Fb/d.o-c_~9 HTTP/1.1",
        b"GET /db/doc?rev=1-a HTTP/1.1",
        b"GET /db/_design/x HTTP/1.1",
        b"GET /db/_design/x/_view/y HTTP/1.1",
        b"GET /db/_design/x/_view/y?startkey=%5B%221%22%5D&limit=2 HTTP/1.1",
        b"GET /db/_design/x/_view/y? HTTP/1.1",
        b"GET /db/_design/x/_view/y?a#b HTTP/1.1",
        b"GET /db/_design/x%2Fy/_view/y HTTP/1.1",
        b"POST /db/_design/x/_view/y?limit=1 HTTP/1.1",
        b"POST /db/_find HTTP/1.1",
        b"GET /db/a/../b HTTP/1.1",
        b"GET //db/doc HTTP/1.1",
        b"GET /db/do%63 HTTP/1.1",
        b"GET http://localhost/db/doc HTTP/1.1",
        b"GET /db/doc HTTP/1.0",
        b"POST /db/doc HTTP/1.1",
        b"DELETE /db/doc HTTP/1.1",
    ]
)
BODIES = st.sampled_from([b"", b'{"a":1}', b'{"a":1}GET /db/other HTTP/1.1\r\n\r\n'])
REQUESTS = st.builds(
    lambda line, headers, body: b"\r\n".join([line, b"Host: x", *headers, b"", body]),
    LINES,
    st.lists(HEADERS, max_size=5),
    BODIES,
)


def by_aiohttp(data):
    """Read the first request as aiohttp does; None for what it refuses."""
    loop = asyncio.new_event_loop()
    try:
        parser = HttpRequestParser(BaseProtocol(loop), loop, 2**16)
        messages, upgraded, tail = parser.feed_data(data)
    except HttpProcessingError:
        return None
    finally:
        loop.close()
    if not messages or upgraded or tail:
        return None
    return messages


@given(REQUESTS)
def test_what_is_plain_is_one_request_to_aiohttp_too(data):
    asked = read_plain(data)
    if asked is None or asked.missing or not asked.is_repeatable:
        return
    messages = by_aiohttp(data)
    if messages is None:  # and so never answered, nor learned from
        return
    [(message, payload)] = messages
    assert (message.method, message.path) == (
        asked.method,
        asked.folder.decode() + asked.name,
    )
    assert payload.is_eof()
    assert b"".join(getattr(payload, "_buffer", ())) == asked.body
    assert not message.should_close
    assert not message.chunked


@given(REQUESTS)
def test_where_a_body_ends_is_known_or_not_told(data):
    to_come = body_to_come(data)
    messages = by_aiohttp(data)
    if to_come is None or messages is None:
        return
    [(_, payload)] = messages
    assert payload.is_eof() == (to_come == 0)


def test_a_body_may_be_on_its_way():
    data = b'PUT /db/doc HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\nAccept: */*\r\n\r\n{"a":'
    asked = read_plain(data)
    head = b"\r\nHost: x\r\nAccept: */*"
    assert asked == PlainRequest("PUT", b"/db/", "doc", head, b'{"a":', missing=4)
    assert asked.is_repeatable
    assert body_to_come(data) == 4
    assert LONGEST_BODY < 10**5  # the digits that a length is read with


def test_a_head_that_says_something_of_the_document_is_not_repeated():
    for line in (b"If-Match: 1-a", b"If-None-Match: 1-a", b"Range: bytes=0-1", b"X-Other: 1"):
        asked = read_plain(b"GET /db/doc HTTP/1.1\r\nHost: x\r\n%s\r\n\r\n" % line)
        assert asked is not None
        assert not asked.is_repeatable


def test_a_head_that_says_a_thing_twice_or_goes_on_in_the_next_line_is_not_repeated():
    for lines in (b"Accept: a\r\nAccept: b", b"Accept: a\r\n folded", b"Host:x\r\nno colon"):
        asked = read_plain(b"GET /db/doc HTTP/1.1\r\n%s\r\n\r\n" % lines)
        assert asked is not None
        assert not asked.is_repeatable


def test_two_lengths_are_not_read():
    for lengths in (b"Content-Length: 1\r\ncontent-length: 2", b"Content-Length: 1, 2"):
        data = b"PUT /db/doc HTTP/1.1\r\n%s\r\n\r\nx" % lengths
        asked = read_plain(data)
        assert asked is None or not asked.is_repeatable
        assert body_to_come(data) is None


@pytest.mark.parametrize(
    ("line", "folder", "name"),
    [
        (b"POST /db/_find", b"/db/_find", ""),
        (b"POST /couchdb/db/_find", b"/couchdb/db/_find", ""),
        (b"GET /db/_design/x/_view/y", b"/db/_design/x/_view/y", ""),
        (b"GET /db/_design/x/_view/y?key=1", b"/db/_design/x/_view/y", "?key=1"),
    ],
)
def test_a_question_has_all_of_its_path_as_its_folder(line, folder, name):
    length = b"\r\nContent-Length: 2" if line.startswith(b"POST") else b""
    body = b"{}" if length else b""
    asked = read_plain(line + b" HTTP/1.1\r\nHost: x" + length + b"\r\n\r\n" + body)
    assert asked is not None
    assert (asked.folder, asked.name, asked.body) == (folder, name, body)
    assert not asked.names_document
