"""A group of edits is whole or not there, wherever the process that writes it ends."""

import asyncio
import json

import pytest
from aiohttp import ClientSession, web

from replication.core.attachment import Attachment
from replication.core.document import Edit
from replication.core.errors import Conflict, DocumentMissing, StorageUnreachable
from replication.core.revision import Revision
from replication.store.couch import link as couch_link
from tests.support.couch_servers import CouchServers, OpenedCouch
from tests.support.edits import body, put
from tests.support.faulty_line import FaultyLine, passes

PICTURE = Attachment("image/png", "bWQ1", "a" * 64, 4, 0)
GROUPS = 12


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    servers = CouchServers(tmp_path_factory.mktemp("couch"))
    yield servers
    servers.close()


@pytest.fixture
async def home(server):
    async with OpenedCouch(server.address("foyer")) as opened:
        yield opened


@pytest.fixture(autouse=True)
def impatient(monkeypatch):
    monkeypatch.setattr(couch_link, "_PAUSES", (0.0,))


class Dying:
    """A rule under which the process may write so many times more, and then never again."""

    def __init__(self, writes):
        self.left = writes

    def __call__(self, asked):
        if asked.method in ("PUT", "DELETE") or "_bulk_docs" in asked.path:
            self.left -= 1
        return web.Response(status=500) if self.left < 0 else None


async def group_of(store):
    things, others = await store.create("things"), await store.create("others")
    first = await put(things, "a", n=1)
    last = await put(others, "gone", n=1)
    return {
        "things": [
            Edit("a", body(n=2), base=first, marks=("root",), note="moved"),
            Edit("b", body(n=2), attachments={"p": PICTURE}, marks=("root", "other")),
        ],
        "others": [Edit("gone", deleted=True, base=last), Edit("c", body(n=2))],
    }


async def told(store):
    """Return all that the group changes."""
    things, others = await store.open("things"), await store.open("others")
    found = []
    for database, name in ((things, "a"), (things, "b"), (others, "gone"), (others, "c")):
        try:
            stored = await database.get(name)
        except DocumentMissing:
            found.append(None)
        else:
            found.append((json.loads(stored.body), dict(stored.attachments)))
            assert len(stored.tree.branches) == 1
    marks = [number > 0 for number in await things.marks(["root", "other"])]
    return [*found, marks, [text for _, text in await things.notes(0)]]


BEFORE = [({"n": 1}, {}), None, ({"n": 1}, {}), None, [False, False], []]
AFTER = [
    ({"n": 2}, {}),
    ({"n": 2}, {"p": Attachment("image/png", "bWQ1", "a" * 64, 4, 1)}),
    None,
    ({"n": 2}, {}),
    [True, True],
    ["moved"],
]


@pytest.mark.parametrize("writes", range(GROUPS))
async def test_a_group_is_whole_or_not_there_after_any_end(home, writes):
    async with FaultyLine(home.address.url) as line, ClientSession() as session:
        dying = home.over(line.address, session)
        edits = await group_of(dying)
        line.rule = Dying(writes)
        try:
            await dying.write_together(edits)
            acknowledged = True
        except StorageUnreachable:
            acknowledged = False
        await dying.close()
        line.rule = passes
    after = await home.store()
    undone = await after.recover()
    found = await told(after)
    assert found in (BEFORE, AFTER)
    assert found == AFTER or not (acknowledged or undone)
    assert await after.recover() == 0
    if writes == 0:
        assert found == BEFORE
    if writes == GROUPS - 1:
        assert acknowledged


@pytest.mark.parametrize("writes", [2, 3, 5])
async def test_a_group_that_was_broken_off_is_finished_before_the_next_write(home, writes):
    async with FaultyLine(home.address.url) as line, ClientSession() as session:
        store = home.over(line.address, session)
        edits = await group_of(store)
        line.rule = Dying(writes)
        with pytest.raises(StorageUnreachable):
            await store.write_together(edits)
        things = await store.open("things")
        with pytest.raises(StorageUnreachable):
            await put(things, "later", n=1)
        line.rule = passes
        await put(things, "later", n=1)
        assert await told(store) == AFTER


async def test_a_group_is_carried_out_though_its_caller_has_gone(home):
    store = await home.store()
    edits = await group_of(store)
    writing = asyncio.create_task(store.write_together(edits))
    await asyncio.sleep(0.01)
    writing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await writing
    await (await store.open("others")).write([Edit("x")], together=True)
    async with (await store.open("things")).target.turn:
        pass
    assert await told(store) == AFTER


async def test_a_group_carried_out_again_makes_no_difference(home):
    store = await home.store()
    edits = await group_of(store)
    await store.write_together(edits)
    before, sequence = await told(store), await (await store.open("things")).sequence()
    log = store._log
    log._notes.delete_local = _kept
    things = (await store.open("things")).target
    late = [Edit("d", body(n=3), note="late"), Edit("e", body(n=3))]
    await log.write({"things": things}, {"things": late}, together=True)
    again = await home.store()
    assert await again.recover() == 1
    assert (await told(again))[:4] == before[:4]
    assert (await (await again.open("things")).sequence()).number == sequence.number + 2
    assert [text for _, text in await (await again.open("things")).notes(0)] == ["moved", "late"]


async def _kept(document_id):
    """Let a note lie, as a process does that dies at this moment."""
    del document_id


async def test_an_edit_whose_answer_is_lost_is_not_asked_twice(home):
    async with FaultyLine(home.address.url) as line, ClientSession() as session:
        database = await home.over(line.address, session).create("things")
        line.rule = lambda asked: 0 if "_bulk_docs" in asked.path else None
        with pytest.raises(StorageUnreachable):
            await database.write([Edit("a", body(n=1))])
        assert sum(times for (_, path), times in line.asked.items() if "_bulk_docs" in path) == 1
        line.rule = passes
        assert json.loads((await database.get("a")).body) == {"n": 1}
        (outcome,) = await database.write([Edit("a", body(n=1), base=Revision(1, "x"))])
        assert isinstance(outcome, Conflict)


@pytest.mark.parametrize("cut", [0, 40])
async def test_a_read_whose_line_is_cut_is_asked_again(home, cut):
    async with FaultyLine(home.address.url) as line, ClientSession() as session:
        database = await home.over(line.address, session).create("things")
        await put(database, "a", n=1)
        line.asked.clear()
        line.rule = lambda asked: None if asked.again else cut
        assert json.loads((await database.get("a")).body) == {"n": 1}
        assert await database.revs_diff({"b": [Revision(1, "x")]})
        assert (await database.sequence()).number == 1


async def test_who_waits_hears_of_what_another_process_wrote(home):
    one, other = await home.store(), await home.store()
    database = await one.create("things")
    await put(database, "a", n=1)
    elsewhere = await other.open("things")
    await elsewhere.wait_past(0)
    waiting = [asyncio.create_task(elsewhere.wait_past(1)) for _ in range(50)]
    await asyncio.sleep(0.05)
    await put(database, "b", n=1)
    await asyncio.wait_for(asyncio.gather(*waiting), 10)
    await one.close()
    await other.close()
