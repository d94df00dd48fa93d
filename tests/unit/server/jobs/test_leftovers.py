"""What nobody comes back for is forgotten with the hourly sweep, and nothing else."""

from datetime import UTC, datetime, timedelta
from itertools import count

import pytest

from doctypes.files.file_tree import FileTree
from doctypes.files.node import ROOT_ID
from replication.blobs.memory import MemoryBlobStore
from replication.store.memory import MemoryDocumentStore
from server.dav import kept_sidecars
from server.dav.kept_sidecars import KeptSidecars
from server.files.resumable.parts import Parts, Wanted
from server.instances.instance import Instance, Owner
from server.instances.record import InstanceRecord
from server.jobs.leftovers import forget_leftovers
from server.views.home_designs import HomeDesigns
from webdav.model.sidecar import Sidecar

NOW = datetime(2026, 11, 28, tzinfo=UTC)


@pytest.fixture
async def home(tmp_path):
    store, blobs, numbers = MemoryDocumentStore(), MemoryBlobStore(), count()
    files = FileTree(store, blobs, clock=lambda: NOW, new_id=lambda: f"n{next(numbers)}")
    await files.start()
    record = InstanceRecord(tmp_path, "h", (), Owner("o", "h"), b"s")
    return Instance(record, store, blobs, files, HomeDesigns.over(store), None)


async def test_sidecars_go_once_their_folder_is_destroyed(home, monkeypatch):
    monkeypatch.setattr(kept_sidecars, "_AT_ONCE", 2)
    sidecars = KeptSidecars(home.store)
    folders = [await home.files.make_directory(ROOT_ID, name) for name in ("a", "b", "c")]
    for folder in folders:
        for name in ("._x", "._y", ".DS_Store"):
            await sidecars.put(Sidecar(folder.id, name, b"content", NOW))
    await home.files.trash(folders[1].id)
    await forget_leftovers(home, NOW)
    assert await sidecars.get(folders[1].id, "._x") is not None
    await home.files.destroy(folders[1].id)
    await home.files.destroy(folders[2].id)
    await forget_leftovers(home, NOW)
    for folder, there in zip(folders, (True, False, False), strict=True):
        for name in ("._x", "._y", ".DS_Store"):
            assert (await sidecars.get(folder.id, name) is not None) == there


async def test_a_home_without_sidecars_gets_no_database_for_them(home):
    await forget_leftovers(home, NOW)
    assert kept_sidecars.DATABASE not in await home.store.names()


async def test_uploads_that_nobody_went_on_with_are_forgotten_when_their_time_is_over(home):
    parts = Parts(home.folder, home.transit)
    until = (NOW + timedelta(days=7)).isoformat()
    await parts.begin("upload", Wanted(10, ROOT_ID, "a.txt", "", until))
    await forget_leftovers(home, NOW + timedelta(days=6))
    assert await parts.wanted("upload") is not None
    await forget_leftovers(home, NOW + timedelta(days=8))
    assert await parts.wanted("upload") is None
