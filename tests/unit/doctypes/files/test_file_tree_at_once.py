"""Many hands at once on one tree, some cut off: it is a tree afterwards, whoever came first."""

import asyncio
import json
import random

import pytest

from doctypes.files.errors import FileTreeError
from doctypes.files.node import DOCTYPE, ROOT_ID, TRASH_ID, File
from doctypes.files.paths import is_in_trash, joined
from replication.core.change import ChangesQuery

NAMES = ["a", "b", "c", "d", "e", "f", "g.txt", "h.txt"]
VERBS = [
    "make",
    "make",
    "make",
    "create",
    "create",
    "move",
    "copy",
    "move_over",
    "copy_over",
    "content",
    "trash",
    "restore",
    "destroy",
]
EXPECTED = (FileTreeError, asyncio.CancelledError)


async def body(content):
    yield content


class Hand:
    """One client doing this and that to whatever it knows of."""

    def __init__(self, tree, known, chance):
        self.tree = tree
        self.known = known
        self.chance = chance

    async def work(self, steps):
        for _ in range(steps):
            step = asyncio.create_task(self.step())
            if self.chance.random() < 0.2:
                await asyncio.sleep(self.chance.random() / 500)
                step.cancel()
            await asyncio.gather(step, return_exceptions=True)
            if not step.cancelled() and step.exception() is None:
                if step.result() not in self.known:
                    self.known.append(step.result())
            elif not step.cancelled():
                assert isinstance(step.exception(), EXPECTED)

    async def step(self):
        some, other = self.chance.choice(self.known), self.chance.choice(self.known)
        name, replace = self.chance.choice(NAMES), self.chance.random() < 0.5
        verb = self.chance.choice(VERBS)
        if verb == "make":
            return (await self.tree.make_directory(some, name)).id
        if verb == "create":
            content = await self.tree.stage(body(self.chance.randbytes(4)))
            return (await self.tree.create(some, name, content)).id
        if verb == "content":
            content = await self.tree.stage(body(self.chance.randbytes(4)))
            return (await self.tree.replace(some, content)).id
        if verb in ("move", "copy"):
            return (await getattr(self.tree, verb)(some, other, name, replace=replace)).id
        if verb in ("move_over", "copy_over"):
            return (await getattr(self.tree, verb)(some, other)).id
        await getattr(self.tree, verb)(some)
        return some


async def live_nodes(tree, store):
    database = await store.open(DOCTYPE)
    page = await database.changes(ChangesQuery())
    assert page.pending == 0
    return {row.document_id: await tree.get(row.document_id) for row in page.rows
            if not row.deleted}  # fmt: skip


@pytest.mark.parametrize("seed", range(4))
async def test_hands_at_once_leave_a_tree(tree, store, blobs, seed):
    known = [ROOT_ID]
    hands = [Hand(tree, known, random.Random(seed * 100 + n)) for n in range(8)]
    await asyncio.gather(*(hand.work(60) for hand in hands))
    nodes = await live_nodes(tree, store)
    places = [(node.dir_id, node.name) for node in nodes.values() if node.id != ROOT_ID]
    assert len(places) == len(set(places))
    assert (await (await store.open(DOCTYPE)).sequence()).number > 30  # they did get somewhere
    for node in nodes.values():
        if node.id == ROOT_ID:
            continue
        path = joined(nodes[node.dir_id].path, node.name)
        assert (await tree.at(path)).id == node.id
        if isinstance(node, File):
            assert node.trashed == is_in_trash(path)
            assert (await blobs.stat(node.blob)).size == node.size
        else:
            assert node.path == path
        assert ("restore_path" in json.loads(node.document.body)) == (node.dir_id == TRASH_ID)
    told = await tree.usage()
    files = [node for node in nodes.values() if isinstance(node, File)]
    assert told.files == sum(file.size for file in files)
    assert told.trash == sum(file.size for file in files if file.trashed)
    versions = [version for file in files for version in await tree.versions_of(file.id)]
    assert told.versions == sum(version.size for version in versions)
    assert all(version.blob for version in versions)
