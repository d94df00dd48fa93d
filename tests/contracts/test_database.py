"""What every engine for documents promises, run against each of them."""

import asyncio
import json

import pytest

from replication.core.attachment import Attachment, AttachmentStub
from replication.core.change import ChangesQuery
from replication.core.document import Edit, Written
from replication.core.edit import revision_of
from replication.core.errors import (
    Conflict,
    DatabaseExists,
    DatabaseMissing,
    DocumentMissing,
    StoreClosed,
    StubMissing,
)
from replication.core.revision import Revision, history_of
from replication.store.memory import MemoryDocumentStore
from replication.store.protocol import FieldIndex, IdRange, PurgeInfo
from replication.store.sqlite.store import SqliteDocumentStore


@pytest.fixture(params=["memory", "sqlite"])
async def store(request, tmp_path):
    made = (
        MemoryDocumentStore()
        if request.param == "memory"
        else SqliteDocumentStore(tmp_path / "documents.db")
    )
    yield made
    await made.close()


@pytest.fixture
async def database(store):
    return await store.create("things")


def body(**fields):
    return json.dumps(fields).encode()


async def put(database, document_id, /, base=None, **fields):
    (outcome,) = await database.write([Edit(document_id, body(**fields), base=base)])
    assert isinstance(outcome, Written), outcome
    return outcome.revision


async def delete(database, name, base):
    (outcome,) = await database.write([Edit(name, deleted=True, base=base)])
    assert isinstance(outcome, Written), outcome
    return outcome.revision


async def graft(database, name, start, *digests, deleted=False, **fields):
    edit = Edit(name, body(**fields), deleted=deleted, history=history_of(start, digests))
    (outcome,) = await database.write([edit])
    return outcome


async def everything(database, **query):
    page = await database.changes(ChangesQuery(**query))
    return [change.document_id for change in page.rows]


async def test_create_twice_is_refused(store):
    await store.create("a")
    with pytest.raises(DatabaseExists):
        await store.create("a")
    assert await store.names() == ["a"]


async def test_missing_database_cannot_be_opened_or_deleted(store):
    with pytest.raises(DatabaseMissing):
        await store.open("a")
    with pytest.raises(DatabaseMissing):
        await store.delete("a")


async def test_deleted_database_comes_back_empty_under_another_epoch_or_sequence(store):
    first = await store.create("a")
    await put(first, "x")
    await store.delete("a")
    assert await store.names() == []
    again = await store.create("a")
    assert (await again.info()).document_count == 0
    assert (await again.sequence()).number == 0


async def test_marks_are_put_to_the_sequence_of_the_edit_that_names_them(store):
    things, others = await store.create("things"), await store.create("others")
    assert await things.marks(["a", "b"]) == [0, 0]
    edits = [Edit("x", marks=("a", "b")), Edit("y", marks=("b",)), Edit("z")]
    await things.write(edits)
    assert await things.marks(["b", "nobody", "a"]) == [2, 0, 1]
    await store.write_together({"things": [Edit("w", marks=("a",))], "others": [Edit("x")]})
    assert await things.marks(["a", "b"]) == [4, 2]
    assert await others.marks(["a"]) == [0]
    assert await things.marks([]) == []


async def test_marks_stay_where_an_edit_is_not_written(store):
    things = await store.create("things")
    await put(things, "x")
    assert isinstance((await things.write([Edit("x", marks=("a",))]))[0], Conflict)
    with pytest.raises(Conflict):
        await things.write([Edit("y", marks=("a",)), Edit("x")], together=True)
    edits = {"things": [Edit("z", marks=("a",)), Edit("x", marks=("b",))]}
    with pytest.raises(Conflict):
        await store.write_together(edits)
    assert await things.marks(["a", "b"]) == [0, 0]


async def test_marks_go_with_their_database(store):
    await (await store.create("things")).write([Edit("x", marks=("a",))])
    await store.delete("things")
    assert await (await store.create("things")).marks(["a"]) == [0]


async def test_notes_are_read_by_the_sequence_of_their_edits(store):
    things = await store.create("things")
    await things.write([Edit("a", note="first"), Edit("b"), Edit("c", note="third")])
    assert isinstance((await things.write([Edit("a", note="refused")]))[0], Conflict)
    with pytest.raises(Conflict):
        await store.write_together({"things": [Edit("d", note="undone"), Edit("a")]})
    await store.write_together({"things": [Edit("d", note="fourth")]})
    assert await things.notes(0) == [(1, "first"), (3, "third"), (4, "fourth")]
    assert await things.notes(1, limit=1) == [(3, "third")]
    assert await things.notes(4) == []
    await store.delete("things")
    assert await (await store.create("things")).notes(0) == []


