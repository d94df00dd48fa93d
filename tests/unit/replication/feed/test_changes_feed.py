import asyncio
import random

import pytest

from replication.core.change import ChangesQuery
from replication.core.document import Edit
from replication.core.errors import StoreClosed
from replication.feed import changes_feed
from replication.store.memory import MemoryDocumentStore


@pytest.fixture
async def store():
    return MemoryDocumentStore()


@pytest.fixture
async def database(store):
    return await store.create("d")


def longpoll(database, query, patience):
    return changes_feed.longpoll(database, query, changes_feed.patient(database, patience))


async def rows_of(pages):
    return [row.document_id async for page in pages for row in page.rows]


async def test_once_reads_over_page_borders_up_to_the_limit(database):
    await database.write([Edit(f"d{n:05}") for n in range(2300)])
    assert len(await rows_of(changes_feed.once(database, ChangesQuery()))) == 2300
    assert len(await rows_of(changes_feed.once(database, ChangesQuery(limit=1500)))) == 1500
    descending = await rows_of(changes_feed.once(database, ChangesQuery(descending=True)))
    assert descending == sorted(descending, reverse=True)
    assert len(descending) == 2300


async def test_longpoll_answers_at_once_when_there_is_something(database):
    await database.write([Edit("x")])
    pages = longpoll(database, ChangesQuery(), 30)
    assert await asyncio.wait_for(rows_of(pages), 1) == ["x"]


async def test_longpoll_waits_for_a_write(database):
    pages = longpoll(database, ChangesQuery(), 30)
    waiting = asyncio.ensure_future(rows_of(pages))
    await asyncio.sleep(0.01)
    await database.write([Edit("x")])
    assert await asyncio.wait_for(waiting, 1) == ["x"]


async def test_longpoll_ends_empty_when_its_patience_does(database):
    await database.write([Edit("x")])
    pages = longpoll(database, ChangesQuery(since=1), 0.02)
    (page,) = [page async for page in pages]
    assert (page.rows, page.last.number) == ((), 1)


async def test_longpoll_is_not_woken_by_what_its_filter_leaves_out(database):
    query = ChangesQuery(accept=lambda row: row.document_id == "wanted")
    waiting = asyncio.ensure_future(rows_of(longpoll(database, query, 30)))
    await asyncio.sleep(0)
    await database.write([Edit("other")])
    await asyncio.sleep(0.01)
    assert not waiting.done()
    await database.write([Edit("wanted")])
    assert await asyncio.wait_for(waiting, 1) == ["wanted"]


async def test_feed_of_a_deleted_database_ends(store, database):
    pages = longpoll(database, ChangesQuery(), 30)
    waiting = asyncio.ensure_future(rows_of(pages))
    await asyncio.sleep(0.01)
    await store.delete("d")
    with pytest.raises(StoreClosed):
        await asyncio.wait_for(waiting, 1)


async def test_continuous_feed_ends_at_its_limit(database):
    pages = changes_feed.continuous(database, ChangesQuery(limit=3), patience=30)
    listening = asyncio.ensure_future(rows_of(pages))
    for n in range(5):
        await database.write([Edit(f"d{n}")])
        await asyncio.sleep(0)
    assert await asyncio.wait_for(listening, 1) == ["d0", "d1", "d2"]


@pytest.mark.parametrize("seed", range(60))
async def test_continuous_feed_misses_nothing_however_tasks_are_scheduled(database, seed):
    chance = random.Random(seed)

    async def yield_sometimes():
        for _ in range(chance.randrange(3)):
            await asyncio.sleep(0)

    async def write():
        for n in range(20):
            await yield_sometimes()
            await database.write([Edit(f"d{n}")])

    async def listen():
        seen = []
        async for page in changes_feed.continuous(database, ChangesQuery(limit=20), patience=5):
            seen += [row.document_id for row in page.rows]
            await yield_sometimes()
        return seen

    listening = asyncio.ensure_future(listen())
    await yield_sometimes()
    await write()
    assert await asyncio.wait_for(listening, 2) == [f"d{n}" for n in range(20)]


@pytest.mark.parametrize("feed", [longpoll, changes_feed.continuous])
async def test_a_descending_feed_ends_at_its_beginning(database, feed):
    await database.write([Edit("x"), Edit("y")])
    found = rows_of(feed(database, ChangesQuery(descending=True), patience=30))
    assert await asyncio.wait_for(found, 1) == ["y", "x"]
    filtered = ChangesQuery(descending=True, accept=lambda _: False)
    assert await asyncio.wait_for(rows_of(feed(database, filtered, patience=30)), 1) == []
