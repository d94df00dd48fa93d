"""Selective sync in single steps: what is written anew, and what a device is told of it."""

import json

import pytest

from doctypes.files.errors import NodeMissing, NotADirectory, Protected, StaleRevision
from doctypes.files.node import DOCTYPE, ROOT_ID, TRASH_ID
from replication.core.change import ChangesQuery

LAPTOP, PHONE = "laptop", "phone"


async def body():
    yield b"x"


async def create(tree, path):
    parent, _, name = path.rpartition("/")
    directory = await tree.make_directories(parent or "/")
    return await tree.create(directory.id, name, await tree.stage(body()))


async def told(tree, device, since=0):
    """Return the paths of what is shown, and the ids of what is deleted."""
    page = await tree.changes_for(device).changes(ChangesQuery(since=since, include_documents=True))
    shown = [row.document_id for row in page.rows if not row.deleted]
    paths = {await tree.path_of(await tree.get(node_id)) for node_id in shown}
    return paths, {row.document_id for row in page.rows if row.deleted}


async def sequence(store):
    return (await (await store.open(DOCTYPE)).sequence()).number


async def test_a_directory_is_excluded_with_all_below_it_and_comes_back(tree, store):
    file = await create(tree, "/a/b/f")
    a, b = await tree.at("/a"), await tree.at("/a/b")
    before = await sequence(store)
    excluded = await tree.exclude(a.id, [LAPTOP])
    assert json.loads(excluded.document.body)["not_synchronized_on"] == [
        {"type": "io.cozy.oauth.clients", "id": LAPTOP}
    ]
    assert await told(tree, LAPTOP, before) == (set(), {a.id, b.id, file.id})
    assert await told(tree, PHONE, before) == ({"/a", "/a/b", "/a/b/f"}, set())
    assert [directory.id for directory in await tree.excluded_by(LAPTOP)] == [a.id]
    assert await tree.exclude(a.id, [LAPTOP]) == excluded
    before = await sequence(store)
    included = await tree.include(a.id, [LAPTOP])
    assert "not_synchronized_on" not in json.loads(included.document.body)
    assert included.revision.generation == 3
    assert await told(tree, LAPTOP, before) == ({"/a", "/a/b", "/a/b/f"}, set())


async def test_what_is_moved_across_the_border_is_told_of(tree, store):
    file = await create(tree, "/secret/b/f")
    b = await tree.at("/secret/b")
    await tree.exclude((await tree.at("/secret")).id, [LAPTOP])
    before = await sequence(store)
    await tree.move(b.id, ROOT_ID, "b")
    assert await told(tree, LAPTOP, before) == ({"/b", "/b/f"}, set())
    before = await sequence(store)
    await tree.move(b.id, (await tree.at("/secret")).id, "c")
    assert await told(tree, LAPTOP, before) == (set(), {b.id, file.id})
    before = await sequence(store)
    await tree.move(b.id, (await tree.at("/secret")).id, "d")
    assert await sequence(store) == before + 1  # the same side: no file is written anew


async def test_a_device_throws_away_what_it_sees_and_no_more(tree):
    for path in ("/a/x", "/a/hidden/y", "/a/b/hidden/z", "/a/b/x", "/a/c/x"):
        await create(tree, path)
    for path in ("/a/hidden", "/a/b/hidden"):
        await tree.exclude((await tree.at(path)).id, [LAPTOP])
    a = await tree.at("/a")
    kept = await tree.trash_seen(a.id, LAPTOP)
    assert kept == a
    assert (await tree.at("/a/hidden/y")).name == "y"
    assert (await tree.at("/a/b/hidden/z")).name == "z"
    for path in ("/a/x", "/a/b/x", "/a/c"):
        with pytest.raises(NodeMissing):
            await tree.at(path)
    names = [node.name async for page in tree.trashed() for node in page]
    assert sorted(names) == ["c", "x", "x (2)"]
    with pytest.raises(NodeMissing):
        await tree.trash_seen((await tree.at("/a/hidden/y")).id, LAPTOP)
    assert (await tree.trash_seen(a.id, PHONE)).dir_id == TRASH_ID


async def test_after_many_changes_directories_are_read_and_not_changes(tree, monkeypatch):
    await create(tree, "/a/f")
    await create(tree, "/b/f")
    a, b = await tree.at("/a"), await tree.at("/b")
    await tree.exclude(a.id, [LAPTOP])
    assert [one.id for one in await tree.excluded_by(LAPTOP)] == [a.id]
    monkeypatch.setattr("doctypes.files.exclusions.FAR", 0)
    await tree.include(a.id, [LAPTOP])
    await tree.exclude(b.id, [LAPTOP])
    assert [one.id for one in await tree.excluded_by(LAPTOP)] == [b.id]
    await tree.destroy(b.id)
    assert await tree.excluded_by(LAPTOP) == []


async def test_only_directories_below_the_root_are_excluded(tree):
    file = await create(tree, "/f")
    with pytest.raises(NotADirectory):
        await tree.exclude(file.id, [LAPTOP])
    for node_id in (ROOT_ID, TRASH_ID):
        with pytest.raises(Protected):
            await tree.exclude(node_id, [LAPTOP])
    directory = await tree.make_directory(ROOT_ID, "d")
    await tree.exclude(directory.id, [PHONE])
    with pytest.raises(StaleRevision):
        await tree.exclude(directory.id, [LAPTOP], expected=directory.revision)
