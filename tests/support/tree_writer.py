"""A process that changes a tree of files without end, and says before and after what it does.

Run as `python -m tests.support.tree_writer FOLDER SEED`; it is there to be killed.
"""

import asyncio
import json
import random
import sys
import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path

from doctypes.files.errors import FileTreeError
from doctypes.files.file_tree import FileTree
from doctypes.files.node import ROOT_ID, File
from doctypes.files.versioning import KeepingRules
from doctypes.files.whole_tree import every_node
from replication.blobs.local import LocalBlobStore
from replication.store.sqlite.store import SqliteDocumentStore

LARGE = 300_000  # bytes: more than is kept in memory


async def opened(folder):
    """Open a tree over the real stores; the blobs as well, to be closed."""
    store = SqliteDocumentStore(folder / "documents.db")
    blobs = LocalBlobStore(folder / "blobs")
    tree = FileTree(store, blobs, clock=lambda: datetime.now(UTC), new_id=lambda: uuid.uuid4().hex)
    tree.keeping = KeepingRules(most=4, delay=timedelta())
    await tree.start()
    return tree, store, blobs


def say(**facts):
    sys.stdout.write(json.dumps(facts) + "\n")
    sys.stdout.flush()


async def write(folder, dice):
    tree, store, _ = await opened(folder)
    database = await store.open("io.cozy.files")
    while True:
        nodes = await every_node(database)
        verb = dice.choice(["create", "replace", "replace", "revert", "shape", "destroy"])
        files = [node for node in nodes.values() if isinstance(node, File)]
        node = dice.choice(files) if files and verb not in ("create", "shape") else None
        say(begun=node.id if node else "")
        try:
            done = await step(tree, verb, node, nodes, dice)
        except FileTreeError:
            done = node
        if isinstance(done, File):
            say(done=done.id, blob=done.blob)
        else:
            say(done=node.id if node else "", blob=None)


async def step(tree, verb, node, nodes, dice):
    if verb == "destroy" and dice.random() < 0.3:
        await tree.destroy(node.id)
        return None
    if verb == "revert":
        versions = await tree.versions_of(node.id)
        return await tree.revert(node.id, dice.choice(versions).id) if versions else node
    if verb in ("create", "replace", "destroy"):
        content = await tree.stage(body(dice))
        if node is not None:
            return await tree.replace(node.id, content)
        return await tree.create_copy(ROOT_ID, dice.choice("abc"), content)
    return await shaped(tree, nodes, dice)


async def shaped(tree, nodes, dice):
    """Change the shape: what files hold stays."""
    one, other = dice.choice(list(nodes.values())), dice.choice(list(nodes.values()))
    name = dice.choice("abcd")
    steps = [
        lambda: tree.make_directory(other.id, name),
        lambda: tree.move(one.id, other.id, name, replace=True),
        lambda: tree.trash(one.id),
        lambda: tree.restore(one.id),
        lambda: tree.exclude(one.id, ["laptop"]),
        lambda: tree.include(one.id, ["laptop"]),
    ]
    await dice.choice(steps)()


async def body(dice):
    yield dice.randbytes(dice.choice([5, 50, LARGE]))


if __name__ == "__main__":
    asyncio.run(write(Path(sys.argv[1]), random.Random(sys.argv[2])))
