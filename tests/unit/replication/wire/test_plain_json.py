"""Documents of the usual look are read as all others are, in less time."""

import json

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from replication.core.errors import Invalid
from replication.wire.document_json import (
    ParsedDocument,
    parse_document,
    parse_members,
    parse_texts,
)
from replication.wire.plain_json import plain_edits

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.just("_odd"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=6,
)
HEADS = st.fixed_dictionaries(
    {"_id": st.text(max_size=6) | st.sampled_from(["x", "_design/d", "_odd", "é", 7])},
    optional={
        "_rev": st.sampled_from(["1-a", "2-" + "b" * 32, "odd", "", 7, None]),
        "_revisions": st.sampled_from(
            [
                {"start": 2, "ids": ["b", "a"]},
                {"start": 1, "ids": []},
                {"start": 1, "ids": ["a", "b"]},
                {"start": 2, "ids": ["_b", "a"]},
                {"ids": ["a"], "start": 1},
                7,
            ]
        ),
        "_deleted": st.sampled_from([True, False, "x"]),
        "_bad": st.just(1),
        "_attachments": st.just({"p": {"data": "eA=="}}),
    },
)
REST = st.dictionaries(st.text(min_size=1, max_size=4), VALUES, max_size=4)


def outcome(read):
    try:
        return read()
    except Invalid as error:
        return (error.word, error.reason)


def quick(documents, replicated):
    """Read documents as they stand in a request."""
    text = b'{"docs":[' + b",".join(documents) + b"]}"
    found = parse_texts(documents, text, replicated=replicated, new_id=lambda: "made")
    return [edit if isinstance(edit, ParsedDocument) else ParsedDocument(edit) for edit in found]


def thorough(text, replicated):
    members = parse_members(text)
    new_id = None if "_id" in members else "made"
    return parse_document(members, replicated=replicated, new_id=new_id)


DOCUMENTS = st.builds(
    lambda head, rest, spaced: (json.dumps if spaced else msgspec.json.encode)(
        {**head, **{name: value for name, value in rest.items() if name not in head}}
    ),
    HEADS,
    REST,
    st.booleans(),
).map(lambda text: text.encode() if isinstance(text, str) else text)


@given(text=DOCUMENTS, replicated=st.booleans())
def test_the_quick_way_comes_to_what_the_thorough_one_does(text, replicated):
    found = outcome(lambda: quick([text], replicated)[0])
    assert found == outcome(lambda: thorough(text, replicated))


@given(texts=st.lists(DOCUMENTS, max_size=5), replicated=st.booleans())
def test_documents_are_read_alike_beside_others(texts, replicated):
    outcomes = [(text, outcome(lambda text=text: thorough(text, replicated))) for text in texts]
    good = [(text, found) for text, found in outcomes if isinstance(found, ParsedDocument)]
    assert quick([text for text, _ in good], replicated) == [found for _, found in good]


@pytest.mark.parametrize(
    ("text", "replicated", "body"),
    [
        (b'{"_id":"x","a":1,"b":[2]}', False, b'{"a":1,"b":[2]}'),
        (b'{"_id":"x"}', False, b"{}"),
        (b'{"_id":"x","_rev":"1-a","a":{"b":1}}', False, b'{"a":{"b":1}}'),
        (b'{"_id":"x","_rev":"1-a"}', True, b"{}"),
        (
            b'{"_id":"x","_rev":"2-b","_revisions":{"start":2,"ids":["b","a"]},"a":1}',
            True,
            b'{"a":1}',
        ),
    ],
)
def test_the_usual_look_is_read_the_quick_way(text, replicated, body):
    [edit] = plain_edits([text], text, replicated=replicated)
    assert edit.body == body


@pytest.mark.parametrize(
    "text",
    [
        b'{"a":1,"_id":"x"}',
        b'{"_id": "x", "a": 1}',
        b'{"_id":"x","_deleted":true}',
        b'{"_id":"x","a":"_b"}',
        b'{"_id":"x\\u0041","a":1}',
        b'{"_id":"x","_id":"y"}',
    ],
)
def test_other_looks_are_left_to_the_thorough_way(text):
    plain = b'{"_id":"z"}'
    [edit, other] = plain_edits([text, plain], text + plain, replicated=False)
    assert edit is None
    assert other.document_id == "z"
