"""What a home answers, read: dates, documents, refusals."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clients.desktop.home.answers import (
    Document,
    date_of,
    nanoseconds,
    read_feed,
    read_node,
    row_of,
)
from clients.desktop.home.port import (
    Gone,
    Missing,
    Moved,
    NameTaken,
    NoRoomInHome,
    Refused,
    Revoked,
    Shut,
    Stale,
    Unreachable,
)
from clients.desktop.home.refusals import refusal

LAST_YEAR = 253_402_300_799_000_000_000


@given(st.integers(0, LAST_YEAR))
def test_a_moment_is_written_and_read_to_the_microsecond(moment):
    assert nanoseconds(date_of(moment)) == moment - moment % 1000


@pytest.mark.parametrize("moment", [-1, -(10**20), 10**25])
def test_a_moment_beyond_all_dates_is_written_all_the_same(moment):
    assert 0 <= nanoseconds(date_of(moment)) <= LAST_YEAR


@pytest.mark.parametrize(
    ("text", "moment"), [("", 0), ("yesterday", 0), ("1970-01-02", 86400 * 10**9)]
)
def test_dates_of_other_hands(text, moment):
    assert nanoseconds(text) == moment


def document(**fields):
    return Document(id="a", revision="1-b", **fields)


def test_what_is_no_node_for_us_is_left_out():
    assert row_of(document(type="file", name="x")) is None
    assert row_of(document(type="album")) is None
    assert row_of(Document(id="io.cozy.files.root-dir", revision="1-b", type="directory")) is None
    assert row_of(Document(id="_design/x", revision="1-b")) is None


def test_what_is_in_the_trash_was_thrown_away_and_what_is_deleted_only_gone():
    assert row_of(document(deleted=True)) == Gone("a")
    assert row_of(document(type="file", trashed=True)) == Gone("a", trashed=True)
    inside = document(type="directory", path="/.cozy_trash/x")
    assert row_of(inside) == Gone("a", trashed=True)
    assert row_of(document(type="directory", path="/.cozy_trashy")).id == "a"


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b'{"last_seq": 3}', b"\xff"])
def test_what_no_home_would_say_is_no_answer(body):
    with pytest.raises(Unreachable):
        read_feed(body)
    with pytest.raises(Unreachable):
        read_node(body)


def test_a_node_of_an_unknown_size_is_no_answer():
    told = {"data": {"id": "a", "meta": {"rev": "1-b"}, "attributes": {"type": "file"}}}
    with pytest.raises(Unreachable):
        read_node(json.dumps(told).encode())
    told["data"]["attributes"] |= {"size": "many", "sha256sum": "00"}
    with pytest.raises(Unreachable):
        read_node(json.dumps(told).encode())


def jsonapi(detail):
    return json.dumps({"errors": [{"detail": detail}]}).encode()


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (401, Revoked),
        (402, Shut),
        (403, Refused),
        (404, Missing),
        (408, Unreachable),
        (409, NameTaken),
        (410, Missing),
        (412, Stale),
        (413, NoRoomInHome),
        (422, Refused),
        (429, Unreachable),
        (460, Stale),
        (500, Unreachable),
        (503, Unreachable),
        (507, NoRoomInHome),
    ],
)
def test_each_status_means_something(status, kind):
    error = refusal(status, {}, jsonapi("why"))
    assert type(error) is kind
    assert error.why == "why"


def test_who_does_not_speak_as_a_home_is_none():
    assert type(refusal(404, {}, b"<h1>Not found</h1>")) is Unreachable
    assert type(refusal(403, {}, b"")) is Unreachable
    assert type(refusal(404, {}, b"", has_body=False)) is Missing
    assert type(refusal(404, {}, jsonapi("No home answers to the name 'x' here."))) is Unreachable


def test_a_token_that_is_not_good_and_an_address_that_changed():
    challenge = {"WWW-Authenticate": 'Bearer error="invalid_token"'}
    assert type(refusal(400, challenge, b'{"error": "x"}')) is Revoked
    moved = refusal(308, {"Location": "https://new.example:8443/files/x"}, b"")
    assert (type(moved), moved.why) == (Moved, "https://new.example:8443")
    assert type(refusal(302, {"Location": "/login"}, b"")) is Unreachable


@pytest.mark.parametrize("status", [402, 503])
def test_a_home_that_is_shut_says_why_and_where_to_go(status):
    error = {"title": "Blocked", "detail": "Pay.", "links": {"self": "https://host.test/pay"}}
    for told in ({"errors": [error]}, [error]):
        found = refusal(status, {}, json.dumps(told).encode())
        assert (type(found), found.why) == (Shut, "Pay. https://host.test/pay")


@pytest.mark.parametrize(
    ("since", "last", "is_anew"),
    [
        ("", "5-abc", False),
        ("3-abc", "5-abc", False),
        ("3-abc", "5-def", True),
        ("3", "5-def", True),
        ("3", "5", False),
    ],
)
def test_a_feed_of_another_life_of_the_home_is_told_from_the_beginning(since, last, is_anew):
    body = json.dumps({"last_seq": last, "pending": 0, "results": []}).encode()
    assert read_feed(body, since).is_anew is is_anew
