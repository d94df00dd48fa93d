import asyncio
import json
from datetime import UTC, datetime
from itertools import count

import pytest

from replication.blobs.memory import MemoryBlobStore
from replication.core.attachment import Attachment
from replication.core.checkpoint import Filter
from replication.core.document import Edit
from replication.core.errors import Invalid
from replication.core.revision import Revision
from replication.replicator.batches import Limits, loads, portions
from replication.replicator.local_peer import LocalPeer
from replication.replicator.peer import PeerRefused, PeerUnreachable, Travelling
from replication.replicator.perseverance import BackOff, persevere
from replication.replicator.replicator import Plan, Replicator
from replication.store.memory import MemoryDocumentStore

NOW = datetime(2026, 11, 23, 22, tzinfo=UTC)
SESSIONS = count()


class Pair:
    """Two databases of two homes."""

    def __init__(self, source, target):
        self.source, self.target = source, target
        self.blobs = [MemoryBlobStore(), MemoryBlobStore()]
        self.peers = [LocalPeer(source, self.blobs[0]), LocalPeer(target, self.blobs[1])]

    def replicator(self, **plan):
        name = f"session-{next(SESSIONS)}"
        plan = Plan("id", **plan)
        return Replicator(*self.peers, plan, now=lambda: NOW, session_id=name)

    async def run(self, **plan):
        return await self.replicator(**plan).run()

    async def begin(self):
        return self.replicator()


@pytest.fixture
async def pair():
    store, other = MemoryDocumentStore(), MemoryDocumentStore()
    return Pair(await store.create("source"), await other.create("target"))


async def fill(database, number, start=0):
    await database.write([Edit(f"d{n:05}", b'{"n":%d}' % n) for n in range(start, start + number)])


async def one_piece(data):
    yield data


async def attach(database, blobs, document_id, data):
    staged = await blobs.stage(one_piece(data))
    await staged.commit()
    attachment = Attachment("text/plain", staged.md5, staged.digest, staged.size, 0)
    await database.write([Edit(document_id, attachments={"a.txt": attachment})])


async def test_a_pass_copies_everything_and_says_so(pair):
    await fill(pair.source, 1234)
    result = await pair.run()
    assert (await pair.target.info()).document_count == 1234
    assert not result.no_changes
    counts = result.session.counts
    assert (counts.missing_checked, counts.missing_found) == (1234, 1234)
    assert (counts.docs_read, counts.docs_written, counts.doc_write_failures) == (1234, 1234, 0)
    assert result.session.start_time == "Mon, 23 Nov 2026 22:00:00 GMT"


async def test_the_next_pass_goes_on_from_the_checkpoint(pair):
    await fill(pair.source, 20)
    first = await pair.run()
    again = await pair.run()
    assert again.no_changes
    assert again.session.start_last_seq == first.session.recorded_seq
    await fill(pair.source, 5, start=20)
    third = await pair.run()
    assert third.session.counts.missing_checked == 5
    names = [session.session_id for session in third.history.history]
    assert names == [third.session.session_id, first.session.session_id]


async def test_both_sides_keep_the_same_note(pair):
    await fill(pair.source, 3)
    result = await pair.run()
    for side in pair.peers:
        note = json.loads((await side.get_local("id")).body)
        assert note["session_id"] == result.session.session_id
        assert note["source_last_seq"] == result.session.recorded_seq


async def test_a_target_made_anew_is_filled_from_the_beginning(pair):
    await fill(pair.source, 10)
    await pair.run()
    pair.target = await MemoryDocumentStore().create("target")
    pair.peers[1] = LocalPeer(pair.target, pair.blobs[1])
    result = await pair.run()
    assert result.session.counts.docs_written == 10


async def test_conflicts_deletions_and_attachments_travel(pair):
    await attach(pair.source, pair.blobs[0], "with", b"bytes")
    for digest in ("aa", "bb"):
        await pair.source.write([Edit("torn", history=(Revision(1, digest),))])
    await pair.source.write([Edit("gone")])
    (gone,) = await pair.source.get_many(["gone"])
    await pair.source.write([Edit("gone", deleted=True, base=gone.revision)])
    await pair.run()
    assert [leaf.revision.digest for leaf in await pair.target.leaves("torn")] == ["bb", "aa"]
    (found,) = await pair.target.get_many(["gone"])
    assert found.deleted
    attachment = (await pair.target.get("with")).attachments["a.txt"]
    data = b"".join([piece async for piece in pair.blobs[1].read(attachment.blob)])
    assert (data, attachment.revpos) == (b"bytes", 1)


