"""The directories above a node, also where documents lie about them."""

import json

from doctypes.files.ancestors import DEEPEST, ancestors
from doctypes.files.node import ROOT_ID
from replication.core.document import Edit
from replication.store.memory import MemoryDocumentStore


async def database_of(**above):
    """Return documents that name the directory each lies in."""
    database = await MemoryDocumentStore().create("io.cozy.files")
    edits = [Edit(name, json.dumps({"dir_id": dir_id}).encode()) for name, dir_id in above.items()]
    await database.write(edits)
    return database


async def test_the_nearest_comes_first_and_the_root_last():
    database = await database_of(a="b", b=ROOT_ID, **{ROOT_ID: ""})
    assert await ancestors(database, {"dir_id": "a"}) == ("a", "b", ROOT_ID)
    assert await ancestors(database, {"dir_id": ROOT_ID}) == (ROOT_ID,)
    assert await ancestors(database, {"dir_id": ""}) == ()


async def test_what_hangs_nowhere_or_in_a_circle_ends():
    database = await database_of(a="b", b="a", c="gone")
    assert await ancestors(database, {"dir_id": "a"}) == ("a", "b")
    assert await ancestors(database, {"dir_id": "c"}) == ("c",)
    for odd in (None, 5, ["a"], {"id": "a"}, "gone"):
        assert await ancestors(database, {"dir_id": odd}) == ()


async def test_no_more_are_looked_up_than_a_tree_is_deep():
    chain = {f"d{n}": f"d{n + 1}" for n in range(DEEPEST + 50)}
    database = await database_of(**chain)
    found = await ancestors(database, {"dir_id": "d0"})
    assert DEEPEST <= len(found) <= DEEPEST + 1
