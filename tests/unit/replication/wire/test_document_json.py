import json

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from replication.core.attachment import Attachment, AttachmentStub
from replication.core.document import LocalDocument, StoredRevision
from replication.core.errors import Invalid
from replication.core.revision import Revision
from replication.core.revision_tree import Branch, RevisionTree
from replication.wire.document_json import (
    Shown,
    parse_document,
    parse_members,
    render_document,
    render_local,
)

TREE = RevisionTree((Branch(2, ("b", "a")),))


def parsed(text, **options):
    return parse_document(parse_members(text.encode()), **options)


def stored(body=b'{"a":1}', tree=TREE, attachments=None, *, deleted=False):
    return StoredRevision("x", tree.winner.leaf, deleted, body, attachments or {}, tree, 7)


def test_underscore_fields_are_taken_out_of_the_body():
    edit = parsed('{"_id":"x","_rev":"1-a","_deleted":true,"_conflicts":["2-b"],"n":1}').edit
    assert (edit.document_id, edit.base, edit.deleted) == ("x", Revision(1, "a"), True)
    assert edit.body == b'{"n":1}'
    assert edit.history is None


def test_numbers_and_text_are_kept_to_the_letter():
    big = '{"i":123456789012345678901234567890,"f":1.0,"e":1e3,"s":"\\u00e9\\n"}'
    assert parsed(f'{{"_id":"x",{big[1:]}').edit.body == big.encode()


def test_id_of_the_url_wins_and_a_new_id_serves_where_there_is_none():
    assert parsed('{"_id":"a"}', document_id="b").edit.document_id == "b"
    assert parsed("{}", new_id="n").edit.document_id == "n"
    assert parsed('{"_id":"a"}', new_id="n").edit.document_id == "a"


def test_revision_of_the_url_serves_where_the_body_names_none():
    assert parsed('{"_id":"a"}', base=Revision(1, "z")).edit.base == Revision(1, "z")
    assert parsed('{"_id":"a","_rev":"1-b"}', base=Revision(1, "z")).edit.base == Revision(1, "b")


def test_replicated_document_brings_its_history():
    text = '{"_id":"x","_rev":"3-c","_revisions":{"start":3,"ids":["c","b"]}}'
    edit = parsed(text, replicated=True).edit
    assert edit.history == (Revision(3, "c"), Revision(2, "b"))
    assert edit.base is None
    other = '{"_id":"x","_rev":"9-z","_revisions":{"start":3,"ids":["c","b"]}}'
    assert parsed(other, replicated=True).edit.history == edit.history
    alone = parsed('{"_id":"x","_rev":"3-c"}', replicated=True).edit
    assert alone.history == (Revision(3, "c"),)


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ('{"_id":7}', "illegal_docid"),
        ('{"_id":""}', "illegal_docid"),
        ('{"_id":"_odd"}', "illegal_docid"),
        ('{"_id":"_design/"}', "illegal_docid"),
        ('{"_id":"x","_strange":1}', "doc_validation"),
        ('{"_id":"x","_rev":"nonsense"}', "bad_request"),
        ('{"_id":"x","_rev":3}', "bad_request"),
        ('{"_id":"x","_deleted":"yes"}', "doc_validation"),
        ('{"_id":"x","_attachments":[]}', "doc_validation"),
        ('{"_id":"x","_attachments":{"a":{"data":"***"}}}', "bad_request"),
        ('{"_id":"x","_attachments":{"_a":{"data":""}}}', "bad_request"),
    ],
)
def test_what_couchdb_refuses_is_refused_with_its_word(text, word):
    with pytest.raises(Invalid) as caught:
        parsed(text)
    assert caught.value.word == word


@pytest.mark.parametrize(
    "text",
    ['{"_id":"x"}', '{"_id":"x","_rev":"2-b","_revisions":{"start":1,"ids":["b","a"]}}',
     '{"_id":"x","_rev":"2-b","_revisions":{"start":2,"ids":[]}}'],
)  # fmt: skip
def test_replicated_document_without_a_sound_history_is_refused(text):
    with pytest.raises(Invalid):
        parsed(text, replicated=True)


@pytest.mark.parametrize(
    "text", [b"[]", b"7", b"", b"{", b'{"a":\xff}', b'{"a":NaN}', b'{"a":"\\ud800"}', b"null"]
)
def test_body_that_is_no_json_object_is_refused(text):
    with pytest.raises(Invalid):
        parse_members(text)


def test_depth_is_bounded():
    with pytest.raises(Invalid):
        parse_members(b'{"a":' + b"[" * 100_000 + b"]" * 100_000 + b"}")


def test_attachments_are_stubs_or_bytes():
    text = '{"_id":"x","_attachments":{"s":{"stub":true,"digest":"md5-q"},"d":{"data":"aGk="}}}'
    document = parsed(text)
    assert document.edit.attachments["s"] == AttachmentStub("application/octet-stream", "md5-q", 0)
    assert document.inline["d"].data == b"hi"
    picture = Attachment("text/plain", "m", "b", 2, 0)
    assert document.with_attachments({"d": picture}).attachments["d"] == picture


def test_fields_asked_for_are_shown():
    tree = RevisionTree((Branch(2, ("c", "a")), Branch(2, ("b", "a")), Branch(2, ("a", "a"), True)))
    shown = Shown(True, True, True, "7-e")
    document = json.loads(render_document(stored(tree=tree), shown))
    assert document == {
        "_id": "x",
        "_rev": "2-c",
        "_revisions": {"start": 2, "ids": ["c", "a"]},
        "_conflicts": ["2-b"],
        "_deleted_conflicts": ["2-a"],
        "_local_seq": "7-e",
        "a": 1,
    }


def test_attachments_are_shown_as_stubs_or_with_their_bytes():
    picture = Attachment("image/png", "bWQ1", "b" * 64, 2, 1)
    document = stored(attachments={"p": picture})
    stub = json.loads(render_document(document))["_attachments"]["p"]
    assert stub == {
        "content_type": "image/png", "revpos": 1, "digest": "md5-bWQ1", "length": 2, "stub": True,
    }  # fmt: skip
    whole = json.loads(render_document(document, Shown(data={"p": b"hi"})))["_attachments"]["p"]
    assert (whole["data"], "stub" in whole) == ("aGk=", False)


def test_tombstone_without_a_body():
    rendered = render_document(stored(b"{}", deleted=True))
    assert rendered == b'{"_id":"x","_rev":"2-b","_deleted":true}'


def test_local_documents():
    document = LocalDocument("_local/c", Revision(0, "3"), b'{"n":1}')
    assert json.loads(render_local(document)) == {"_id": "_local/c", "_rev": "0-3", "n": 1}
    empty = LocalDocument("_local/c", Revision(0, "3"), b"{}")
    assert json.loads(render_local(empty)) == {"_id": "_local/c", "_rev": "0-3"}


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)  # fmt: skip


@given(
    st.dictionaries(st.text().filter(lambda name: not name.startswith("_")), VALUES),
    st.text(min_size=1).filter(lambda name: not name.startswith("_")),
)
def test_what_is_parsed_comes_back_as_it_was(fields, name):
    text = json.dumps({"_id": name, **fields})
    edit = parsed(text).edit
    found = StoredRevision(name, Revision(2, "b"), False, edit.body, {}, TREE, 1)
    assert json.loads(render_document(found)) == {"_id": name, "_rev": "2-b", **fields}
    assert msgspec.json.decode(edit.body) == json.loads(json.dumps(fields))