async def test_ensure_makes_once(store):
    first = await store.ensure("a")
    await put(first, "x")
    second = await store.ensure("a")
    assert (await second.info()).document_count == 1


async def test_put_and_get(database):
    revision = await put(database, "x", colour="red")
    stored = await database.get("x")
    assert (stored.revision, json.loads(stored.body)) == (revision, {"colour": "red"})
    assert revision.generation == 1
    assert not stored.deleted


async def test_get_of_nothing(database):
    with pytest.raises(DocumentMissing) as caught:
        await database.get("x")
    assert caught.value.deleted is False


async def test_same_edit_gets_the_same_revision_everywhere(store):
    one, other = await store.create("one"), await store.create("other")
    assert await put(one, "x", a=1) == await put(other, "x", a=1)
    assert await put(one, "y", a=1) != await put(other, "y", a=2)


async def test_update_needs_the_winner_or_a_leaf(database):
    first = await put(database, "x", n=1)
    second = await put(database, "x", base=first, n=2)
    assert second.generation == 2
    for base in (None, first, Revision(2, "beef")):
        (outcome,) = await database.write([Edit("x", body(n=3), base=base)])
        assert isinstance(outcome, Conflict), base
    assert (await database.get("x")).revision == second


async def test_update_of_what_never_was_is_a_conflict(database):
    (outcome,) = await database.write([Edit("x", body(), base=Revision(1, "abc"))])
    assert isinstance(outcome, Conflict)


async def test_delete_leaves_a_tombstone(database):
    first = await put(database, "x", n=1)
    last = await delete(database, "x", first)
    with pytest.raises(DocumentMissing) as caught:
        await database.get("x")
    assert caught.value.deleted is True
    tombstone = await database.get("x", last)
    assert tombstone.deleted
    assert tombstone.body == b"{}"
    assert (await database.get_many(["x", "y"]))[1] is None
    info = await database.info()
    assert (info.document_count, info.deleted_count) == (0, 1)


async def test_new_document_over_a_tombstone_continues_it(database):
    gone = await delete(database, "x", await put(database, "x", n=1))
    again = await put(database, "x", n=2)
    assert again.generation == gone.generation + 1
    assert (await database.info()).document_count == 1
    assert len(await database.leaves("x")) == 1


async def test_old_revisions_stay_readable_for_a_while(database):
    first = await put(database, "x", n=1)
    await put(database, "x", base=first, n=2)
    assert json.loads((await database.get("x", first)).body) == {"n": 1}


async def test_latest_reads_the_leaf_a_revision_has_become(database):
    first = await put(database, "x", n=1)
    second = await put(database, "x", base=first, n=2)
    assert (await database.get("x", first, latest=True)).revision == second


async def test_unknown_revision_is_missing(database):
    await put(database, "x")
    with pytest.raises(DocumentMissing):
        await database.get("x", Revision(1, "no"))


async def test_batch_has_an_outcome_for_each_in_order(database):
    await put(database, "b", n=0)
    outcomes = await database.write(
        [Edit("a", body(n=1)), Edit("b", body(n=2)), Edit("c", body(n=3))]
    )
    kinds = [type(outcome).__name__ for outcome in outcomes]
    assert kinds == ["Written", "Conflict", "Written"]
    assert await everything(database) == ["b", "a", "c"]


async def test_together_means_all_or_none(database):
    kept = await put(database, "b", n=0)
    before = await database.sequence()
    with pytest.raises(Conflict):
        await database.write([Edit("a", body(n=1)), Edit("b", body(n=2))], together=True)
    assert await database.sequence() == before
    with pytest.raises(DocumentMissing):
        await database.get("a")
    assert (await database.get("b")).revision == kept
    await database.write([Edit("a", body(n=1)), Edit("c", body(n=2))], together=True)
    assert await everything(database) == ["b", "a", "c"]


