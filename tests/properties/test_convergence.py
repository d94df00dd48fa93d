"""Replicas that exchange what they lack, in any order and with any losses, end up the same."""

import asyncio
import json

from hypothesis import given, settings
from hypothesis import strategies as st

from replication.core.change import ChangesQuery
from replication.core.document import Edit
from replication.store.memory import MemoryDocumentStore

REPLICAS = 3


async def pull(source, target, *, lose=0):
    """Copy what the target lacks, as a replicator does; `lose` rows of the feed never arrive."""
    rows = (await source.changes(ChangesQuery())).rows
    asked = {row.document_id: row.leaves for row in rows[: max(0, len(rows) - lose)]}
    for document_id, lacking in (await target.revs_diff(asked)).items():
        for revision in lacking.missing:
            stored = await source.get(document_id, revision)
            history = stored.tree.branch_of(revision).history()
            edit = Edit(document_id, stored.body, deleted=stored.deleted, history=history)
            await target.write([edit])


STEPS = st.lists(
    st.one_of(
        st.tuples(
            st.just("edit"),
            st.integers(0, REPLICAS - 1),
            st.sampled_from("xy"),
            st.integers(0, 3),
            st.booleans(),
        ),
        st.tuples(
            st.just("pull"),
            st.integers(0, REPLICAS - 1),
            st.integers(0, REPLICAS - 1),
            st.integers(0, 2),
        ),
    ),
    max_size=30,
)


async def play(steps):
    store = MemoryDocumentStore()
    replicas = [await store.create(f"r{n}") for n in range(REPLICAS)]
    for step in steps:
        if step[0] == "pull":
            await pull(replicas[step[1]], replicas[step[2]], lose=step[3])
            continue
        _, n, name, value, deleted = step
        (found,) = await replicas[n].get_many([name])
        base = found.revision if found and not found.deleted else None
        if deleted and base is None:
            continue
        body = b"{}" if deleted else json.dumps({"v": value}).encode()
        await replicas[n].write([Edit(name, body, deleted=deleted, base=base)])
    for _ in range(REPLICAS):
        for source in replicas:
            for target in replicas:
                await pull(source, target)
    return [await state(replica) for replica in replicas]


async def state(replica):
    rows = (await replica.changes(ChangesQuery(include_documents=True))).rows
    return {row.document_id: (row.leaves, row.deleted, row.document.body) for row in rows}


@settings(max_examples=150, deadline=None)
@given(STEPS)
def test_all_replicas_end_with_the_same_leaves_and_winners(steps):
    states = asyncio.run(play(steps))
    assert all(state == states[0] for state in states)
