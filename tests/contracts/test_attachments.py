"""What every engine promises of attachments."""

import pytest

from replication.core.attachment import Attachment, AttachmentStub
from replication.core.document import Edit, Written
from replication.core.errors import (
    DocumentMissing,
    StubMissing,
)
from replication.core.revision import history_of
from tests.support.edits import body

PICTURE = Attachment("image/png", "bWQ1", "a" * 64, 4, 0)


async def test_attachments_are_carried_by_stubs(database):
    (first,) = await database.write([Edit("x", body(), attachments={"p": PICTURE})])
    stub = Edit("x", body(n=1), base=first.revision, attachments={"p": AttachmentStub()})
    (second,) = await database.write([stub])
    stored = await database.get("x")
    assert stored.attachments["p"].revpos == 1
    assert stored.attachments["p"].blob == PICTURE.blob
    assert set(await database.attachment_blobs()) == {"a" * 64}
    (third,) = await database.write([Edit("x", body(n=2), base=second.revision)])
    assert (await database.get("x")).attachments == {}
    assert (await database.get("x", second.revision)).attachments.keys() == {"p"}
    assert third.revision.generation == 3


async def test_stub_with_nothing_behind_it(database):
    (outcome,) = await database.write([Edit("x", body(), attachments={"p": AttachmentStub()})])
    assert isinstance(outcome, StubMissing)
    with pytest.raises(DocumentMissing):
        await database.get("x")


async def test_replicated_stub_is_taken_from_the_nearest_ancestor(database):
    first = Edit("x", body(), history=history_of(1, ["a"]), attachments={"p": PICTURE})
    later = Edit(
        "x", body(), history=history_of(3, ["c", "b", "a"]), attachments={"p": AttachmentStub()}
    )
    outcomes = await database.write([first, later])
    assert all(isinstance(outcome, Written) for outcome in outcomes)
    assert (await database.get("x")).attachments["p"].md5 == PICTURE.md5


async def test_attachments_make_revisions_differ(store):
    one, other = await store.create("one"), await store.create("other")
    (plain,) = await one.write([Edit("x", body())])
    (pictured,) = await other.write([Edit("x", body(), attachments={"p": PICTURE})])
    assert plain.revision != pictured.revision