async def test_only_named_documents_travel(pair):
    await fill(pair.source, 700)
    result = await pair.run(kept=Filter(frozenset(["d00003", "d00650", "nobody"])))
    assert (await pair.target.info()).document_count == 2
    assert result.session.counts.missing_checked == 2


async def test_a_filter_unknown_to_a_local_source_is_refused(pair):
    with pytest.raises(Invalid):
        await pair.run(kept=Filter(selector={"a": 1}))


async def test_since_overrules_the_checkpoint(pair):
    await fill(pair.source, 10)
    result = await pair.run(since=4)
    assert result.session.counts.docs_written == 6


async def test_a_continuous_one_follows_and_notes_what_it_copied(pair):
    await fill(pair.source, 2)
    running = asyncio.create_task(pair.run(continuous=True, checkpoint_every=0.01))
    await pair.target.wait_past(1)
    await fill(pair.source, 1, start=2)
    await pair.target.wait_past(2)
    again = await pair.run()
    while again.session.counts.missing_checked:  # the test's own time-out ends this
        again = await pair.run()
    assert not running.done()
    running.cancel()
    await asyncio.wait([running])


async def test_a_source_that_keeps_no_notes_is_still_copied(pair):
    await fill(pair.source, 3)

    async def refuse(*_):
        raise PeerRefused("source", 403, "forbidden", "read only")

    pair.peers[0].put_local = refuse
    await pair.run()
    assert (await pair.target.info()).document_count == 3


async def test_a_target_that_refuses_notes_is_an_error(pair):
    await fill(pair.source, 3)

    async def refuse(*_):
        raise PeerRefused("target", 403, "forbidden", "read only")

    pair.peers[1].put_local = refuse
    with pytest.raises(PeerRefused):
        await pair.run()


class Dead:
    def __init__(self, after, last):
        self.left, self.last = after, last

    async def changes(self, query):
        self.left -= 1
        if self.left >= 0:
            raise PeerUnreachable("dead", "no route")
        return await self.last.changes(query)

    def __getattr__(self, name):
        return getattr(self.last, name)


async def test_interruptions_are_waited_out(pair):
    await fill(pair.source, 3)
    pair.peers[0] = Dead(3, pair.peers[0])
    waits = []

    async def sleep(seconds):
        waits.append(seconds)

    result = await persevere(pair.begin, BackOff(1, 3), sleep=sleep)
    assert result.session.counts.docs_written == 3
    assert waits == [1, 2, 3]


async def test_a_peer_that_never_answers_is_given_up(pair):
    pair.peers[0] = Dead(100, pair.peers[0])

    async def sleep(_):
        return None

    with pytest.raises(PeerUnreachable):
        await persevere(pair.begin, BackOff(tries=4), sleep=sleep)
    assert pair.peers[0].left == 96


def test_back_off_doubles_up_to_its_longest_wait():
    forever = BackOff(1.0, 300.0, None)
    waits = [forever.wait(failures) for failures in (1, 2, 3, 9, 10, 5000)]
    assert waits == [1, 2, 4, 256, 300, 300]


async def test_loads_keep_to_their_limits_and_to_the_order():
    sizes = [10, 10, 500, 10, 10, 10, 10]

    async def documents():
        for n, size in enumerate(sizes):
            yield Travelling(str(n), (), body=b"x" * size)

    found = [load async for load in loads(documents(), Limits(documents=3, size=100))]
    assert [[d.document_id for d in load] for load in found] == [
        ["0", "1"], ["2"], ["3", "4", "5"], ["6"],
    ]  # fmt: skip


def test_portions_divide_in_order():
    assert list(portions({"a": 1, "b": 2, "c": 3}, 2)) == [{"a": 1, "b": 2}, {"c": 3}]