async def test_a_large_batch_is_one_too(database):
    many = [Edit(f"d{n}", body(n=n)) for n in range(2500)]
    with pytest.raises(Conflict):
        await database.write([*many, Edit("d0", body(n=1))], together=True)
    assert (await database.sequence()).number == 0
    again = Edit("d0", body(n=1), base=revision_of(many[0]))
    outcomes = await database.write([*many, again], together=True)
    assert [row.sequence for row in outcomes] == list(range(1, 2502))
    assert (await database.get("d0")).revision == outcomes[-1].revision
    info = await database.info()
    assert (info.document_count, info.size) == (2500, sum(len(one.body) for one in many))


async def test_what_is_edited_by_hand_keeps_at_least_32_bodies_before_it(database):
    await database.set_revs_limit(5)
    revisions = [await put(database, "x", n=0)]
    for n in range(1, 40):
        revisions.append(await put(database, "x", revisions[-1], n=n))
    found = await database.get("x")
    assert found.tree.winner.history() == tuple(revisions[:-6:-1])
    assert set(await database.bodies_of("x")) >= set(revisions[-33:])
    assert json.loads((await database.get("x", revisions[-2])).body) == {"n": 38}


async def test_two_edits_of_one_document_in_one_batch_follow_each_other(database):
    outcomes = await database.write([Edit("x", body(n=1)), Edit("x", body(n=2))])
    assert isinstance(outcomes[0], Written)
    assert isinstance(outcomes[1], Conflict)
    replicated = [
        Edit("y", body(n=1), history=history_of(1, ["a"])),
        Edit("y", body(n=2), history=history_of(2, ["b", "a"])),
        Edit("y", body(n=9), history=history_of(2, ["a", "a"])),
    ]
    assert all(isinstance(row, Written) for row in await database.write(replicated))
    assert [str(leaf.revision) for leaf in await database.leaves("y")] == ["2-b", "2-a"]
    assert json.loads((await database.get("y", Revision(1, "a"))).body) == {"n": 1}


async def test_replicated_revisions_are_kept_as_they_are(database):
    await graft(database, "x", 3, "c", "b", "a", n=3)
    stored = await database.get("x")
    assert str(stored.revision) == "3-c"
    assert stored.tree.winner.digests == ("c", "b", "a")


async def test_known_revision_takes_no_sequence(database):
    await graft(database, "x", 2, "b", "a", n=2)
    before = await database.sequence()
    again = await graft(database, "x", 2, "b", "a", n=2)
    ancestor = await graft(database, "x", 1, "a", n=1)
    assert (again.sequence, ancestor.sequence) == (None, None)
    assert await database.sequence() == before


async def test_conflict_keeps_both_and_shows_one(database):
    #        2-b
    #  1-a <
    #        2-c   the winner: same length, higher digest
    await graft(database, "x", 2, "b", "a", n="b")
    await graft(database, "x", 2, "c", "a", n="c")
    assert json.loads((await database.get("x")).body) == {"n": "c"}
    leaves = await database.leaves("x")
    assert [str(leaf.revision) for leaf in leaves] == ["2-c", "2-b"]
    assert [json.loads(leaf.body)["n"] for leaf in leaves] == ["c", "b"]


async def test_losing_branch_does_not_move_the_winner(database):
    await graft(database, "x", 2, "c", "a", n="c")
    await graft(database, "x", 2, "b", "a", n="b")
    assert json.loads((await database.get("x")).body) == {"n": "c"}
    assert json.loads((await database.get("x", Revision(2, "b"))).body) == {"n": "b"}


async def test_deleting_the_winner_brings_the_other_branch_forward(database):
    await graft(database, "x", 2, "b", "a", n="b")
    await graft(database, "x", 2, "c", "a", n="c")
    gone = await delete(database, "x", Revision(2, "c"))
    stored = await database.get("x")
    assert (str(stored.revision), json.loads(stored.body)) == ("2-b", {"n": "b"})
    assert json.loads((await database.get("x", Revision(2, "c"))).body) == {"n": "c"}
    assert (await database.get("x", gone)).deleted
    assert (await database.info()).document_count == 1


async def test_tombstone_of_a_losing_branch_leaves_the_winner(database):
    await graft(database, "x", 2, "b", "a", n="b")
    await graft(database, "x", 2, "c", "a", n="c")
    await delete(database, "x", Revision(2, "b"))
    assert str((await database.get("x")).revision) == "2-c"
    assert len(await database.leaves("x")) == 2


