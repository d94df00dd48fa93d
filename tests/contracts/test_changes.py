"""What every engine promises of the changes feed."""

import asyncio
import json

import pytest

from replication.core.change import ChangesQuery
from replication.core.document import Edit
from replication.core.errors import (
    StoreClosed,
)
from tests.support.edits import body, delete, everything, graft, put


async def test_changes_show_each_document_once_at_its_last_change(database):
    first = await put(database, "a")
    await put(database, "b")
    await put(database, "a", base=first, n=2)
    page = await database.changes(ChangesQuery())
    assert [(row.document_id, row.sequence) for row in page.rows] == [("b", 2), ("a", 3)]
    assert (page.last.number, page.pending) == (3, 0)


async def test_changes_go_on_from_where_a_page_ended(database):
    for name in "abcde":
        await put(database, name)
    page = await database.changes(ChangesQuery(limit=2))
    assert ([row.document_id for row in page.rows], page.pending) == (["a", "b"], 3)
    page = await database.changes(ChangesQuery(since=page.last.number, limit=2))
    assert ([row.document_id for row in page.rows], page.pending) == (["c", "d"], 1)
    page = await database.changes(ChangesQuery(since=page.last.number))
    assert ([row.document_id for row in page.rows], page.pending) == (["e"], 0)
    page = await database.changes(ChangesQuery(since=page.last.number))
    assert (page.rows, page.last, page.pending) == ((), await database.sequence(), 0)


@pytest.mark.parametrize("descending", [False, True])
async def test_changes_tell_how_many_rows_are_to_come_where_sequences_have_gaps(
    database, descending
):
    for name in "abcdef":
        revision = await put(database, name)
        if name in "bd":
            await put(database, name, base=revision, n=2)
    for limit in range(1, 7):
        page = await database.changes(ChangesQuery(limit=limit, descending=descending))
        assert (len(page.rows), page.pending) == (limit, 6 - limit)


async def test_changes_descending(database):
    for name in "abc":
        await put(database, name)
    page = await database.changes(ChangesQuery(descending=True, limit=2))
    assert [row.document_id for row in page.rows] == ["c", "b"]
    page = await database.changes(ChangesQuery(descending=True, before=page.last.number))
    assert [row.document_id for row in page.rows] == ["a"]


async def test_changes_with_documents_and_all_leaves(database):
    await graft(database, "x", 2, "b", "a", n="b")
    await graft(database, "x", 2, "c", "a", n="c")
    (row,) = (await database.changes(ChangesQuery(include_documents=True))).rows
    assert [str(leaf) for leaf in row.leaves] == ["2-c", "2-b"]
    assert json.loads(row.document.body) == {"n": "c"}


async def test_changes_of_some_documents(database):
    for name in "abcd":
        await put(database, name)
    only = frozenset({"d", "b", "nobody"})
    assert await everything(database, document_ids=only) == ["b", "d"]
    page = await database.changes(ChangesQuery(document_ids=only, limit=1))
    assert ([row.document_id for row in page.rows], page.pending) == (["b"], 1)
    assert await everything(database, document_ids=only, since=page.last.number) == ["d"]


async def test_changes_filtered_count_only_what_passes_towards_the_limit(database):
    for n in range(6):
        await put(database, f"d{n}", n=n)
    even = ChangesQuery(limit=2, accept=lambda row: json.loads(row.body)["n"] % 2 == 0)
    page = await database.changes(even)
    assert [row.document_id for row in page.rows] == ["d0", "d2"]
    assert all(row.document is None for row in page.rows)


async def test_deletions_are_changes(database):
    await delete(database, "x", await put(database, "x"))
    (row,) = (await database.changes(ChangesQuery())).rows
    assert row.deleted
    assert row.leaves[0].generation == 2


async def test_a_long_feed_comes_in_bounded_pages(database):
    await database.write([Edit(f"d{n:05}", body(n=n)) for n in range(2500)])
    page = await database.changes(ChangesQuery())
    assert 0 < len(page.rows) <= 1000
    assert len(page.rows) + page.pending == 2500


async def test_wait_past_returns_when_a_write_comes(database):
    waiting = asyncio.ensure_future(database.wait_past(0))
    await asyncio.sleep(0.01)
    assert not waiting.done()
    await put(database, "x")
    await asyncio.wait_for(waiting, 2)


async def test_wait_past_what_was_passed_returns_at_once(database):
    await put(database, "x")
    await asyncio.wait_for(database.wait_past(0), 2)


async def test_waiting_ends_when_the_database_is_deleted(store):
    database = await store.create("a")
    waiting = asyncio.ensure_future(database.wait_past(0))
    await asyncio.sleep(0.01)
    await store.delete("a")
    with pytest.raises(StoreClosed):
        await asyncio.wait_for(waiting, 2)
