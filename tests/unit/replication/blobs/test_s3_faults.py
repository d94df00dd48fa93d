"""What becomes of contents when the store behind, or the line to it, does not do its part."""

import asyncio
import hashlib
import signal
import subprocess
import sys
import time
from contextlib import aclosing
from uuid import uuid4

import pytest
from aiohttp import web

from replication.blobs.s3 import store as s3_store
from replication.blobs.s3.bucket import PART, S3Account
from replication.blobs.s3.keys import Keys
from replication.blobs.s3.store import S3BlobStore
from replication.core.errors import BlobMissing, StorageFull, StorageUnreachable
from tests.support.faulty_line import passes
from tests.support.faulty_s3 import FaultyS3, refusal
from tests.support.running_home import ROOT
from tests.support.s3_servers import Moto

SMALL = b"a small content"
LARGE = bytes(range(256)) * (2 * PART // 256) + b"and a little more"

UPLOADER = """
import asyncio, sys
from replication.blobs.s3.bucket import PART, S3Account
from replication.blobs.s3.store import S3BlobStore

async def endless():
    while True:
        yield b"x" * PART

bucket = S3Account(bucket="foyer", endpoint=sys.argv[1], access_key="k", secret_key="s").connect()
asyncio.run(S3BlobStore(bucket, sys.argv[2], lambda: "dying").stage(endless()))
"""


@pytest.fixture(scope="module")
def moto(tmp_path_factory):
    with Moto(tmp_path_factory.mktemp("moto")) as running:
        yield running


@pytest.fixture
def prefix():
    return uuid4().hex


@pytest.fixture
async def line(moto):
    async with FaultyS3(moto) as between:
        yield between


@pytest.fixture
async def store(line, prefix):
    made = opened(line, prefix)
    yield made
    line.rule = passes
    await made.close()


def opened(server, prefix):
    return S3BlobStore(server.account.connect(), prefix, lambda: uuid4().hex)


async def pieces(content, size=1 << 20):
    for start in range(0, len(content), size):
        yield content[start : start + size]


async def put(store, content):
    staged = await store.stage(pieces(content))
    await staged.commit()
    return staged.digest


async def read(store, digest, *span):
    return b"".join([piece async for piece in store.read(digest, *span)])


async def listed(store):
    return [blob.digest async for blob in store.listing()]


def is_part(asked):
    return "partNumber" in asked.query


async def test_what_fails_once_is_asked_again(store, line):
    line.rule = lambda asked: None if asked.again else refusal(503, "SlowDown")
    for content in (SMALL, LARGE):
        digest = await put(store, content)
        assert await read(store, digest) == content
    await store.delete(digest)
    assert await listed(store) == [hashlib.sha256(SMALL).hexdigest()]


async def test_a_part_that_never_arrives_takes_back_the_others(store, line, moto, prefix):
    def rule(asked):
        last = is_part(asked) and asked.query["partNumber"] == "2"
        return refusal(500, "InternalError") if last else None

    line.rule = rule
    with pytest.raises(StorageUnreachable) as caught:
        await put(store, LARGE)
    assert caught.value.why == "InternalError"
    assert prefix not in moto.unfinished()
    assert await listed(store) == []


@pytest.mark.parametrize(
    ("status", "code"), [(507, "XMinioStorageFull"), (403, "QuotaExceeded"), (507, "")]
)
@pytest.mark.parametrize("content", [SMALL, LARGE], ids=["small", "large"])
async def test_no_room_is_called_so(store, line, moto, prefix, content, status, code):
    line.rule = lambda asked: refusal(status, code) if asked.method == "PUT" else None
    with pytest.raises(StorageFull):
        await put(store, content)
    assert await listed(store) == []
    assert prefix not in moto.unfinished()


async def test_a_copy_that_fails_leaves_no_name(store, line):
    staged = await store.stage(pieces(LARGE))
    line.rule = lambda asked: (
        refusal(500, "InternalError") if "x-amz-copy-source" in asked.headers else None
    )
    with pytest.raises(StorageUnreachable):
        await staged.commit()
    with pytest.raises(BlobMissing):
        await store.stat(staged.digest)
    line.rule = passes
    await staged.commit()
    assert await read(store, staged.digest) == LARGE


async def test_a_read_goes_on_where_the_line_was_cut(store, line):
    digest = await put(store, LARGE)
    line.rule = lambda asked: None if asked.again else 700_000
    assert await read(store, digest, 5, len(LARGE) - 5) == LARGE[5:-5]
    assert sum(line.asked.values()) > 2


async def test_a_read_that_never_comes_to_its_end_is_an_error(store, line):
    digest = await put(store, LARGE)
    line.rule = lambda _: 0
    with pytest.raises(StorageUnreachable):
        await read(store, digest)


async def test_a_reader_finds_the_copy_that_took_the_place_of_another(store, line, prefix):
    digest = await put(store, LARGE)
    before = {one.key async for one in line.account.connect().listing(prefix)}
    other = opened(line, prefix)
    await put(other, LARGE)
    await line.account.connect().delete(sorted(before))
    assert await read(store, digest) == LARGE


async def test_nobody_at_the_other_end(prefix):
    away = S3Account(
        bucket="b", endpoint="http://127.0.0.1:1", access_key="mine", secret_key="hidden"
    )
    store = S3BlobStore(away.connect(), prefix, lambda: "x")
    with pytest.raises(StorageUnreachable) as caught:
        await put(store, SMALL)
    assert str(caught.value) == "http://127.0.0.1:1/b: no answer"
    assert "hidden" not in repr(away)
    assert "mine" not in repr(away)


async def test_another_bucket_than_there_is(moto, prefix):
    account = S3Account(bucket="none", endpoint=moto.address, access_key="k", secret_key="s")
    store = S3BlobStore(account.connect(), prefix, lambda: "x")
    for attempt in (put(store, SMALL), put(store, LARGE), listed(store)):
        with pytest.raises(StorageUnreachable) as caught:
            await attempt
        assert caught.value.why == "NoSuchBucket"


async def test_a_store_that_lists_late_acknowledges_nothing(store, line):
    def rule(asked):
        if "list-type" not in asked.query:
            return None
        return web.Response(text="<ListBucketResult></ListBucketResult>")

    line.rule = rule
    with pytest.raises(StorageUnreachable) as caught:
        await put(store, SMALL)
    assert caught.value.why == "it does not list what was just stored"


@pytest.mark.parametrize("parts", [0, 1, 3])
async def test_an_upload_that_is_given_up_leaves_nothing(store, moto, prefix, parts):
    arrived = asyncio.Event()

    async def body():
        for _ in range(parts):
            yield b"x" * (PART + 1)
        arrived.set()
        await asyncio.Event().wait()
        yield b""

    staging = asyncio.create_task(store.stage(body()))
    await arrived.wait()
    staging.cancel()
    with pytest.raises(asyncio.CancelledError):
        await staging
    assert prefix not in moto.unfinished()
    assert [one async for one in moto.account.connect().listing(prefix)] == []


def test_a_process_killed_between_parts_leaves_nothing_that_counts(moto, prefix):
    dying = subprocess.Popen(
        [sys.executable, "-c", UPLOADER, moto.address, prefix], cwd=ROOT, stdout=subprocess.DEVNULL
    )
    deadline = time.monotonic() + 60
    while prefix not in moto.unfinished():
        assert dying.poll() is None
        assert time.monotonic() < deadline
    dying.send_signal(signal.SIGKILL)
    dying.wait()

    async def left():
        store = opened(moto, prefix)
        assert await listed(store) == []
        assert await read(store, await put(store, SMALL)) == SMALL

    asyncio.run(left())


async def test_a_sweep_spares_what_is_committed_while_it_removes(store, line, prefix):
    digest = await put(store, SMALL)
    late = (await store.stat(digest)).stored_at + 7200
    other = opened(line, prefix)

    async def rule(asked):
        if "delete" in asked.query and not asked.again:
            line.rule = passes
            await put(other, SMALL)

    line.rule = rule
    assert await store.delete_stale(digest, late)
    assert await read(store, digest) == SMALL


async def test_what_was_abandoned_is_swept_when_it_is_old(store, moto, prefix, monkeypatch):
    bucket = moto.account.connect()
    await bucket.put(Keys(prefix).arriving("left"), SMALL)
    assert await listed(store) == []
    assert [one.key async for one in bucket.listing(prefix)] == [Keys(prefix).arriving("left")]
    monkeypatch.setattr(s3_store, "_ABANDONED", -1.0)
    assert await listed(store) == []
    assert [one async for one in bucket.listing(prefix)] == []


async def test_copies_that_are_long_superseded_are_removed(store, moto, prefix, monkeypatch):
    monkeypatch.setattr(s3_store, "_SUPERSEDED", 0.5)
    first = await (await store.stage(pieces(SMALL))).commit()
    stat = first
    while stat.stored_at < first.stored_at + 1:
        await asyncio.sleep(0.2)
        stat = await (await store.stage(pieces(SMALL))).commit()
    keys = [one async for one in moto.account.connect().listing(Keys(prefix).blobs)]
    assert {one.stored_at for one in keys} == {stat.stored_at}
    assert await read(store, stat.digest) == SMALL


async def test_what_is_too_large_to_be_copied_at_once_is_sent_again(store, monkeypatch):
    monkeypatch.setattr(s3_store, "COPIED_AT_ONCE", PART)
    digest = await put(store, LARGE)
    assert await read(store, digest) == LARGE


async def test_a_commit_again_renews_and_finds_out_what_was_removed(store):
    staged = await store.stage(pieces(LARGE))
    await staged.commit()
    async with aclosing(store.read(staged.digest)) as reading:
        await anext(reading)
        await staged.commit()
    await store.delete(staged.digest)
    with pytest.raises(BlobMissing):
        await staged.commit()
