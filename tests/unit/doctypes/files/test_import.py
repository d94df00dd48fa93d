"""Importing many files at once: in one transaction, again, over what is there."""

from datetime import UTC, datetime

import pytest

from doctypes.files.errors import NotADirectory, Protected, QuotaExceeded
from doctypes.files.import_verbs import Candidate, Imported
from doctypes.files.node import DOCTYPE, ROOT_ID, TRASH_ID

WHEN = datetime(2020, 1, 1, tzinfo=UTC)


async def content(tree, data):
    async def body():
        yield data

    staged = await tree.stage(body())
    await staged.commit()
    return staged


async def file(tree, path, data=b"x", **facts):
    return Imported(tuple(path.split("/")), WHEN, await content(tree, data), **facts)


def directory(path):
    return Imported(tuple(path.split("/")), WHEN)


async def sequence(store):
    return (await (await store.open(DOCTYPE)).sequence()).number


async def test_files_come_with_the_directories_between(tree, store):
    before = await sequence(store)
    outcome = await tree.import_nodes(
        ROOT_ID,
        [directory("a"), await file(tree, "a/b/f", b"1", executable=True), directory("empty")],
        by="import",
    )
    assert (outcome.made, outcome.replaced, outcome.kept, outcome.refused) == (4, 0, 0, [])
    assert await sequence(store) == before + 4
    found = await tree.at("/a/b/f")
    assert (found.updated_at, found.created_at, found.executable) == (WHEN, WHEN, True)
    assert (await tree.at("/empty")).updated_at == WHEN
    assert (await tree.usage()).files == 1


async def test_again_nothing_is_done_and_what_changed_becomes_a_version(tree, store):
    both = [await file(tree, "a/f", b"1"), await file(tree, "a/g", b"2")]
    await tree.import_nodes(ROOT_ID, both)
    before = await sequence(store)
    outcome = await tree.import_nodes(ROOT_ID, both)
    assert (outcome.kept, await sequence(store)) == (2, before)
    outcome = await tree.import_nodes(ROOT_ID, [await file(tree, "a/f", b"other"), both[1]])
    assert (outcome.replaced, outcome.kept) == (1, 1)
    found = await tree.at("/a/f")
    assert len(await tree.versions_of(found.id)) == 1


async def test_what_is_there_with_its_size_and_time_need_not_be_read(tree):
    await tree.import_nodes(ROOT_ID, [await file(tree, "a/f", b"1")])
    later = datetime(2021, 1, 1, tzinfo=UTC)
    asked = [
        Candidate(("a", "f"), 1, WHEN),
        Candidate(("a", "f"), 2, WHEN),
        Candidate(("a", "f"), 1, later),
        Candidate(("a", "g"), 1, WHEN),
        Candidate(("b", "c", "f"), 1, WHEN),
        Candidate(("a",), 1, WHEN),
    ]
    assert await tree.are_imported(ROOT_ID, asked) == [True, False, False, False, False, False]


async def test_what_cannot_be_is_told_and_the_others_come(tree):
    await tree.import_nodes(ROOT_ID, [await file(tree, "taken"), directory("d")])
    wanted = [
        await file(tree, "bad\udcff"),
        await file(tree, "taken/below"),
        await file(tree, "d"),
        await file(tree, "caf\u00e9"),
        await file(tree, "cafe\u0301"),
        Imported(("deep",) * 600, WHEN),
        await file(tree, "well"),
    ]
    outcome = await tree.import_nodes(ROOT_ID, wanted)
    assert [names[-1] for names, _ in outcome.refused] == [
        "bad\udcff",
        "below",
        "d",
        "cafe\u0301",
        "deep",
    ]
    assert (await tree.at("/well")).size == 1
    assert len((await tree.at("/caf\u00e9")).name) == 4


async def test_all_or_nothing_where_there_is_no_room(tree, store):
    some = [await file(tree, "a", b"12345"), await file(tree, "b", b"12345")]
    tree.quota = 9
    await tree.require_room(9)
    before = await sequence(store)
    with pytest.raises(QuotaExceeded):
        await tree.import_nodes(ROOT_ID, some)
    assert await sequence(store) == before


async def test_into_directories_outside_the_trash_alone(tree):
    one = await file(tree, "a")
    await tree.import_nodes(ROOT_ID, [one])
    with pytest.raises(NotADirectory):
        await tree.import_nodes((await tree.at("/a")).id, [one])
    with pytest.raises(Protected):
        await tree.import_nodes(TRASH_ID, [one])
