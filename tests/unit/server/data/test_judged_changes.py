"""Pages of a feed seen through a judge: the same rows, however they are asked for."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from replication.core.change import ChangesQuery
from replication.core.document import Edit
from replication.core.revision import Revision
from replication.store.memory import MemoryDocumentStore
from server.data.judged_changes import BegunChanges, JudgedChanges, in_a_thread

KEPT = b'{"kept":true}'
passing = in_a_thread(lambda revision: revision.body == KEPT)


async def filled(kept):
    database = await MemoryDocumentStore().create("things")
    bodies = [KEPT if keeps else b"{}" for keeps in kept]
    await database.write([Edit(f"d{n:03}", body) for n, body in enumerate(bodies)])
    return database


async def walked(source, query):
    """Read page by page as a client with this limit would; returns ids and the pages' ends."""
    found, ends = [], []
    while True:
        page = await source.changes(query)
        assert query.limit is None or len(page.rows) <= query.limit
        found += [row.document_id for row in page.rows]
        ends.append(page)
        if not page.pending:
            return found, ends
        number = page.last.number
        query = replace(query, **({"before": number} if query.descending else {"since": number}))


@given(st.lists(st.booleans(), max_size=260), st.none() | st.integers(1, 50), st.booleans())
@settings(deadline=None, max_examples=40)
async def test_every_row_that_passes_comes_once(kept, limit, descending):
    database = await filled(kept)
    wanted = [f"d{n:03}" for n, keeps in enumerate(kept) if keeps]
    query = ChangesQuery(limit=limit, descending=descending)
    found, ends = await walked(JudgedChanges(database, passing), query)
    assert found == (wanted[::-1] if descending else wanted)
    if not descending:
        assert ends[-1].last == await database.sequence()


async def test_documents_are_shown_only_where_asked_for():
    database = await filled([True])
    source = JudgedChanges(database, passing)
    (bare,) = (await source.changes(ChangesQuery())).rows
    (whole,) = (await source.changes(ChangesQuery(include_documents=True))).rows
    assert bare.document is None
    assert whole.document.body == KEPT


@pytest.mark.parametrize(("every_leaf", "leaves"), [(True, ["1-a", "1-c"]), (False, [])])
async def test_each_leaf_is_judged_where_each_is_shown(every_leaf, leaves):
    database = await MemoryDocumentStore().create("things")
    bodies = {"a": KEPT, "b": b"{}", "c": KEPT, "d": b"{}"}
    edits = [Edit("x", body, history=(Revision(1, rev),)) for rev, body in bodies.items()]
    await database.write(edits)
    page = await JudgedChanges(database, passing, every_leaf).changes(ChangesQuery())
    assert sorted(str(leaf) for row in page.rows for leaf in row.leaves) == leaves


async def test_a_judge_is_asked_no_more_than_the_limit_needs():
    database, asked = await filled([True] * 250), 0

    async def judge(revisions):
        nonlocal asked
        asked += len(revisions)
        return [True] * len(revisions)

    page = await JudgedChanges(database, judge).changes(ChangesQuery(limit=3))
    assert (len(page.rows), page.pending) == (3, 247)
    assert asked <= 100


async def test_what_fails_fails_before_the_feed_begins():
    async def judge(_):
        raise ValueError

    with pytest.raises(ValueError):
        await BegunChanges.over(JudgedChanges(await filled([True]), judge), ChangesQuery())


async def test_a_begun_feed_reads_its_first_page_once():
    database, asked = await filled([True, False]), []

    async def judge(revisions):
        asked.append(len(revisions))
        return [True] * len(revisions)

    query = ChangesQuery()
    begun = await BegunChanges.over(JudgedChanges(database, judge), query)
    assert len((await begun.changes(query)).rows) == 2
    assert asked == [2]
    await begun.changes(query)
    assert asked == [2, 2]