async def test_revs_diff_names_what_is_unknown(database):
    await graft(database, "x", 2, "b", "a")
    answer = await database.revs_diff(
        {
            "x": [Revision(1, "a"), Revision(2, "b"), Revision(3, "c")],
            "y": [Revision(1, "z")],
            "known": [],
        }
    )
    assert answer.keys() == {"x", "y"}
    assert answer["x"].missing == (Revision(3, "c"),)
    assert answer["x"].possible_ancestors == (Revision(2, "b"),)
    assert answer["y"].possible_ancestors == ()


async def test_changes_show_each_document_once_at_its_last_change(database):
    first = await put(database, "a")
    await put(database, "b")
    await put(database, "a", base=first, n=2)
    page = await database.changes(ChangesQuery())
    assert [(row.document_id, row.sequence) for row in page.rows] == [("b", 2), ("a", 3)]
    assert (page.last.number, page.pending) == (3, 0)


async def test_changes_go_on_from_where_a_page_ended(database):
    for name in "abcde":
        await put(database, name)
    page = await database.changes(ChangesQuery(limit=2))
    assert ([row.document_id for row in page.rows], page.pending) == (["a", "b"], 3)
    page = await database.changes(ChangesQuery(since=page.last.number, limit=2))
    assert ([row.document_id for row in page.rows], page.pending) == (["c", "d"], 1)
    page = await database.changes(ChangesQuery(since=page.last.number))
    assert ([row.document_id for row in page.rows], page.pending) == (["e"], 0)
    page = await database.changes(ChangesQuery(since=page.last.number))
    assert (page.rows, page.last, page.pending) == ((), await database.sequence(), 0)


@pytest.mark.parametrize("descending", [False, True])
async def test_changes_tell_how_many_rows_are_to_come_where_sequences_have_gaps(
    database, descending
):
    for name in "abcdef":
        revision = await put(database, name)
        if name in "bd":
            await put(database, name, base=revision, n=2)
    for limit in range(1, 7):
        page = await database.changes(ChangesQuery(limit=limit, descending=descending))
        assert (len(page.rows), page.pending) == (limit, 6 - limit)


async def test_changes_descending(database):
    for name in "abc":
        await put(database, name)
    page = await database.changes(ChangesQuery(descending=True, limit=2))
    assert [row.document_id for row in page.rows] == ["c", "b"]
    page = await database.changes(ChangesQuery(descending=True, before=page.last.number))
    assert [row.document_id for row in page.rows] == ["a"]


async def test_changes_with_documents_and_all_leaves(database):
    await graft(database, "x", 2, "b", "a", n="b")
    await graft(database, "x", 2, "c", "a", n="c")
    (row,) = (await database.changes(ChangesQuery(include_documents=True))).rows
    assert [str(leaf) for leaf in row.leaves] == ["2-c", "2-b"]
    assert json.loads(row.document.body) == {"n": "c"}


async def test_changes_of_some_documents(database):
    for name in "abcd":
        await put(database, name)
    only = frozenset({"d", "b", "nobody"})
    assert await everything(database, document_ids=only) == ["b", "d"]
    page = await database.changes(ChangesQuery(document_ids=only, limit=1))
    assert ([row.document_id for row in page.rows], page.pending) == (["b"], 1)
    assert await everything(database, document_ids=only, since=page.last.number) == ["d"]


async def test_changes_filtered_count_only_what_passes_towards_the_limit(database):
    for n in range(6):
        await put(database, f"d{n}", n=n)
    even = ChangesQuery(limit=2, accept=lambda row: json.loads(row.body)["n"] % 2 == 0)
    page = await database.changes(even)
    assert [row.document_id for row in page.rows] == ["d0", "d2"]
    assert all(row.document is None for row in page.rows)


async def test_deletions_are_changes(database):
    await delete(database, "x", await put(database, "x"))
    (row,) = (await database.changes(ChangesQuery())).rows
    assert row.deleted
    assert row.leaves[0].generation == 2


async def test_a_long_feed_comes_in_bounded_pages(database):
    await database.write([Edit(f"d{n:05}", body(n=n)) for n in range(2500)])
    page = await database.changes(ChangesQuery())
    assert 0 < len(page.rows) <= 1000
    assert len(page.rows) + page.pending == 2500


