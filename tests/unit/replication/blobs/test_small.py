"""Small contents in a log before their files are durable: one sync for many, and nothing lost."""

import asyncio
import os
import random
import shutil
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from replication.blobs import journal, local, small
from replication.blobs.journal import Journal, records
from replication.blobs.local import LocalBlobStore
from replication.blobs.protocol import BlobStat
from replication.blobs.small import SmallContents
from replication.core.errors import BlobMissing, StorageFull
from tests.support.filling_disk import Disk, fill_files


def named(content):
    return sha256(content).hexdigest(), content


async def keep(store, content):
    async def body():
        yield content

    staged = await store.stage(body())
    await staged.commit()
    return staged.digest


async def read(store, digest):
    return b"".join([piece async for piece in store.read(digest)])


def cut_off(folder, into):
    """Return a copy of a folder as a power cut leaves it: what nobody synced is gone, or empty."""
    shutil.copytree(folder, into)
    for n, path in enumerate(sorted(into.glob("??/*"))):
        if n % 2:
            path.unlink()
        else:
            path.write_bytes(b"")
    return into


def noted_syncs(monkeypatch):
    """Return the set that the digests of blobs get into which are synced."""
    synced, really = set(), local.sync_file

    def sync(path):
        really(path)
        synced.add(Path(path).name)

    monkeypatch.setattr(local, "sync_file", sync)
    return synced


class Later:
    """A shelf whose threads begin when the test says so."""

    def __init__(self):
        self.work = []
        self.kept = []

    def run(self, work):
        self.work.append(work)
        return asyncio.get_running_loop().create_future()

    def put(self, digest, content):
        self.kept.append(digest)
        return BlobStat(digest, len(content), 0.0)

    def make_durable(self, digests):
        pass


async def test_all_that_wait_share_one_sync(tmp_path, monkeypatch):
    syncs = []
    really = os.fdatasync
    monkeypatch.setattr(os, "fdatasync", lambda file: syncs.append(file) or really(file))
    numbers = iter("ab")
    shelf = Later()
    contents = SmallContents(shelf, lambda: str(tmp_path / next(numbers)))
    waiting = [asyncio.ensure_future(contents.keep(*named(b"%d" % n))) for n in range(20)]
    await asyncio.sleep(0)
    (work,) = shelf.work
    await asyncio.to_thread(work)
    assert [stat.size for stat in await asyncio.gather(*waiting)] == [1] * 10 + [2] * 10
    assert len(syncs) == 1
    await asyncio.to_thread(contents.close)


async def test_what_was_kept_is_there_after_a_power_cut(tmp_path):
    store = LocalBlobStore(tmp_path / "blobs")
    contents = [random.Random(n).randbytes(1000 * n) for n in range(1, 20)]
    digests = await asyncio.gather(*[keep(store, content) for content in contents])
    left = cut_off(tmp_path / "blobs", tmp_path / "left")
    await store.close()
    again = LocalBlobStore(left)
    assert [await read(again, digest) for digest in digests] == contents
    assert list((left / "incoming").iterdir()) == []
    await again.close()


async def test_a_log_that_was_settled_is_empty_and_its_files_are_durable(tmp_path, monkeypatch):
    synced = noted_syncs(monkeypatch)
    store = LocalBlobStore(tmp_path / "blobs")
    digests = {await keep(store, b"%d" % n) for n in range(3)}
    (log,) = (tmp_path / "blobs/incoming").glob("*.log")
    assert {digest for digest, _ in records(log)} == digests
    await store.close()
    assert synced == digests
    assert list((tmp_path / "blobs/incoming").iterdir()) == []


async def test_a_log_is_settled_when_its_time_has_come(tmp_path, monkeypatch):
    monkeypatch.setattr(small, "SETTLED_AFTER", 0.0)
    store = LocalBlobStore(tmp_path / "blobs")
    digest = await keep(store, b"content")
    for _ in range(1000):
        if all(not log.stat().st_size for log in (tmp_path / "blobs/incoming").glob("*.log")):
            break
        await asyncio.sleep(0.01)
    else:
        pytest.fail("it was never settled")
    assert await read(store, digest) == b"content"
    await store.close()


