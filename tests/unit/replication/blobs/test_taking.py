"""Local files taken in many at once."""

import errno
import hashlib
import os
from pathlib import Path

import pytest

from replication.blobs.local import LocalBlobStore
from replication.blobs.whole_disk import WholeDisk
from replication.core.errors import StorageFull


@pytest.fixture
async def store(tmp_path):
    made = LocalBlobStore(tmp_path / "blobs")
    yield made
    await made.close()


def written(folder, name, data):
    path = folder / name
    path.write_bytes(data)
    return str(path)


def state(path):
    found = Path(path).stat()
    return found.st_mtime_ns, found.st_mode


def are_one(path, other):
    return Path(path).samefile(other)


def remove(path):
    Path(path).unlink()


async def content(store, digest):
    return b"".join([piece async for piece in store.read(digest)])


@pytest.mark.parametrize("link", [False, True])
async def test_each_is_a_blob_under_its_digest(store, tmp_path, link):
    data = [b"%d" % n * (n * 50_000) for n in range(30)] + [b"same", b"same"]
    paths = [written(tmp_path, f"f{n}", one) for n, one in enumerate(data)]
    taken = await store.take_files(paths, link=link)
    assert [one.path for one in taken] == paths
    for one, expected in zip(taken, data, strict=True):
        assert one.digest == hashlib.sha256(expected).hexdigest()
        assert (one.size, await content(store, one.digest)) == (len(expected), expected)
    assert len([blob async for blob in store.listing()]) == 31
    assert list((tmp_path / "blobs" / "incoming").iterdir()) == []
    again = await store.take_files(paths, link=link)
    assert [one.digest for one in again] == [one.digest for one in taken]


async def test_a_linked_file_is_the_blob_and_outlives_its_name(store, tmp_path):
    path = written(tmp_path, "f", b"here")
    (taken,) = await store.take_files([path], link=True)
    assert are_one(path, await store.path(taken.digest))
    remove(path)
    assert await content(store, taken.digest) == b"here"


async def test_what_cannot_be_read_is_told_of_and_the_others_are_taken(store, tmp_path):
    well = written(tmp_path, "well", b"well")
    taken = await store.take_files([str(tmp_path / "gone"), well, str(tmp_path)])
    assert isinstance(taken[0], FileNotFoundError)
    assert isinstance(taken[2], IsADirectoryError)
    assert await content(store, taken[1].digest) == b"well"


async def test_nothing_at_all_is_taken_well(store):
    assert await store.take_files([]) == []


async def test_a_linked_file_keeps_its_date_and_rights_until_it_is_removed(store, tmp_path):
    path = written(tmp_path, "f", b"here")
    os.utime(path, (1_000_000_000, 1_000_000_000))
    before = state(path)
    for _ in range(2):
        (taken,) = await store.take_files([path], link=True)
        assert state(path) == before
    assert are_one(path, await store.path(taken.digest))


async def test_what_has_a_second_name_is_copied_for_somebody_may_write_there(store, tmp_path):
    path = written(tmp_path, "f", b"here")
    (tmp_path / "other name").hardlink_to(path)
    (taken,) = await store.take_files([path], link=True)
    assert not are_one(path, await store.path(taken.digest))
    written(tmp_path, "f", b"changed")
    assert await content(store, taken.digest) == b"here"


async def test_each_is_synced_where_the_disk_cannot_be_synced_as_a_whole(
    store, tmp_path, monkeypatch
):
    synced = []
    monkeypatch.setattr(WholeDisk, "at_once", False)
    monkeypatch.setattr(os, "fsync", lambda _: synced.append(1))
    paths = [written(tmp_path, f"f{n}", b"%d" % n) for n in range(9)]
    await store.take_files(paths)
    assert len(synced) >= 2 * 9  # files, and the folders of their names


async def test_nothing_remains_where_the_disk_is_full(store, tmp_path, monkeypatch):
    paths = [written(tmp_path, f"f{n}", b"%d" % n) for n in range(30)]
    real, room = os.write, [20]

    def write(descriptor, data):
        room[0] -= 1
        if room[0] < 0:
            raise OSError(errno.ENOSPC, "full")
        return real(descriptor, data)

    monkeypatch.setattr(os, "write", write)
    with pytest.raises(StorageFull):
        await store.take_files(paths)
    assert list((tmp_path / "blobs" / "incoming").iterdir()) == []
    assert [blob async for blob in store.listing()] == []