async def test_wait_past_returns_when_a_write_comes(database):
    waiting = asyncio.ensure_future(database.wait_past(0))
    await asyncio.sleep(0.01)
    assert not waiting.done()
    await put(database, "x")
    await asyncio.wait_for(waiting, 2)


async def test_wait_past_what_was_passed_returns_at_once(database):
    await put(database, "x")
    await asyncio.wait_for(database.wait_past(0), 2)


async def test_waiting_ends_when_the_database_is_deleted(store):
    database = await store.create("a")
    waiting = asyncio.ensure_future(database.wait_past(0))
    await asyncio.sleep(0.01)
    await store.delete("a")
    with pytest.raises(StoreClosed):
        await asyncio.wait_for(waiting, 2)


async def test_all_docs_lists_live_documents_by_id(database):
    for name in ("b", "é", "a", "Z", "c"):
        await put(database, name)
    await delete(database, "c", (await database.get("c")).revision)
    rows, offset = await database.all_docs(IdRange())
    assert [row.document_id for row in rows] == ["Z", "a", "b", "é"]
    assert offset == 0
    rows, offset = await database.all_docs(IdRange(start="a", end="b"))
    assert ([row.document_id for row in rows], offset) == (["a", "b"], 1)
    rows, _ = await database.all_docs(IdRange(start="a", end="b", inclusive_end=False))
    assert [row.document_id for row in rows] == ["a"]
    rows, _ = await database.all_docs(IdRange(start="b", end="Z", descending=True, limit=2))
    assert [row.document_id for row in rows] == ["b", "a"]
    rows, offset = await database.all_docs(IdRange(skip=1, limit=1))
    assert ([row.document_id for row in rows], offset) == (["a"], 1)


async def test_all_docs_sees_what_was_just_written(database):
    assert (await database.all_docs(IdRange()))[0] == []
    await put(database, "a")
    assert len((await database.all_docs(IdRange()))[0]) == 1
    await put(database, "b")
    assert len((await database.all_docs(IdRange()))[0]) == 2


BY_FOLDER = FieldIndex("by_folder", ("folder", "name"))


async def test_find_by_reads_in_index_order(store):
    database = await store.ensure("files", [BY_FOLDER])
    for name in ("b", "a", "ab", "C"):
        await put(database, f"id-{name}", folder="f", name=name)
    await put(database, "elsewhere", folder="g", name="a")
    await put(database, "nameless", folder="f")
    await put(database, "numbered", folder="f", name=7)
    found = await database.find_by(BY_FOLDER, ["f"])
    assert [row.document_id for row in found] == ["id-C", "id-a", "id-ab", "id-b"]
    found = await database.find_by(BY_FOLDER, ["f", "a"])
    assert [row.document_id for row in found] == ["id-a"]
    found = await database.find_by(BY_FOLDER, ["f", "a"], prefix=True)
    assert [row.document_id for row in found] == ["id-a", "id-ab"]
    first = await database.find_by(BY_FOLDER, ["f"], limit=2)
    rest = await database.find_by(BY_FOLDER, ["f"], after=first[-1])
    assert [row.document_id for row in rest] == ["id-ab", "id-b"]


async def test_find_by_follows_updates_moves_and_deletions(store):
    database = await store.ensure("files", [BY_FOLDER])
    first = await put(database, "x", folder="f", name="a")
    second = await put(database, "x", base=first, folder="f", name="b", more=1)
    assert await database.find_by(BY_FOLDER, ["f", "a"]) == []
    (row,) = await database.find_by(BY_FOLDER, ["f", "b"])
    assert row.revision == second
    await delete(database, "x", second)
    assert await database.find_by(BY_FOLDER, ["f"]) == []


async def test_find_by_covers_what_was_there_before_the_index(store):
    database = await store.create("files")
    await put(database, "x", folder="f", name="a")
    database = await store.ensure("files", [BY_FOLDER])
    assert [row.document_id for row in await database.find_by(BY_FOLDER, ["f"])] == ["x"]


async def test_find_by_prefix_of_odd_characters(store):
    database = await store.ensure("files", [BY_FOLDER])
    names = ["a\ud7ff", "a\ud7ffb", "a\U0010ffff", "a\U0010ffffz", "b", "a\ue000"]
    for n, name in enumerate(names):
        await put(database, str(n), folder="f", name=name)
    for prefix in ("a", "a\ud7ff", "a\U0010ffff", ""):
        found = await database.find_by(BY_FOLDER, ["f", prefix], prefix=True)
        expected = sorted(name for name in names if name.startswith(prefix))
        assert [json.loads(row.body)["name"] for row in found] == expected


