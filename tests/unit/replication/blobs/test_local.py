"""What a folder of blobs leaves on the disk, and when."""

import asyncio
import errno
import os
import stat
import threading
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

import pytest

from replication.blobs import disk, incoming
from replication.blobs.local import LocalBlobStore
from replication.core.errors import BlobMismatch, StorageFull

LARGE = bytes(range(256)) * 4096
DIGEST_OF_EMPTY = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "blobs"


@pytest.fixture
async def store(folder):
    made = LocalBlobStore(folder)
    yield made
    await made.close()


async def pieces(content, size=65_536):
    for start in range(0, len(content), size):
        yield content[start : start + size]


def files(folder):
    """Return all files but the logs of small contents."""
    found = (path for path in folder.rglob("*") if path.is_file() and path.suffix != ".log")
    return {str(path.relative_to(folder)) for path in found}


async def test_a_blob_lies_in_a_folder_named_by_its_digest(store, folder):
    await (await store.stage(pieces(b""))).commit()
    assert files(folder) == {f"e3/{DIGEST_OF_EMPTY}", "incoming.lock"}


async def test_only_the_owner_may_look(store, folder):
    staged = await store.stage(pieces(LARGE))
    await staged.commit()
    for path in [folder, *folder.rglob("*")]:
        mode = stat.S_IMODE(path.stat().st_mode)
        assert mode == (0o700 if path.is_dir() else 0o600), path


@pytest.mark.parametrize("content", [b"small", LARGE])
async def test_an_upload_that_fails_leaves_no_file(store, folder, content):
    with pytest.raises(BlobMismatch):
        await store.stage(pieces(content), length=len(content) + 1)
    assert files(folder) == {"incoming.lock"}


@pytest.mark.parametrize("content", [b"small", LARGE])
async def test_a_blob_that_is_there_already_is_renewed_and_not_written(store, folder, content):
    first = await store.stage(pieces(content))
    await first.commit()
    path = await store.path(first.digest)
    os.utime(path, (1000, 1000))
    inode = Path(path).stat().st_ino  # noqa: ASYNC240
    again = await (await store.stage(pieces(content))).commit()
    assert again.stored_at > 1000
    assert Path(path).stat().st_ino == inode  # noqa: ASYNC240
    assert len(files(folder)) == 2


async def test_files_left_by_a_crash_are_removed_at_start(folder):
    (folder / "incoming").mkdir(parents=True)
    (folder / "incoming" / "4711-0").write_bytes(b"half an upl")
    store = LocalBlobStore(folder)
    assert files(folder) == {"incoming.lock"}
    await store.close()


async def test_a_second_store_leaves_the_uploads_of_the_first_alone(store, folder):
    staged = await store.stage(pieces(LARGE))
    second = LocalBlobStore(folder)
    await second.close()
    assert (await staged.commit()).size == len(LARGE)


async def test_bytes_that_were_not_committed_go_with_the_store(folder):
    store = LocalBlobStore(folder)
    await store.stage(pieces(LARGE))
    await store.close()
    assert files(folder) == {"incoming.lock"}


async def test_foreign_files_are_not_listed(store, folder):
    (folder / "e3").mkdir()
    (folder / "e3" / "notes.txt").write_bytes(b"mine")
    (folder / "lost+found").mkdir()
    assert [blob async for blob in store.listing()] == []


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EFBIG, errno.EDQUOT])
@pytest.mark.parametrize("content", [b"small", LARGE])
async def test_a_full_disk_is_said_and_leaves_nothing(store, folder, monkeypatch, number, content):
    def write(descriptor, data):
        del descriptor, data
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(disk.os, "write", write)
    with pytest.raises(StorageFull):
        await (await store.stage(pieces(content))).commit()
    monkeypatch.undo()
    assert files(folder) == {"incoming.lock"}


async def test_a_disk_that_fills_up_at_the_sync_is_said(store, folder, monkeypatch):
    def sync(descriptor):
        del descriptor
        raise OSError(errno.ENOSPC, "No space left on device")

    staged = await store.stage(pieces(LARGE))
    monkeypatch.setattr(incoming.os, "fsync", sync)
    with pytest.raises(StorageFull):
        await staged.commit()
    monkeypatch.undo()
    await staged.discard()
    assert files(folder) == {"incoming.lock"}


async def test_another_fault_of_the_disk_passes_through(store, monkeypatch):
    def write(descriptor, data):
        del descriptor, data
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(disk.os, "write", write)
    with pytest.raises(OSError, match="Input/output"):
        await store.stage(pieces(LARGE))
    monkeypatch.undo()


async def test_bytes_are_synced_before_they_have_a_name_and_the_name_after(
    store, folder, monkeypatch
):
    """The order that a power cut cannot turn into a name without bytes."""
    steps = []
    real_sync, real_replace = os.fsync, os.replace

    def sync(descriptor):
        opened = Path(f"/proc/self/fd/{descriptor}").readlink()
        steps.append(("sync", os.path.relpath(opened, folder)))
        real_sync(descriptor)

    def replace(source, target):
        steps.append(("rename", os.path.relpath(target, folder)))
        real_replace(source, target)

    monkeypatch.setattr(os, "fsync", sync)
    monkeypatch.setattr(os, "replace", replace)
    await (await store.stage(pieces(LARGE))).commit()
    monkeypatch.undo()
    kinds = [step if not step[1].startswith("incoming") else (step[0], "file") for step in steps]
    digest = sha256(LARGE).hexdigest()
    assert kinds == [
        ("sync", "."),
        ("sync", "file"),
        ("rename", f"{digest[:2]}/{digest}"),
        ("sync", digest[:2]),
    ]


async def test_an_upload_cut_off_while_a_thread_writes_leaves_nothing(store, folder, monkeypatch):
    writing, go_on = threading.Event(), threading.Event()
    real_write = os.write

    def slow_write(descriptor, data):
        writing.set()
        go_on.wait(10)
        return real_write(descriptor, data)

    async def endless():
        while True:
            yield LARGE
            await asyncio.sleep(0)

    monkeypatch.setattr(disk.os, "write", slow_write)
    upload = asyncio.create_task(store.stage(endless()))
    await asyncio.to_thread(writing.wait, 10)
    upload.cancel()
    threading.Timer(0.05, go_on.set).start()
    with pytest.raises(asyncio.CancelledError):
        await upload
    monkeypatch.undo()
    assert files(folder) == {"incoming.lock"}


async def test_many_uploads_at_once_all_arrive(store):
    contents = [bytes([n]) * (n * 9000) for n in range(1, 64)]
    staged = await asyncio.gather(*(store.stage(pieces(content)) for content in contents))
    await asyncio.gather(*(blob.commit() for blob in staged))
    for blob, content in zip(staged, contents, strict=True):
        assert b"".join([piece async for piece in store.read(blob.digest)]) == content


async def test_a_reader_that_stops_early_lets_go_of_the_file(store):
    blob = await store.stage(pieces(LARGE))
    await blob.commit()
    reading = store.read(blob.digest)
    await anext(reading)
    await reading.aclose()
    assert not any(blob.digest in path for path in open_files())


def open_files():
    for descriptor in list(Path("/proc/self/fd").iterdir()):
        with suppress(FileNotFoundError):  # the one that listed the others
            yield str(descriptor.readlink())
