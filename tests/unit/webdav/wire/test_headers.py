import pytest

from webdav.message import DavRequest
from webdav.model.errors import BadGateway, BadRequest
from webdav.wire.headers import (
    Depth,
    known_hosts,
    parse_depth,
    parse_destination,
    parse_length,
    parse_overwrite,
    wants_minimal,
    wants_no_root,
)


@pytest.mark.parametrize(
    ("headers", "depth"),
    [
        ({}, Depth.INFINITY),
        ({"depth": "0"}, Depth.ZERO),
        ({"depth": " 1 "}, Depth.ONE),
        ({"depth": "Infinity"}, Depth.INFINITY),
        ({"depth": "1,noroot"}, Depth.ONE),
    ],
)
def test_depth_is_read(headers, depth):
    assert parse_depth(headers) is depth


@pytest.mark.parametrize("word", ["2", "", "one", "-1"])
def test_depth_of_another_word_is_refused(word):
    with pytest.raises(BadRequest):
        parse_depth({"depth": word})


def test_overwrite_is_true_unless_it_is_f():
    assert parse_overwrite({})
    assert parse_overwrite({"overwrite": "t"})
    assert not parse_overwrite({"overwrite": "F"})
    with pytest.raises(BadRequest):
        parse_overwrite({"overwrite": "false"})


def destination(text, **headers):
    fields = {"host": "home.example:8080", **headers}
    if text is not None:
        fields["destination"] = text
    return parse_destination(DavRequest("MOVE", "/dav/a", fields, None, "/dav"))


@pytest.mark.parametrize(
    "text",
    ["/dav/b%20c", "http://home.example:8080/dav/b%20c", "https://home.example/dav/b%20c/",
     "HTTPS://HOME.example:443/dav/b%20c", "//home.example/dav/b%20c"],
)  # fmt: skip
def test_destination_is_read_whatever_the_scheme_and_port(text):
    assert destination(text) == ("b c",)


@pytest.mark.parametrize(
    "headers",
    [{"x-forwarded-host": "cloud.example"},
     {"forwarded": 'for=1.2.3.4;host="cloud.example:443";proto=https'},
     {"x-forwarded-host": "first.example, Cloud.example"}],
)  # fmt: skip
def test_destination_may_name_the_host_a_proxy_was_asked_for(headers):
    assert destination("https://cloud.example/dav/b", **headers) == ("b",)


@pytest.mark.parametrize(
    "text", ["http://other.example/dav/b", "/elsewhere/b", "http://[::1]/dav/b"]
)
def test_destination_elsewhere_is_a_bad_gateway(text):
    with pytest.raises(BadGateway):
        destination(text)


@pytest.mark.parametrize(
    "text", [None, "", "b", "http://home.example", "http://[", "/dav/../b", "/dav/b#c"]
)
def test_destination_that_is_no_url_is_refused(text):
    with pytest.raises(BadRequest):
        destination(text)


def test_known_hosts_lose_ports_and_brackets():
    assert known_hosts({"host": "[::1]:8080"}) >= {"::1"}
    assert known_hosts({"host": "[::1]"}) >= {"::1"}


@pytest.mark.parametrize(
    ("headers", "length"),
    [
        ({}, 0),
        ({"content-length": "12"}, 12),
        ({"transfer-encoding": "chunked"}, None),
        ({"transfer-encoding": "chunked", "x-expected-entity-length": "7"}, 7),
    ],
)
def test_length_is_what_was_announced(headers, length):
    assert parse_length(headers) == length


def test_length_that_is_no_number_is_refused():
    with pytest.raises(BadRequest):
        parse_length({"transfer-encoding": "chunked", "x-expected-entity-length": "-7"})


def test_minimal_answers_are_asked_for_in_two_ways():
    assert wants_minimal({"brief": "t"})
    assert wants_minimal({"prefer": "respond-async, return=minimal"})
    assert wants_minimal({"prefer": "return-minimal"})
    assert not wants_minimal({"brief": "f", "prefer": "return=representation"})


def test_listing_without_its_root_is_asked_for_in_two_ways():
    assert wants_no_root({"prefer": "depth-noroot"})
    assert wants_no_root({"depth": "1,noroot"})
    assert not wants_no_root({"depth": "1"})