async def test_local_documents_count_and_are_forgotten(database):
    first = await database.put_local("_local/c", b'{"n":1}')
    assert str(first.revision) == "0-1"
    second = await database.put_local("_local/c", b'{"n":2}', first.revision)
    assert str(second.revision) == "0-2"
    assert await database.get_local("_local/c") == second
    assert await everything(database) == []
    await database.delete_local("_local/c")
    for forgotten in (database.get_local, database.delete_local):
        with pytest.raises(DocumentMissing):
            await forgotten("_local/c")


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


async def test_purge_forgets_a_document_without_a_trace(database):
    revision = await put(database, "x", n=1)
    await put(database, "y")
    before = (await database.sequence()).number
    purged = await database.purge({"x": [revision, Revision(9, "no")], "nobody": [revision]})
    assert purged == {"x": (revision,), "nobody": ()}
    with pytest.raises(DocumentMissing) as caught:
        await database.get("x")
    assert caught.value.deleted is False
    assert await everything(database) == ["y"]
    info = await database.info()
    assert (info.document_count, info.deleted_count, info.purges) == (1, 0, 1)
    assert info.sequence.number > before
    assert await put(database, "x", n=1) == revision


async def test_purge_of_one_leaf_leaves_the_others(database):
    await graft(database, "x", 2, "b", "a", n="b")
    await graft(database, "x", 2, "c", "a", n="c")
    await database.purge({"x": [Revision(2, "c")]})
    stored = await database.get("x")
    assert (str(stored.revision), json.loads(stored.body)) == ("2-b", {"n": "b"})
    assert stored.tree.leaves() == (Revision(2, "b"),)
    with pytest.raises(DocumentMissing):
        await database.get("x", Revision(2, "c"))


async def test_purge_of_what_is_no_leaf_does_nothing(database):
    first = await put(database, "x", n=1)
    await put(database, "x", base=first, n=2)
    assert await database.purge({"x": [first]}) == {"x": ()}
    assert json.loads((await database.get("x")).body) == {"n": 2}


async def test_what_was_asked_to_be_purged_is_told_up_to_a_limit(database):
    assert await database.purged_infos_limit() == 1000
    revision = await put(database, "x")
    asked = [PurgeInfo("x", (revision,)), PurgeInfo("nobody", (Revision(1, "a"), Revision(2, "b")))]
    await database.purge({info.document_id: info.revisions for info in asked})
    assert await database.purged_infos() == asked
    await database.set_purged_infos_limit(2)
    assert await database.purged_infos_limit() == 2
    await database.purge({"z": []})
    assert await database.purged_infos() == [asked[1], PurgeInfo("z", ())]
    await database.purge({name: [] for name in "abc"})
    assert await database.purged_infos() == [PurgeInfo("b", ()), PurgeInfo("c", ())]


async def test_compaction_forgets_old_bodies_and_keeps_every_leaf(database):
    first = await put(database, "x", n=1)
    await put(database, "x", base=first, n=2)
    await graft(database, "y", 2, "b", "a", n="b")
    await graft(database, "y", 2, "c", "a", n="c")
    before = await database.sequence()
    await database.compact()
    with pytest.raises(DocumentMissing):
        await database.get("x", first)
    assert json.loads((await database.get("x")).body) == {"n": 2}
    assert [json.loads(leaf.body)["n"] for leaf in await database.leaves("y")] == ["c", "b"]
    assert await database.sequence() == before
    assert (await database.bodies_of("x")).keys() == {(await database.get("x")).revision}


async def test_compaction_of_many_documents(database):
    names = [f"d{n}" for n in range(450)]
    firsts = await database.write([Edit(name, body(n=1)) for name in names])
    await database.write([Edit(row.document_id, body(n=2), base=row.revision) for row in firsts])
    await database.compact()
    for row in firsts:
        assert len(await database.bodies_of(row.document_id)) == 1


async def test_bodies_of_tells_tombstones(database):
    first = await put(database, "x", n=1)
    gone = await delete(database, "x", first)
    assert await database.bodies_of("x") == {first: False, gone: True}
    with pytest.raises(DocumentMissing):
        await database.bodies_of("nobody")


