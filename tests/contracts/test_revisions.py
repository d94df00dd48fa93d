"""What every engine promises of replicated revisions: conflicts, winners, what is unknown."""

import json

from replication.core.revision import Revision
from tests.support.edits import delete, graft


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
