"""A sealed folder: what is changed, moved or cut in it does not open, and nothing of it tells."""

import asyncio
import shutil
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from replication.blobs.sealed.layout import END, HEAD, PIECE, SEALED_PIECE, FolderKey
from replication.blobs.sealed.store import SealedBlobStore
from replication.core.errors import BlobMismatch, BlobMissing

SECRET = bytes(range(32))
CONTENT = bytes(n * 7 % 251 for n in range(3 * PIECE + 1000))


async def pieces(content):
    for start in range(0, len(content), 100_000):
        yield content[start : start + 100_000]


async def kept(store, content):
    staged = await store.stage(pieces(content))
    return (await staged.commit()).digest


async def whole(store, digest, *span):
    return b"".join([piece async for piece in store.read(digest, *span)])


@pytest.fixture
async def store(tmp_path):
    made = SealedBlobStore(tmp_path / "blobs", SECRET)
    yield made
    await made.close()


@pytest.fixture
def files(tmp_path):
    def found():
        return sorted(path for path in tmp_path.glob("blobs/??/*"))

    return found


async def test_neither_names_nor_bytes_tell_of_a_content(store, files, tmp_path):
    digest = await kept(store, b"a text that is known" * 100)
    large = await kept(store, CONTENT)
    for path in tmp_path.rglob("*"):
        assert digest not in str(path)
        assert large not in str(path)
        if path.is_file():
            content = path.read_bytes()
            assert b"a text that is known" not in content
            assert CONTENT[:64] not in content
            assert SECRET not in content
    assert len(files()) == 2


@given(place=st.integers(0, HEAD + END + len(CONTENT) + 4 * 16 - 1), bit=st.integers(0, 7))
def test_a_changed_bit_is_found_by_whoever_reads_it(tmp_path_factory, place, bit):
    async def tried():
        folder = tmp_path_factory.mktemp("sealed") / "blobs"
        store = SealedBlobStore(folder, SECRET)
        digest = await kept(store, CONTENT)
        [path] = folder.glob("??/*")
        changed = bytearray(path.read_bytes())
        changed[place] ^= 1 << bit
        path.write_bytes(changed)
        with pytest.raises(BlobMismatch):
            await whole(store, digest)
        await store.close()

    asyncio.run(tried())


async def test_pieces_that_were_moved_or_cut_do_not_open(store, files):
    digest = await kept(store, CONTENT)
    [path] = files()
    sealed = path.read_bytes()
    first, second = (sealed[HEAD + n * SEALED_PIECE :][:SEALED_PIECE] for n in (0, 1))
    rest = sealed[HEAD + 2 * SEALED_PIECE :]
    for other in (
        sealed[:HEAD] + second + first + rest,
        sealed[:HEAD] + first + first + rest,
        sealed[:HEAD] + first + rest,
        sealed[:-1],
        sealed + b"\0",
        sealed[:HEAD] + sealed[-END:],
        sealed[:-END],
        b"",
    ):
        path.write_bytes(other)
        with pytest.raises(BlobMismatch):
            await whole(store, digest)


async def test_a_file_does_not_open_under_the_name_of_another(store, files):
    digests = [await kept(store, content) for content in (b"one", b"two")]
    one, two = files()
    shutil.copyfile(one, two)
    found = [await opened(store, digest) for digest in digests]
    assert sorted(map(bool, found)) == [False, True]


async def opened(store, digest):
    try:
        return await whole(store, digest)
    except BlobMismatch:
        return None


async def test_another_key_finds_nothing_and_opens_nothing(store, files, tmp_path):
    digest = await kept(store, b"one")
    other = SealedBlobStore(tmp_path / "blobs", bytes(32))
    with pytest.raises(BlobMissing):
        await whole(other, digest)
    [path] = files()
    name = FolderKey(bytes(32)).name_of(digest)
    place = tmp_path / "blobs" / name[:2] / name
    place.parent.mkdir(exist_ok=True)
    shutil.copyfile(path, place)
    with pytest.raises(BlobMismatch):
        await whole(other, digest)
    await other.close()


@given(st.binary(max_size=40))
def test_names_come_back(content):
    key, digest = FolderKey(SECRET), sha256(content).hexdigest()
    assert key.digest_of(key.name_of(digest)) == digest
    assert key.name_of(digest) != digest


async def test_ranges_are_those_of_the_content(store):
    digest = await kept(store, CONTENT)
    places = (0, 1, PIECE - 1, PIECE, PIECE + 1, 2 * PIECE, len(CONTENT) - 1, len(CONTENT))
    for start in places:
        for stop in (*places, None, len(CONTENT) + 5):
            assert await whole(store, digest, start, stop) == CONTENT[start:stop]
