"""What every engine promises of edits, one or many."""

import asyncio
import json

import pytest

from replication.core.document import Edit, Written
from replication.core.edit import revision_of
from replication.core.errors import (
    Conflict,
    DocumentMissing,
)
from replication.core.revision import Revision, history_of
from tests.support.edits import body, delete, everything, put


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
