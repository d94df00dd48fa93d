import pytest

from tests.support.recording.bodies import kept_body, kept_request, sent_body, split_parts
from tests.support.recording.exchanges import Exchange, read_exchanges
from tests.support.recording.matching import differences, in_any_order
from tests.support.recording.tokens import Bindings, Namer

ONE, TWO, MINE = "1" * 32, "2" * 32, "c" * 32


@pytest.fixture
def bindings():
    return Bindings("here:1")


def test_what_a_server_made_up_gets_a_name():
    namer = Namer(["there:5984"])
    assert (
        namer.told(f'{{"rev":"1-{ONE}","seq":"3-0a1b2c3d"}}') == '{"rev":"1-$h1$","seq":"3-$s0$"}'
    )
    assert namer.asked(f"/db/x?rev=1-{ONE}&since=3-0a1b2c3d") == "/db/x?rev=1-$h1$&since=3-$s0$"
    assert namer.told("http://there:5984/db") == "http://$host$/db"


def test_what_a_client_made_up_stays():
    namer = Namer(["there"])
    assert namer.asked(f"2-{MINE}") == f"2-{MINE}"
    assert namer.told(f"2-{MINE}") == f"2-{MINE}"


def test_sequences_of_databases_are_told_apart():
    namer = Namer(["there"])
    namer.database = "one"
    first = namer.told("0-0a1b2c3d")
    namer.database = "two"
    assert namer.told("0-0a1b2c3d") != first


def test_a_variable_is_bound_once_and_sent(bindings):
    assert differences({"rev": "1-$h0$"}, {"rev": f"1-{ONE}"}, bindings) == []
    assert bindings.filled("/db/x?rev=1-$h0$") == f"/db/x?rev=1-{ONE}"
    assert differences("1-$h0$", f"1-{ONE}", bindings) == []
    assert differences("1-$h0$", f"1-{TWO}", bindings) != []
    assert differences("2-$h5$", f"1-{TWO}", bindings) != []


def test_two_revisions_are_never_one(bindings):
    assert differences("1-$h0$", f"1-{ONE}", bindings) == []
    assert differences("1-$h1$", f"1-{ONE}", bindings) != []


@pytest.mark.parametrize(
    ("expected", "actual"),
    [
        ({"a": 1}, {}),
        ({}, {"a": 1}),
        ({"a": 1}, {"a": True}),
        ({"a": 1}, {"a": 1.0}),
        ([1, 2], [2, 1]),
        ([1], [1, 1]),
        ("a.c", "abc"),
        (None, "null"),
        ({"_id": "a"}, ["_id", "a"]),
    ],
)
def test_differences_are_found(expected, actual, bindings):
    assert differences(expected, actual, bindings) != []


def test_what_may_be_anything_may_be_missing(bindings):
    assert differences({"a": "$any$"}, {}, bindings) == []
    assert differences({"a": "$any$"}, {"a": [1]}, bindings) == []


def test_rows_in_any_order_are_each_found_once(bindings):
    rows = [{"ok": "1-$h0$"}, {"ok": "2-$h1$"}]
    assert in_any_order(rows, [{"ok": f"2-{TWO}"}, {"ok": f"1-{ONE}"}], bindings) == []
    assert bindings.filled("$h0$ $h1$") == f"{ONE} {TWO}"
    assert len(in_any_order(rows, [{"ok": f"1-{ONE}"}] * 2, bindings)) == 2


def test_bodies_come_back_as_they_were(bindings):
    for raw, kind in [
        ('{"é":[1,null]}'.encode(), "application/json"),
        (b"\x00\xff" * 900, "application/octet-stream"),
        (b"text" * 900, "text/plain"),
        (b"", "text/plain"),
    ]:
        kept = kept_request(raw, kind, Namer(["there"]).asked)
        assert sent_body(kept, bindings.filled).replace(b" ", b"") == raw
    lines = kept_body(b'{"a":1}\n\n{"b":2}\n', "application/json", Namer(["there"]).told)
    assert lines == ["lines", [{"a": 1}, {"b": 2}]]


def test_parts_are_split():
    raw = b"--b\r\nContent-Type: text/plain\r\n\r\none\r\n--b\r\n\r\ntwo\r\n--b--"
    parts = list(split_parts(raw, 'multipart/related; boundary="b"'))
    assert parts == [({"content-type": "text/plain"}, b"one"), ({}, b"two")]


def test_a_line_holds_a_whole_exchange(tmp_path):
    told = ["json", {"ok": True}]
    exchange = Exchange("GET", "/a", {"accept": "x"}, None, 200, {"etag": '"1"'}, told, 4, cut=True)
    (tmp_path / "one.jsonl").write_text(exchange.as_json() + "\n")
    assert read_exchanges(tmp_path / "one.jsonl") == [exchange]