async def test_revs_limit_cuts_histories_from_the_next_write_on(database):
    assert await database.revs_limit() == 1000
    await database.set_revs_limit(2)
    assert await database.revs_limit() == 2
    await graft(database, "x", 4, "d", "c", "b", "a")
    assert (await database.get("x")).tree.winner.digests == ("d", "c")


async def test_security_object_is_kept(database):
    assert await database.security() == b"{}"
    await database.set_security(b'{"admins":{}}')
    assert await database.security() == b'{"admins":{}}'


async def test_many_writers_at_once_all_get_their_own_sequence(database):
    outcomes = await asyncio.gather(
        *(database.write([Edit(f"d{n}", body(n=n))]) for n in range(200))
    )
    sequences = sorted(rows[0].sequence for rows in outcomes)
    assert sequences == list(range(1, 201))


async def test_many_writers_of_one_document_one_wins(database):
    base = await put(database, "x")
    outcomes = await asyncio.gather(
        *(database.write([Edit("x", body(n=n), base=base)]) for n in range(20))
    )
    assert sum(isinstance(rows[0], Written) for rows in outcomes) == 1


async def test_closed_store_says_so(store, request):
    database = await store.create("a")
    await store.close()
    if "sqlite" in request.node.name:
        with pytest.raises(StoreClosed):
            await database.write([Edit("x", body())])
        with pytest.raises(StoreClosed):
            await database.get("x")
    with pytest.raises(StoreClosed):
        await database.wait_past(0)


async def test_local_documents_are_listed_by_id(database):
    for name in ("b", "a", "c"):
        await database.put_local(f"_local/{name}", body(of=name))

    async def names(**ids):
        return [one.document_id[-1] for one in await database.local_documents(IdRange(**ids))]

    assert await names() == ["a", "b", "c"]
    assert await names(descending=True, limit=2) == ["c", "b"]
    assert await names(start="_local/b") == ["b", "c"]
    assert await names(end="_local/b", inclusive_end=False) == ["a"]
    assert await names(skip=1, limit=1) == ["b"]
    (first, *_) = await database.local_documents(IdRange())
    assert first == await database.get_local("_local/a")


BY_NAME = FieldIndex("by_name", ("folder", "name"), composed=True)


async def test_a_composed_index_finds_either_spelling(store):
    database = await store.ensure("files", [BY_NAME])
    await put(database, "mixed", folder="f", name="e\u0302\u0301")
    await put(database, "plain", folder="f", name="e")
    for name in ("e\u0302\u0301", "\u00ea\u0301", "\u1ebf"):
        found = await database.find_by(BY_NAME, ["f", name])
        assert [row.document_id for row in found] == ["mixed"]
    found = await database.find_by(BY_NAME, ["f", "\u00ea"], prefix=True)
    assert found == []
    (first,) = await database.find_by(BY_NAME, ["f"], limit=1)
    rest = await database.find_by(BY_NAME, ["f"], after=first)
    assert [first.document_id, *(row.document_id for row in rest)] == ["plain", "mixed"]
    await store.ensure("files", [FieldIndex("by_name", ("folder", "name"))])
    plain = FieldIndex("by_name", ("folder", "name"))
    assert await database.find_by(plain, ["f", "\u1ebf"]) == []


async def test_databases_are_written_together_or_not_at_all(store):
    things, others = await store.create("things"), await store.create("others")
    first = await put(things, "a", n=1)
    edits = {"things": [Edit("a", body(n=2), base=first)], "others": [Edit("b", body(n=2))]}
    waiting = asyncio.create_task(others.wait_past(0))
    outcomes = await store.write_together(edits)
    await waiting
    assert {name: [row.document_id for row in rows] for name, rows in outcomes.items()} == {
        "things": ["a"],
        "others": ["b"],
    }
    with pytest.raises(Conflict):
        await store.write_together({"others": [Edit("c", body())], **edits})
    with pytest.raises(Conflict):
        await store.write_together({"others": [Edit("c", body())], "things": [edits["things"][0]]})
    with pytest.raises(DocumentMissing):
        await others.get("c")
    assert ((await things.sequence()).number, (await others.sequence()).number) == (2, 1)
    with pytest.raises(DatabaseMissing):
        await store.write_together({"others": [Edit("c", body())], "nowhere": []})
