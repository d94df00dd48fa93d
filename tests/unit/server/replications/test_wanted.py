import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from replication.core.errors import Invalid
from replication.couch.address import Address
from server.replications.wanted import id_to_cancel, parse_wanted


def wanted(**fields):
    return parse_wanted(json.dumps({"source": "a", "target": "b", **fields}).encode())


def test_sides_are_names_or_addresses():
    found = wanted(source={"url": "http://me:pw@host/db", "headers": {"X-A": "1"}})
    assert isinstance(found.source, Address)
    assert found.source.url == "http://host/db"
    assert found.target == "b"
    assert not found.is_local
    assert wanted().is_local


def test_ids_tell_replications_apart_and_name_what_is_lasting():
    assert wanted().job_id("h") == wanted(cancel=True).job_id("h")
    lasting = wanted(continuous=True, create_target=True).job_id("h")
    assert lasting == wanted().job_id("h") + "+continuous+create_target"
    ids = {
        found.checkpoint_id("h")
        for found in (
            wanted(),
            wanted(source="b", target="a"),
            wanted(doc_ids=["x"]),
            wanted(since_seq="3"),
            wanted(source="http://host/a"),
            wanted(source="http://me@host/a"),
        )
    }
    assert len(ids) == 6
    password = wanted(source="http://me:new@host/a").checkpoint_id("h")
    assert password == wanted(source="http://me:old@host/a").checkpoint_id("h")


def test_query_parameters_are_texts():
    found = wanted(source="http://host/a", filter="d/f", query_params={"n": 1, "s": "x"})
    assert found.kept.parameters == {"n": "1", "s": "x"}


def test_it_can_be_cancelled_by_its_id():
    assert id_to_cancel(b'{"replication_id":"x","cancel":true}') == "x"
    assert id_to_cancel(b'{"id":"x","cancel":true}') == "x"
    assert id_to_cancel(b'{"id":"x"}') is None


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{}", b'{"source":"a"}', b'{"source":"a","target":{}}', b"\xff"]
)
def test_what_is_none_is_invalid(body):
    with pytest.raises(Invalid):
        parse_wanted(body)


@given(st.text(min_size=1))
def test_no_error_repeats_what_was_sent(secret):
    marked = f"S3CR3T{secret}"
    for body in (
        {"source": f"http://me:{marked}@", "target": "b"},
        {"source": {"url": marked}, "target": "b"},
        {"source": {"url": "http://h/d", "headers": {"A": marked + "\n"}}, "target": "b"},
        {"source": "a", "target": "b", "doc_ids": marked},
        {"source": "a", "target": {"url": "http://h/d", "auth": {"basic": marked}}},
    ):
        with pytest.raises(Invalid) as refused:
            parse_wanted(json.dumps(body).encode())
        assert "S3CR3T" not in refused.value.reason
