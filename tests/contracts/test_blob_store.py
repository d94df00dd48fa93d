"""What every engine for bytes promises, run against each of them."""

import hashlib
from base64 import b64encode
from contextlib import ExitStack
from uuid import uuid4

import pytest

from replication.blobs.local import LocalBlobStore
from replication.blobs.memory import MemoryBlobStore
from replication.blobs.s3.bucket import PART
from replication.blobs.s3.store import S3BlobStore
from replication.blobs.sealed.store import SealedBlobStore
from replication.blobs.sweep import sweep
from replication.core.errors import BlobMismatch, BlobMissing, StoreClosed
from tests.support.s3_servers import SERVERS

SIZES = [0, 1, 10_240, 524_287, 524_288, 524_289, 1_000_003, PART, PART + 1, 2 * PART + 70_000]
PERIOD = bytes(n * 31 % 251 for n in range(251))


@pytest.fixture(scope="module")
def s3(tmp_path_factory):
    """Start each of the servers when the first test wants it."""
    with ExitStack() as running:
        started = {}

        def server(kind):
            if kind not in started:
                made = SERVERS[kind](tmp_path_factory.mktemp(kind))
                started[kind] = running.enter_context(made)
            return started[kind]

        yield server


@pytest.fixture(params=["memory", "local", "sealed", *SERVERS])
async def store(request, tmp_path, s3):
    if request.param == "memory":
        made = MemoryBlobStore()
    elif request.param == "local":
        made = LocalBlobStore(tmp_path / "blobs")
    elif request.param == "sealed":
        made = SealedBlobStore(tmp_path / "blobs", bytes(range(32)))
    else:
        bucket = s3(request.param).account.connect()
        made = S3BlobStore(bucket, uuid4().hex, lambda: uuid4().hex)
    yield made
    await made.close()


async def pieces(content, size=65_536):
    for start in range(0, len(content), size):
        yield content[start : start + size]


async def failing(content, error):
    async for piece in pieces(content):
        yield piece
    raise error


async def put(store, content):
    staged = await store.stage(pieces(content))
    await staged.commit()
    return staged.digest


async def read(store, digest, *span):
    return b"".join([piece async for piece in store.read(digest, *span)])


async def listed(store):
    return {blob.digest: blob.size async for blob in store.listing()}


