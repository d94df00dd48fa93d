"""Homes that other hands and bad disks have been at."""

import asyncio
import json
from datetime import UTC, datetime
from itertools import count

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from doctypes.files.file_tree import FileTree
from doctypes.files.node import DOCTYPE, ROOT_ID, TRASH_ID
from doctypes.files.structure import Fault, shape_faults
from doctypes.files.version import VERSIONS
from doctypes.files.whole_tree import every_node
from replication.blobs.local import LocalBlobStore
from replication.blobs.memory import MemoryBlobStore
from replication.core.document import Edit
from replication.store.memory import MemoryDocumentStore


@pytest.fixture
async def blobs(tmp_path):
    made = LocalBlobStore(tmp_path / "blobs")
    yield made
    await made.close()


async def stage(blobs, content):
    async def body():
        yield content

    return await blobs.stage(body())


async def create(tree, blobs, name, content=b"content", parent=ROOT_ID):
    return await tree.create(parent, name, await stage(blobs, content))


async def told(store, node, **fields):
    """Let a document say something else."""
    body = json.dumps({**json.loads(node.document.body), **fields}).encode()
    await (await store.open(DOCTYPE)).write([Edit(node.id, body, base=node.revision)])


def faults(verified):
    return {(finding.id, finding.fault, finding.repaired) for finding in verified.findings}


async def test_a_home_that_only_the_tree_wrote_is_sound(tree, blobs):
    directory = await tree.make_directories("/a/b")
    file = await create(tree, blobs, "f", b"12345", directory.id)
    await tree.replace(file.id, await stage(blobs, b"123"))
    await create(tree, blobs, "g", b"123")
    await tree.trash((await tree.at("/a")).id)
    steps = []
    verified = await tree.verify(progress=lambda *step: steps.append(step))
    assert (verified.findings, verified.is_sound) == ([], True)
    assert (verified.nodes, verified.versions) == (6, 1)
    assert (verified.contents, verified.read) == (2, 8)
    assert steps == [(1, 2), (2, 2)]


async def test_contents_are_read_again_and_mended_from_a_copy(tree, blobs, tmp_path):
    gone, bad, well = [await create(tree, blobs, name, name.encode()) for name in "abc"]
    spare = MemoryBlobStore()
    for name in ("a", "b"):
        await (await stage(spare, name.encode())).commit()
    await blobs.delete(gone.blob)
    (tmp_path / "blobs" / bad.blob[:2] / bad.blob).write_bytes(b"x")
    found = {(gone.id, Fault.CONTENT_MISSING), (bad.id, Fault.CONTENT_DAMAGED)}
    assert faults(await tree.verify()) == {(*one, False) for one in found}
    assert faults(await tree.verify(repair=True)) == {(*one, False) for one in found}
    assert faults(await tree.verify(contents=False)) == {(gone.id, Fault.CONTENT_MISSING, False)}
    verified = await tree.verify(repair=True, spare=spare)
    assert faults(verified) == {(*one, True) for one in found}
    assert verified.is_sound
    assert (await tree.verify()).findings == []
    assert [piece async for piece in tree.read(well)] == [b"c"]


async def test_a_copy_that_is_damaged_itself_mends_nothing(tree, blobs, tmp_path):
    file = await create(tree, blobs, "a", b"a")
    await blobs.delete(file.blob)

    spare = LocalBlobStore(tmp_path / "spare")
    await (await stage(spare, b"a")).commit()
    (tmp_path / "spare" / file.blob[:2] / file.blob).write_bytes(b"rotten")
    verified = await tree.verify(repair=True, spare=spare)
    await spare.close()
    assert faults(verified) == {(file.id, Fault.CONTENT_MISSING, False)}
    assert not verified.is_sound


async def test_what_documents_tell_of_contents_is_put_right(tree, store, blobs):
    file = await create(tree, blobs, "a", b"12345")
    await told(store, file, size="7", md5sum="AAAAAAAAAAAAAAAAAAAAAA==")
    wrong = {(file.id, Fault.SIZE_WRONG), (file.id, Fault.DIGEST_WRONG)}
    assert faults(await tree.verify()) == {(*one, False) for one in wrong}
    assert faults(await tree.verify(repair=True)) == {(*one, True) for one in wrong}
    mended = await tree.get(file.id)
    assert (mended.size, mended.md5sum) == (5, file.md5sum)
    assert (await tree.usage()).files == 5


async def test_a_version_without_its_file_goes(tree, store, blobs):
    file = await create(tree, blobs, "a", b"1")
    await tree.replace(file.id, await stage(blobs, b"2"))
    new = await tree.get(file.id)
    edit = Edit(file.id, deleted=True, base=new.revision)
    await (await store.open(DOCTYPE)).write([edit])
    (version,) = await tree.versions_of(file.id)
    assert faults(await tree.verify()) == {(version.id, Fault.VERSION_ORPHANED, False)}
    assert (await tree.verify(repair=True)).is_sound
    assert await tree.versions_of(file.id) == []
    assert (await (await store.open(VERSIONS)).info()).document_count == 0


async def test_what_leads_nowhere_comes_into_the_root(tree, store, blobs):
    lost = await tree.make_directories("/a/lost/deep")
    file = await create(tree, blobs, "f", b"x", lost.id)
    await told(store, await tree.at("/a/lost"), dir_id="nobody")
    await tree.make_directory(ROOT_ID, "lost")
    verified = await tree.verify(repair=True)
    assert verified.is_sound
    assert await tree.path_of(await tree.get(file.id)) == "/lost (2)/deep/f"
    assert (await tree.at("/lost (2)/deep/f")).id == file.id
    assert (await tree.verify()).findings == []


NODES = st.lists(
    st.tuples(
        st.booleans(),  # a directory?
        st.integers(0, 8),  # which lies in
        st.sampled_from(["a", "b", "e\u0301", "\u00e9", ".cozy_trash", ""]),
        st.sampled_from(["/", "/a", "/b/a", "/.cozy_trash/a", "wrong"]),
        st.booleans(),  # trashed?
    ),
    max_size=8,
)


@given(NODES)
@settings(max_examples=150, deadline=None)
def test_any_shape_is_mended(drawn):
    asyncio.run(mended(drawn))


async def mended(drawn):
    numbers = count()
    store = MemoryDocumentStore()
    tree = FileTree(
        store,
        MemoryBlobStore(),
        clock=lambda: datetime(2026, 11, 23, tzinfo=UTC),
        new_id=lambda: f"id{next(numbers)}",
    )
    await tree.start()
    ids = [f"n{place}" for place in range(len(drawn))]
    parents = [ROOT_ID, TRASH_ID, "nobody", *ids]
    content = await tree.stage(nothing())
    await content.commit()
    edits = []
    for node_id, (is_directory, parent, name, path, trashed) in zip(ids, drawn, strict=True):
        body = {"name": name, "dir_id": parents[parent % len(parents)]}
        if is_directory:
            body |= {"type": "directory", "path": path}
        else:
            body |= {"type": "file", "sha256sum": content.digest, "trashed": trashed}
        edits.append(Edit(node_id, json.dumps(body).encode()))
    database = await store.open(DOCTYPE)
    await database.write(edits)
    assert (await tree.verify(repair=True)).is_sound
    nodes = await every_node(database)
    assert list(shape_faults(nodes)) == []
    assert set(ids) <= set(nodes)
    for node in nodes.values():
        assert (await tree.at(await tree.path_of(node))).id == node.id


async def nothing():
    yield b""
