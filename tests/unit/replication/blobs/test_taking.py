"""Local files taken in many at once."""

import hashlib
from pathlib import Path

import pytest

from replication.blobs.local import LocalBlobStore


@pytest.fixture
async def store(tmp_path):
    made = LocalBlobStore(tmp_path / "blobs")
    yield made
    await made.close()


def written(folder, name, data):
    path = folder / name
    path.write_bytes(data)
    return str(path)


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