async def test_a_full_log_is_settled_and_the_other_one_takes(tmp_path, monkeypatch):
    monkeypatch.setattr(small, "FULL", 3000)
    store = LocalBlobStore(tmp_path / "blobs")
    kept = [await keep(store, random.Random(n).randbytes(1000)) for n in range(50)]
    logs = list((tmp_path / "blobs/incoming").glob("*.log"))
    assert sum(log.stat().st_size for log in logs) < 4 * 3000
    for n, digest in enumerate(kept):
        assert await read(store, digest) == random.Random(n).randbytes(1000)
    await store.close()


def test_records_are_read_up_to_one_that_is_torn(tmp_path):
    log = Journal(str(tmp_path / "a.log"))
    contents = [named(b"first"), named(b""), named(b"second")]
    log.append(contents)
    whole = (tmp_path / "a.log").read_bytes()
    ends = [45, 85, 131]
    assert len(whole) == ends[-1]
    for size in range(len(whole) + 1):
        (tmp_path / "a.log").write_bytes(whole[:size])
        assert list(records(tmp_path / "a.log")) == contents[: sum(end <= size for end in ends)]
    for flipped in range(len(whole)):
        torn = bytearray(whole)
        torn[flipped] ^= 1
        (tmp_path / "a.log").write_bytes(torn)
        found = list(records(tmp_path / "a.log"))
        assert found == contents[: len(found)]
        assert len(found) == sum(end <= flipped for end in ends)
    log.close()


async def test_a_disk_that_is_full_leaves_no_record(tmp_path, monkeypatch):
    store = LocalBlobStore(tmp_path / "blobs")
    first = await keep(store, b"first")
    fill_files(monkeypatch)
    for room in range(4):
        Disk.left = room
        with pytest.raises(StorageFull):
            await keep(store, b"second")
    Disk.left = None
    third = await keep(store, b"third")
    left = cut_off(tmp_path / "blobs", tmp_path / "left")
    await store.close()
    again = LocalBlobStore(left)
    assert [await read(again, digest) for digest in (first, third)] == [b"first", b"third"]
    await again.close()


async def test_a_log_that_cannot_be_synced_has_nothing_of_what_failed(tmp_path, monkeypatch):
    store = LocalBlobStore(tmp_path / "blobs")
    first = await keep(store, b"first")

    def broken(_):
        raise OSError(5, "the disk is broken")

    with monkeypatch.context() as patched:
        patched.setattr(journal, "_sync", broken)
        with pytest.raises(OSError, match="broken"):
            await keep(store, b"second")
    (log,) = (tmp_path / "blobs/incoming").glob("*.log")
    assert [digest for digest, _ in records(log)] == [first]
    with pytest.raises(BlobMissing):
        await store.stat(named(b"second")[0])
    await store.close()


STEPS = st.lists(
    st.one_of(
        st.integers(0, 9).map(lambda n: ("keep", n)),
        st.integers(0, 9).map(lambda n: ("remove", n)),
        st.sampled_from([("settle", 0), ("cut", 0), ("end", 0)]),
    ),
    max_size=25,
)


@settings(max_examples=50, deadline=None)
@given(steps=STEPS, chance=st.randoms(use_true_random=False))
async def test_no_power_cut_takes_what_was_kept(tmp_path_factory, steps, chance):
    """Whatever was synced stays; of all else a power cut leaves what it likes."""
    folder = tmp_path_factory.mktemp("cut")
    with pytest.MonkeyPatch.context() as patched:
        durable = noted_syncs(patched)
        store, kept, cuts = LocalBlobStore(folder / "0"), {}, 0
        for step, n in steps:
            if step == "keep":
                kept[await keep(store, b"%d" % n * 100)] = b"%d" % n * 100
            elif step == "remove":
                digest, _ = named(b"%d" % n * 100)
                await store.delete(digest)
                kept.pop(digest, None)
                durable.discard(digest)
            elif step == "settle":
                await asyncio.to_thread(store._small.settle)
            elif step == "end":
                await store.close()
                store = LocalBlobStore(folder / str(cuts))
            else:
                cuts += 1
                shutil.copytree(folder / str(cuts - 1), folder / str(cuts))
                await store.close()
                for path in (folder / str(cuts)).glob("??/*"):
                    if path.name not in durable and chance.random() < 0.7:
                        chance.choice([path.unlink, lambda path=path: path.write_bytes(b"")])()
                store = LocalBlobStore(folder / str(cuts))
            for digest, content in kept.items():
                assert await read(store, digest) == content
        await store.close()
