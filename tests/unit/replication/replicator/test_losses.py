"""Under any schedule of losses, repetitions and crashes the target ends with all the source has."""

import asyncio
import json
from datetime import UTC, datetime
from itertools import count

from hypothesis import given, settings
from hypothesis import strategies as st

from replication.blobs.memory import MemoryBlobStore
from replication.core import checkpoint
from replication.core.change import ChangesQuery
from replication.core.document import Edit
from replication.replicator.batches import Limits
from replication.replicator.local_peer import LocalPeer
from replication.replicator.peer import PeerUnreachable
from replication.replicator.replicator import Plan, Replicator
from replication.store.memory import MemoryDocumentStore
from tests.support.faulty_peer import FaultyPeer, PowerCut

NOW = datetime(2026, 11, 23, 22, tzinfo=UTC)
FATES = st.lists(
    st.sampled_from(["ok", "ok", "ok", "ok", "refused", "lost", "twice", "cut", "cut after"]),
    max_size=60,
)
EDITS = st.lists(
    st.tuples(st.sampled_from("abcdef"), st.integers(0, 3), st.booleans()), max_size=15
)


async def edit(database, name, value, deleted):
    (found,) = await database.get_many([name])
    base = found.revision if found and not found.deleted else None
    if not deleted or base is not None:
        body = json.dumps({"v": value}).encode()
        await database.write([Edit(name, body, deleted=deleted, base=base)])


async def state(database):
    rows = (await database.changes(ChangesQuery(include_documents=True))).rows
    return {row.document_id: (row.leaves, row.deleted, row.document.body) for row in rows}


class Stage:
    """A source, a target, and a check that no note ever claims more than the target has."""

    def __init__(self, source, target, fates):
        self.source, self.target = source, target
        blobs = MemoryBlobStore()
        line = iter(fates)
        self.sound = [LocalPeer(side, blobs) for side in (source, target)]
        self.faulty = [FaultyPeer(peer, line, self.check_note) for peer in self.sound]
        self.sessions = count()

    async def check_note(self, body):
        recorded = str(checkpoint.parse(body).history[0].recorded_seq)
        until = int(recorded.partition("-")[0])
        rows = (await self.source.changes(ChangesQuery())).rows
        noted = {row.document_id: row.leaves for row in rows if row.sequence <= until}
        assert await self.target.revs_diff(noted) == {}

    async def run(self, peers, name="there"):
        plan = Plan(name, limits=Limits(rows=2, documents=1), checkpoint_every=0)
        session = f"s{next(self.sessions)}"
        return await Replicator(*peers, plan, now=lambda: NOW, session_id=session).run()

    async def try_to_run(self):
        try:
            await self.run(self.faulty)
        except (PeerUnreachable, PowerCut):
            return False
        return True


async def play(edits, fates):
    store = MemoryDocumentStore()
    stage = Stage(await store.create("source"), await store.create("target"), fates)
    for n, one in enumerate(edits):
        await edit(stage.source if n % 3 else stage.target, *one)
        if n % 4 == 0:
            await stage.try_to_run()
    while not await stage.try_to_run():  # each failure uses up a fate
        pass
    rows = (await stage.source.changes(ChangesQuery())).rows
    asked = {row.document_id: row.leaves for row in rows}
    assert await stage.target.revs_diff(asked) == {}
    assert (await stage.run(stage.sound)).no_changes
    await stage.run(stage.sound[::-1], "back")
    return await state(stage.source), await state(stage.target)


@settings(max_examples=150, deadline=None)
@given(EDITS, FATES)
def test_nothing_is_lost_and_no_checkpoint_is_ahead(edits, fates):
    source, target = asyncio.run(play(edits, fates))
    assert source == target