def content_of(size):
    return (PERIOD * (size // len(PERIOD) + 1))[:size]


@pytest.mark.parametrize("size", SIZES)
async def test_content_of_any_size_is_hashed_and_read_back(store, size):
    content = content_of(size)
    staged = await store.stage(pieces(content), length=size)
    stat = await staged.commit()
    assert staged.digest == hashlib.sha256(content).hexdigest() == stat.digest
    assert staged.md5 == b64encode(hashlib.md5(content).digest()).decode()
    assert staged.size == stat.size == size
    assert await read(store, staged.digest) == content
    assert await store.stat(staged.digest) == stat


@pytest.mark.parametrize("span", [(0, 1), (5, 5), (7, 300_000), (299_999, None), (400_000, None)])
async def test_a_span_of_the_bytes_is_read(store, span):
    content = content_of(350_000)
    digest = await put(store, content)
    start, stop = span
    assert await read(store, digest, start, stop) == content[start:stop]


async def test_a_span_beyond_the_end_is_cut(store):
    digest = await put(store, b"ten bytes!")
    assert await read(store, digest, 4, 1000) == b"bytes!"


async def test_staged_bytes_have_no_name_before_the_commit(store):
    staged = await store.stage(pieces(content_of(700_000)))
    with pytest.raises(BlobMissing):
        await store.stat(staged.digest)
    assert await listed(store) == {}


async def test_discarded_bytes_cannot_be_committed(store):
    staged = await store.stage(pieces(content_of(700_000)))
    await staged.discard()
    await staged.discard()
    with pytest.raises(BlobMissing):
        await staged.commit()
    assert await listed(store) == {}


async def test_a_discard_after_the_commit_is_harmless(store):
    content = content_of(700_000)
    staged = await store.stage(pieces(content))
    await staged.commit()
    await staged.discard()
    assert await read(store, staged.digest) == content


@pytest.mark.parametrize("size", [10, 700_000, PART + 1])
async def test_the_same_bytes_committed_twice_are_one_blob(store, size):
    content = content_of(size)
    first = await store.stage(pieces(content))
    second = await store.stage(pieces(content))
    before = await first.commit()
    after = await second.commit()
    assert after.stored_at >= before.stored_at
    assert await listed(store) == {first.digest: size}
    assert await read(store, first.digest) == content


@pytest.mark.parametrize("size", [10, 700_000, PART + 1])
async def test_a_blob_taken_in_again_after_its_removal_is_there(store, size):
    content = content_of(size)
    digest = await put(store, content)
    await store.delete(digest)
    assert await put(store, content) == digest
    assert await read(store, digest) == content


@pytest.mark.parametrize("announced", [0, 299_999, 300_001])
async def test_another_length_than_announced_leaves_nothing(store, announced):
    with pytest.raises(BlobMismatch) as caught:
        await store.stage(pieces(content_of(700_000)), length=announced)
    assert (caught.value.what, caught.value.expected) == ("length", announced)
    assert await listed(store) == {}


@pytest.mark.parametrize("size", [10, 600_000, 2 * PART])
async def test_what_the_body_raises_passes_through(store, size):
    with pytest.raises(ConnectionResetError):
        await store.stage(failing(content_of(size), ConnectionResetError()))
    assert await listed(store) == {}


@pytest.mark.parametrize("digest", ["0" * 64, "", "../../etc/passwd", "0" * 63 + "\n", "A" * 64])
async def test_a_digest_of_nothing_is_missing(store, digest):
    with pytest.raises(BlobMissing):
        await store.stat(digest)
    with pytest.raises(BlobMissing):
        await read(store, digest)


async def test_a_removed_blob_is_gone_and_removing_it_again_is_harmless(store):
    digest = await put(store, b"short-lived")
    await store.delete(digest)
    await store.delete(digest)
    with pytest.raises(BlobMissing):
        await read(store, digest)


async def test_a_reader_finishes_though_the_blob_is_removed(store):
    content = content_of(1_000_000)
    digest = await put(store, content)
    reading = store.read(digest)
    first = await anext(reading)
    await store.delete(digest)
    assert first + b"".join([piece async for piece in reading]) == content


async def test_a_local_file_holds_just_the_bytes(store):
    content = content_of(700_000)
    digest = await put(store, content)
    path = await store.path(digest)
    if path is not None:
        with open(path, "rb") as file:  # noqa: ASYNC230, PTH123
            assert file.read() == content


async def test_the_listing_shows_every_blob_once(store):
    contents = [f"blob {n}".encode() for n in range(300)]
    for content in contents:
        await put(store, content)
    assert await listed(store) == {
        hashlib.sha256(content).hexdigest(): len(content) for content in contents
    }


async def test_a_closed_store_takes_nothing_in(store):
    staged = await store.stage(pieces(b"too late"))
    await store.close()
    with pytest.raises(StoreClosed):
        await staged.commit()
    with pytest.raises(StoreClosed):
        await store.stage(pieces(content_of(700_000)))


async def names(*digests):
    for digest in digests:
        yield digest


async def test_a_sweep_takes_old_blobs_that_nothing_names(store):
    kept, swept = await put(store, b"kept"), await put(store, b"swept")
    now = (await store.stat(swept)).stored_at + 7200
    assert await sweep(store, names(kept, "0" * 64), now=now) == [swept]
    assert await listed(store) == {kept: 4}


async def test_a_sweep_leaves_blobs_younger_than_the_grace(store):
    young = await put(store, b"young")
    now = (await store.stat(young)).stored_at + 3600
    assert await sweep(store, names(), now=now) == []
    assert await listed(store) == {young: 5}


async def test_a_blob_stored_again_during_the_sweep_stays(store):
    digest = await put(store, b"wanted after all")
    now = (await store.stat(digest)).stored_at + 0.001

    async def named():
        stored = (await store.stat(digest)).stored_at
        while (await store.stat(digest)).stored_at < stored + 0.01:
            await put(store, b"wanted after all")
        for none in ():
            yield none

    assert await sweep(store, named(), now=now, grace=0) == []
    assert await read(store, digest) == b"wanted after all"


async def test_a_sweep_that_cannot_read_the_documents_removes_nothing(store):
    digest = await put(store, b"who knows")
    with pytest.raises(ConnectionResetError):
        await sweep(store, failing(b"", ConnectionResetError()), now=1e12)
    assert await listed(store) == {digest: 9}
