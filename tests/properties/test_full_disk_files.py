"""A disk that fills up at any write of any change of files: nothing of it is done, or all."""

import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from doctypes.files.file_tree import FileTree
from doctypes.files.node import ROOT_ID, File
from doctypes.files.versioning import KeepingRules
from doctypes.files.whole_tree import every_node
from replication.blobs.local import LocalBlobStore
from replication.core.errors import StorageFull
from replication.store.sqlite.store import SqliteDocumentStore
from server.at_rest.transit import InTheClear
from server.cli.importing import Import, import_folder
from server.files.resumable.parts import Parts, Wanted
from tests.support.filling_disk import FILE_SYSTEM, Disk, fill_files, filling_file_system

SMALL, LARGE = b"small", bytes(600_000)
MOST_WRITES = 500


@dataclass
class Home:
    folder: Path
    store: SqliteDocumentStore
    blobs: LocalBlobStore
    files: FileTree

    async def look(self):
        """Return what there is, by id: places, contents, who does not want it."""
        nodes = await every_node(await self.store.open("io.cozy.files"))
        return {
            node.id: (node.dir_id, node.name, node.blob if isinstance(node, File) else node.path)
            for node in nodes.values()
        }

    async def content(self, data):
        async def body():
            for start in range(0, len(data), 100_000):
                yield data[start : start + 100_000]

        return await self.files.stage(body(), length=len(data))


@pytest.fixture
async def home(tmp_path, monkeypatch):
    with filling_file_system():
        store = SqliteDocumentStore(tmp_path / "documents.db", vfs=FILE_SYSTEM)
        blobs = LocalBlobStore(tmp_path / "blobs")
        tree = FileTree(
            store, blobs, clock=lambda: datetime.now(UTC), new_id=lambda: uuid.uuid4().hex
        )
        tree.keeping = KeepingRules(most=4, delay=timedelta())
        await tree.start()
        made = Home(tmp_path, store, blobs, tree)
        await first_tree(made)
        fill_files(monkeypatch)
        yield made
        Disk.left = None
        await store.close()
        await blobs.close()


async def first_tree(home):
    for path in ("/a/deep", "/b"):
        await home.files.make_directories(path)
    deep = await home.files.at("/a/deep")
    for number in range(30):
        await home.files.create(deep.id, f"f{number}", await home.content(b"%d" % number))
    await home.files.create(ROOT_ID, "file", await home.content(b"file"))
    await home.files.trash((await home.files.create(ROOT_ID, "t", await home.content(b"t"))).id)


async def create(home, data=SMALL):
    await home.files.create_copy(ROOT_ID, "new", await home.content(data))


async def replace(home, data=LARGE):
    file = await home.files.at("/file")
    await home.files.replace(file.id, await home.content(data + uuid.uuid4().bytes))


async def make(home):
    await home.files.make_directories(f"/{uuid.uuid4().hex}/below")


async def move(home):
    await home.files.move((await home.files.at("/a")).id, (await home.files.at("/b")).id, "moved")


async def copy(home):
    await home.files.copy((await home.files.at("/a")).id, ROOT_ID, "a", free=True)


async def trash(home):
    await home.files.trash((await home.files.at("/a")).id)


async def restore(home):
    await home.files.restore((await home.files.at("/.cozy_trash/t")).id)


async def destroy(home):
    await home.files.destroy((await home.files.at("/a")).id)


async def exclude(home):
    await home.files.exclude((await home.files.at("/a")).id, ["laptop"])


def folder_to_import(home):
    source = home.folder / "source"
    if not source.exists():
        for number in range(12):
            path = source / f"d{number % 3}" / f"f{number}"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(b"%d" % number * 30_000)
    return source


async def bring(home):
    await import_folder(home, Import(folder_to_import(home), "/b", move=False))


async def adopt(home):
    await import_folder(home, Import(folder_to_import(home), "/b", move=True))


CHANGES = [create, replace, make, move, copy, trash, restore, destroy, exclude]


async def until_it_fits(home, change, on_failure):
    """Let the disk fill up at each write of a change in turn, until the change is done."""
    for room in range(MOST_WRITES):
        before = await home.look()
        Disk.left = room
        try:
            await change(home)
        except StorageFull:
            Disk.left = None
            await on_failure(before)
        else:
            Disk.left = None
            return room
    raise AssertionError(f"more than {MOST_WRITES} writes")


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
async def test_a_change_is_done_whole_or_not_at_all(home, change):
    async def nothing_was_done(before):
        assert await home.look() == before

    rooms = await until_it_fits(home, change, nothing_was_done)
    assert rooms > 2
    assert (await home.files.verify()).findings == []
    usage = await home.files.usage()
    assert usage == await home.files._work.counter.count()


@pytest.mark.parametrize("change", [bring, adopt], ids=["copied", "moved"])
async def test_an_import_goes_on_where_it_ended(home, change):
    source = folder_to_import(home)
    contents = {
        str(path.relative_to(source)): path.read_bytes()
        for path in source.rglob("*")
        if path.is_file()
    }

    async def nothing_is_lost(before):
        now = await home.look()
        assert now.items() >= before.items()
        there = {name for _, name, _ in now.values()}
        left = {path.name for path in source.rglob("f*")}
        assert {Path(name).name for name in contents} <= there | left

    assert await until_it_fits(home, change, nothing_is_lost) > 10
    for name, data in contents.items():
        file = await home.files.at(f"/b/{name}")
        assert b"".join([piece async for piece in home.files.read(file)]) == data
    assert (await home.files.verify()).findings == []


async def test_what_came_of_an_upload_in_pieces_stays(home):
    parts, upload_id = Parts(home.folder, InTheClear()), "u1"
    until = datetime.now(UTC).isoformat()
    data = bytes(range(256)) * 2_000
    await parts.begin(upload_id, Wanted(len(data), ROOT_ID, "x", "", until))
    at = 0

    async def pieces():
        for start in range(at, len(data), 50_000):
            yield data[start : start + 50_000]

    for room in range(MOST_WRITES):
        Disk.left = room
        try:
            await parts.append(upload_id, at, len(data), pieces(), None)
            break
        except StorageFull:
            Disk.left = None
            assert await parts.offset(upload_id) >= at
            at = await parts.offset(upload_id)
    Disk.left = None
    assert b"".join([piece async for piece in parts.read(upload_id)]) == data
