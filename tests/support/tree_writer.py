"""A process that changes a tree of files without end, and says before and after what it does.

Run as `python -m tests.support.tree_writer FOLDER SEED`; it is there to be killed. The tree is kept
where the settings of the environment say: in the folder, or in a CouchDB and an S3 store.
"""

import asyncio
import hashlib
import io
import json
import random
import sys
import uuid
import zipfile
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from doctypes.files.errors import FileTreeError
from doctypes.files.file_tree import FileTree
from doctypes.files.node import ROOT_ID, File
from doctypes.files.versioning import KeepingRules
from doctypes.files.whole_tree import every_node
from replication.blobs.protocol import BlobStore
from replication.blobs.taking import FileTaker
from replication.store.protocol import Database
from server.at_rest.transit import InTheClear
from server.cli.importing import Import, import_folder
from server.engines import Engines
from server.files.resumable.parts import Parts, Wanted
from server.files.zip_stream import Member, zipped
from server.instances.owner import Owner
from server.instances.record import InstanceRecord
from server.settings import load_settings

LARGE = 700_000  # bytes: more than is kept in memory


@asynccontextmanager
async def opened(folder):
    """Open a tree over the real stores; with the store of documents, and that of blobs."""
    settings = load_settings(chosen={"dir": folder})
    record = InstanceRecord(folder, "localhost", (), Owner("owner", ""), str(folder).encode())
    async with Engines(new_id, settings) as engines:
        store, blobs = await engines.documents(record), await engines.blobs(record)
        tree = FileTree(store, blobs, clock=lambda: datetime.now(UTC), new_id=new_id)
        tree.keeping = KeepingRules(most=4, delay=timedelta())
        try:
            await tree.start()
            yield tree, store, blobs
        finally:
            await store.close()
            await blobs.close()


def new_id():
    return uuid.uuid4().hex


def say(**facts):
    sys.stdout.write(json.dumps(facts) + "\n")
    sys.stdout.flush()


@dataclass
class Writer:
    """What one life of the process works with."""

    folder: Path
    tree: FileTree
    database: Database
    blobs: BlobStore
    dice: random.Random

    @property
    def files(self):
        return self.tree


VERBS = ["create", "replace", "replace", "revert", "shape", "shape", "destroy"]
OTHERS = ["import", "adopt", "upload", "archive"]


async def write(folder, dice):
    async with opened(folder) as (tree, store, blobs):
        writer = Writer(folder, tree, await store.open("io.cozy.files"), blobs, dice)
        others = OTHERS if isinstance(blobs, FileTaker) else ["upload", "archive"]
        while True:
            verb = dice.choice([*VERBS, *others])
            if verb in OTHERS:
                await OTHER_STEPS[verb](writer)
            else:
                await edit(writer, verb)


async def edit(writer, verb):
    tree, dice = writer.tree, writer.dice
    nodes = await every_node(writer.database)
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


async def bring(writer, *, move):
    """Import a folder; what is moved is in either place at any moment."""
    name = uuid.uuid4().hex
    source = writer.folder / "sources" / name
    contents = {}
    for number in range(writer.dice.randrange(1, 30)):
        data = writer.dice.randbytes(writer.dice.choice([0, 5, 50_000]))
        path = source / f"d{number % 3}" / f"f{number}"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        contents[str(path.relative_to(source))] = hashlib.sha256(data).hexdigest()
    say(begun="", bringing=name, contents=contents)
    await import_folder(writer, Import(source, f"/imported/{name}", move=move))
    for path, blob in contents.items():
        node = await writer.tree.at(f"/imported/{name}/{path}")
        say(done=node.id, blob=blob)


async def upload(writer):
    """Take a file in piece by piece, as a resumable upload."""
    parts, upload_id, dice = Parts(writer.folder, InTheClear()), uuid.uuid4().hex, writer.dice
    data = dice.randbytes(dice.choice([10, 3_000, LARGE]))
    until = (datetime.now(UTC) + timedelta(days=1)).isoformat()
    wanted = Wanted(len(data), ROOT_ID, "x", "", until)
    await parts.begin(upload_id, wanted)
    at = 0
    while at < len(data):
        piece = data[at : at + dice.randrange(1, len(data) + 1)]
        say(begun="", upload=upload_id, offset=at, hash=hashlib.sha256(data[:at]).hexdigest())
        at = await parts.append(upload_id, at, len(data), pieces_of(piece), None)
    say(begun="", upload=upload_id, offset=at, hash=hashlib.sha256(data).hexdigest())
    staged = await writer.tree.stage(parts.read(upload_id), length=len(data))
    made = await writer.tree.create_copy(ROOT_ID, "x", staged)
    say(done=made.id, blob=hashlib.sha256(data).hexdigest())
    await parts.end(upload_id)


async def archive(writer):
    """Read everything into an archive, which is whole whatever is done before and after."""
    say(begun="")
    packed = b"".join([piece async for piece in zipped(members(writer))])
    assert zipfile.ZipFile(io.BytesIO(packed)).testzip() is None
    say(done="", blob=None)


async def members(writer):
    for node in (await every_node(writer.database)).values():
        if isinstance(node, File):
            yield Member(node.id, node.updated_at, node.size, writer.tree.read(node))


async def pieces_of(data):
    for start in range(0, len(data), 70_000):
        yield data[start : start + 70_000]


OTHER_STEPS = {
    "import": lambda writer: bring(writer, move=False),
    "adopt": lambda writer: bring(writer, move=True),
    "upload": upload,
    "archive": archive,
}


async def step(tree, verb, node, nodes, dice):
    if node is None and verb != "shape":  # there is no file yet
        verb = "create"
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
        lambda: tree.copy(one.id, other.id, name, free=True),
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
