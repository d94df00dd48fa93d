"""A file over a file: what stays of the one, what comes from the other, and what becomes of it."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doctypes.files.amending import Amendment, Reference
from doctypes.files.creation import new_file
from doctypes.files.document import Stamp, fields_of
from doctypes.files.errors import (
    AlreadyInTrash,
    IsADirectory,
    MoveIntoItself,
    NodeMissing,
    ParentInTrash,
    QuotaExceeded,
    StaleRevision,
)
from doctypes.files.facts import FileFacts
from doctypes.files.node import ROOT_ID, TRASH_ID, made_file
from doctypes.files.overwriting import SAVING, is_only_content, overwritten
from doctypes.files.plan import NOTHING, Place
from doctypes.files.usage import Usage
from doctypes.files.versioning import History, KeepingRules
from replication.core.document import Written
from replication.core.revision import Revision

START = datetime(2026, 11, 23, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
HISTORY = History((), KeepingRules())
MIMES = [None, "application/octet-stream", "text/plain", "application/x-keepass2"]


class Bytes:
    def __init__(self, number):
        self.digest, self.md5, self.size = f"{number:064x}", f"md5-{number}", number


def made(name, number, at=START, node_id="id", **said):
    """Return a file with a content of so many bytes."""
    facts = FileFacts(**said)
    plan = new_file(node_id, Place(ROOT_ID, "/"), name, Bytes(number), facts, Stamp(at))
    return made_file(plan.edits[0], Written(plan.edits[0].document_id, Revision(1, "0" * 32), 1))


def after(target, source, **options):
    options.setdefault("always", False)
    plan = overwritten(target, source, HISTORY, Stamp(START + MINUTE), **options)
    (edit,) = plan.edits
    outcome = Written(edit.document_id, Revision(2, "1" * 32), 2)
    return made_file(edit, outcome), plan


@given(
    sizes=st.tuples(st.integers(0, 9), st.integers(0, 9)),
    names=st.tuples(*(st.sampled_from(["a.docx", "a.tmp", "a", "b.txt"]),) * 2),
    mimes=st.tuples(*(st.sampled_from(MIMES),) * 2),
    tags=st.tuples(*(st.lists(st.sampled_from(["red", "blue"]), unique=True),) * 2),
    days=st.tuples(*(st.integers(-9, 9),) * 2),
)
def test_the_content_changes_hands_and_nothing_else(sizes, names, mimes, tags, days):
    target, source = (
        made(
            name, size, node_id=node_id, mime=mime, tags=marks,
            modified_at=START + timedelta(days=day),
            references=[Reference("io.cozy.albums", node_id)],
        )
        for node_id, name, size, mime, marks, day in zip(
            ("target", "source"), names, sizes, mimes, tags, days, strict=True
        )
    )  # fmt: skip
    plan = overwritten(target, source, HISTORY, Stamp(START + MINUTE), always=False)
    is_same = sizes[0] == sizes[1]
    if plan is NOTHING:
        assert is_same
        return
    got, _ = after(target, source)
    mine, theirs = fields_of(target), fields_of(got)
    kept = ("name", "dir_id", "tags", "referenced_by", "trashed", "type")
    assert [theirs[key] for key in kept] == [mine[key] for key in kept]
    assert (got.id, got.blob, got.md5sum, got.size) == (
        target.id, source.blob, source.md5sum, source.size,
    )  # fmt: skip
    assert got.updated_at == source.updated_at
    assert got.created_at == min(target.created_at, got.updated_at)
    keeps = bool(sizes[0]) and not is_same
    assert len(plan.versions) == keeps
    assert plan.growth == Usage(sizes[1] - sizes[0], 0, sizes[0] if keeps else 0)


@pytest.mark.parametrize(
    ("names", "mimes", "expected"),
    [
        (("a.pdf", "x.tmp"), (None, None), "application/pdf"),
        (("a.pdf", "x.tmp"), (None, "text/plain"), "application/pdf"),
        (("a", "x"), ("application/x-keepass2", None), "application/x-keepass2"),
        (("a", "x"), ("application/x-keepass2", "text/plain"), "text/plain"),
    ],
)
def test_the_type_is_what_a_rename_would_make_of_it(names, mimes, expected):
    target, source = (made(*one, mime=mime) for one, mime in zip(zip(names, (1, 2)), mimes))  # noqa: B905
    assert after(target, source)[0].mime == expected


def test_metadata_and_properties_are_put_over_those_that_were_there():
    target = made("a", 1, metadata={"qualification": "bill", "davProperties": {"x": "1", "y": "1"}})
    source = made("b", 2, metadata={"width": 3, "davProperties": {"y": "2"}})
    assert fields_of(after(target, source)[0])["metadata"] == {
        "qualification": "bill",
        "width": 3,
        "davProperties": {"x": "1", "y": "2"},
    }


def test_a_script_stays_one_and_what_is_sealed_comes_sealed():
    target, source = made("a", 1, executable=True), made("b", 2, encrypted=True)
    got, _ = after(target, source)
    assert got.executable
    assert fields_of(got)["encrypted"]
    assert not fields_of(after(got, made("c", 3))[0])["encrypted"]


def test_what_a_program_wrote_to_save_is_only_content():
    late = START + SAVING
    assert is_only_content(made("a", 1), 0, late - MINUTE)
    assert not is_only_content(made("a", 1), 0, late)
    assert not is_only_content(made("a", 1), 1, START)
    assert not is_only_content(made("a", 1, tags=["red"]), 0, START)
    assert not is_only_content(made("a", 1, references=[Reference("t", "x")]), 0, START)
    assert not is_only_content(made("a", 1, cozy_metadata={"favorite": True}), 0, START)
    # A date of the content says nothing of when it came.
    assert is_only_content(made("a", 1, modified_at=START - late.resolution * 10**12), 0, START)


async def create(tree, name, content, parent=ROOT_ID, **said):
    return await tree.create(parent, name, await staged(tree, content), **said)


async def staged(tree, content):
    async def body():
        yield content

    return await tree.stage(body())


async def content_of(tree, file):
    return b"".join([piece async for piece in tree.read(file)])


async def test_a_save_is_one_write_of_two_documents_and_leaves_a_note(tree):
    target, tmp = await create(tree, "a", b"old"), await create(tree, "tmp", b"newer")
    before, usage = (await tree.sequence()).number, await tree.usage()
    saved = await tree.move_over(tmp.id, target.id)
    assert (saved.id, await content_of(tree, saved)) == (target.id, b"newer")
    assert [await content_of(tree, old) for old in await tree.versions_of(saved.id)] == [b"old"]
    assert (await tree.sequence()).number == before + 2
    assert [(one.id, one.name) for one in await tree.departures(before)] == [(tmp.id, "tmp")]
    with pytest.raises(NodeMissing):
        await tree.get(tmp.id)
    assert usage == Usage(files=8)
    assert await tree.usage() == Usage(files=5, versions=3)


async def test_what_was_more_than_its_content_can_be_taken_back(tree):
    target, other = await create(tree, "a", b"old"), await create(tree, "other", b"1")
    await tree.replace(other.id, await staged(tree, b"2"))
    await tree.amend(other.id, Amendment(tags=["red"]))
    await tree.move_over(other.id, target.id)
    thrown = await tree.get(other.id)
    assert (thrown.dir_id, thrown.tags) == (TRASH_ID, ("red",))
    assert [await content_of(tree, old) for old in await tree.versions_of(other.id)] == [b"1"]
    assert (await tree.restore(other.id)).name == "other"
    assert (await tree.get(target.id)).tags == ()


async def test_a_hand_that_moves_one_over_another_twice_loses_neither(tree):
    target = await create(tree, "a", b"1")
    for content in (b"2", b"3"):  # within the minutes in which saves are thought to be one
        other = await create(tree, "other", content, tags=["mine"])
        await tree.move_over(other.id, target.id)
    olds = [await content_of(tree, old) for old in await tree.versions_of(target.id)]
    assert olds == [b"2", b"1"]


async def test_the_same_content_only_ends_the_other(tree):
    target = await create(tree, "a", b"same", modified_at=START)
    tmp = await create(tree, "tmp", b"same", modified_at=START)
    assert await tree.move_over(tmp.id, target.id) == target
    assert await tree.versions_of(target.id) == []
    before = await tree.sequence()
    again = await create(tree, "again", b"same", modified_at=START)
    assert await tree.copy_over(again.id, target.id) == target
    assert (await tree.sequence()).number == before.number + 1


async def test_what_cannot_be_is_refused_and_changes_nothing(tree):
    file, other = await create(tree, "a", b"a"), await create(tree, "b", b"b")
    folder, gone = await tree.make_directory(ROOT_ID, "d"), await create(tree, "gone", b"c")
    await tree.trash(gone.id)
    stale = Revision(9, "f" * 32)
    before = await tree.sequence()
    for refusal, step in [
        (MoveIntoItself, tree.move_over(file.id, file.id)),
        (MoveIntoItself, tree.copy_over(file.id, file.id)),
        (IsADirectory, tree.move_over(folder.id, file.id)),
        (IsADirectory, tree.move_over(file.id, folder.id)),
        (IsADirectory, tree.copy_over(file.id, TRASH_ID)),
        (NodeMissing, tree.move_over(file.id, "none")),
        (AlreadyInTrash, tree.move_over(gone.id, file.id)),
        (ParentInTrash, tree.move_over(file.id, gone.id)),
        (ParentInTrash, tree.copy_over(file.id, gone.id)),
        (StaleRevision, tree.move_over(file.id, other.id, expected=stale)),
        (StaleRevision, tree.move_over(file.id, other.id, target_expected=stale)),
        (StaleRevision, tree.copy_over(file.id, other.id, target_expected=stale)),
    ]:
        with pytest.raises(refusal):
            await step
    assert await tree.sequence() == before


async def test_a_save_needs_no_more_room_than_its_upload_took(tree):
    target, tmp = await create(tree, "a", b"12345"), await create(tree, "tmp", b"67890")
    tree.quota = (await tree.usage()).total
    await tree.move_over(tmp.id, target.id)
    other = await create_empty(tree)
    with pytest.raises(QuotaExceeded):
        await tree.copy_over(target.id, other.id)


async def create_empty(tree):
    return await create(tree, "empty", b"")
