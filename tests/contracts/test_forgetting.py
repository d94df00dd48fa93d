"""What every engine promises of what it forgets: purge, compaction, the limit of revisions."""

import json

import pytest

from replication.core.document import Edit
from replication.core.errors import (
    DocumentMissing,
)
from replication.core.revision import Revision
from replication.store.protocol import PurgeInfo
from tests.support.edits import body, delete, everything, graft, put


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
