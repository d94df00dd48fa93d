"""What a clause comes to for one node."""

import json
from datetime import UTC, datetime

import pytest

from doctypes.files.node import parse_node
from replication.core.document import StoredRevision
from replication.core.revision import Revision
from replication.core.revision_tree import RevisionTree
from server.nextcloud.identity import file_number
from server.nextcloud.properties import NC, OC
from server.nextcloud.search_terms import matcher, ordering, read_moment
from webdav.model.errors import Unprocessable
from webdav.model.search import (
    AllOf,
    AnyOf,
    Compare,
    Comparison,
    Contains,
    IsCollection,
    IsDefined,
    Not,
    Order,
)

DAV = "{DAV:}"


def node(**fields):
    told = {
        "type": "file", "name": "Été_100%.JPG", "dir_id": "d", "size": "1000",
        "created_at": "2023-11-14T00:00:00Z", "updated_at": "2023-11-15T00:00:00Z",
        "mime": "image/jpeg", **fields,
    }  # fmt: skip
    body = json.dumps(told).encode()
    revision = Revision(1, "a" * 32)
    return parse_node(StoredRevision("n", revision, False, body, {}, RevisionTree(), 1))


def holds(clause, **fields):
    return matcher(clause, "owner")(node(**fields))


@pytest.mark.parametrize(
    ("word", "name", "literal", "expected"),
    [
        ("like", f"{DAV}displayname", "%été%", True),
        ("like", f"{DAV}displayname", "ÉTÉ______JPG", True),
        ("like", f"{DAV}displayname", "ÉTÉ_JPG", False),
        ("like", f"{DAV}displayname", "été_100_.jpg", True),
        ("like", f"{DAV}displayname", "été\\_100\\%.jpg", True),
        ("like", f"{DAV}displayname", "été\\%100%", False),
        ("like", f"{DAV}displayname", "(.*", False),
        ("eq", f"{DAV}displayname", "été_100%.jpg", True),
        ("like", f"{DAV}getcontenttype", "image/%", True),
        ("eq", f"{DAV}getcontenttype", "image/png", False),
        ("gt", f"{DAV}getcontentlength", "999", True),
        ("gt", f"{DAV}getcontentlength", "1e3", False),
        ("gte", f"{{{OC}}}size", "1000", True),
        ("lt", f"{DAV}getlastmodified", "2023-11-15T00:00:01Z", True),
        ("lte", f"{DAV}getlastmodified", "Wed, 15 Nov 2023 00:00:00 GMT", True),
        ("gt", f"{DAV}getlastmodified", "1700006400", False),
        ("lt", f"{{{NC}}}creation_time", "1699920001", True),
        ("eq", f"{{{OC}}}fileid", str(file_number("n")), True),
        ("eq", f"{{{OC}}}favorite", "no", True),
        ("eq", f"{{{OC}}}favorite", "yes", False),
        ("eq", f"{{{OC}}}owner-id", "owner", True),
        ("eq", f"{{{OC}}}owner-id", "else", False),
    ],
)
def test_comparisons(word, name, literal, expected):
    assert holds(Compare(Comparison(word), name, literal)) is expected


def test_case_counts_where_that_is_asked_for():
    name = f"{DAV}displayname"
    assert not holds(Compare(Comparison.EQUAL, name, "été_100%.jpg", is_caseless=False))


def test_favourites():
    clause = Compare(Comparison.EQUAL, f"{{{OC}}}favorite", "1")
    assert holds(clause, cozyMetadata={"favorite": True})
    assert not holds(clause, cozyMetadata={"favorite": False})
    assert not holds(clause)


def test_parts():
    yes, no = Contains("été jpg"), Contains("hiver")
    assert holds(AllOf())
    assert holds(AllOf((yes, Not(no))))
    assert not holds(AllOf((yes, no)))
    assert holds(AnyOf((no, yes)))
    assert not holds(AnyOf((no, IsCollection())))
    assert holds(IsDefined(f"{DAV}displayname"))
    assert not holds(IsDefined("{urn:x}y"))
    assert holds(IsCollection(), type="directory", path="/d/x")


@pytest.mark.parametrize(
    "clause",
    [
        Compare(Comparison.EQUAL, "{urn:x}y", "1"),
        Compare(Comparison.GREATER, f"{DAV}getlastmodified", "tomorrow"),
        Compare(Comparison.GREATER, f"{DAV}getcontentlength", "large"),
        Not(AnyOf((Compare(Comparison.LIKE, "{urn:x}y", "1"),))),
    ],
)
def test_what_cannot_be_asked_is_refused_beforehand(clause):
    with pytest.raises(Unprocessable):
        matcher(clause, "owner")


def test_orders():
    ((value, descending),) = ordering((Order(f"{DAV}getlastmodified", is_descending=True),))
    assert descending
    assert value(node()) == datetime(2023, 11, 15, tzinfo=UTC).timestamp()
    with pytest.raises(Unprocessable):
        ordering((Order("{urn:x}y"),))


def test_a_moment_without_a_zone_is_in_utc():
    assert read_moment("2023-11-15T00:00:00") == read_moment("2023-11-15T01:00:00+01:00")
