"""What the desktop client's engine may rely on of a home: the port `Home`."""

import asyncio
import hashlib
from contextlib import asynccontextmanager
from dataclasses import replace as replace_record
from random import Random

import pytest

from clients.desktop.home.port import (
    ROOT_ID,
    Gone,
    Like,
    Missing,
    NameTaken,
    NoRoomInHome,
    RemoteNode,
    Stale,
)
from clients.desktop.model.content import Content
from clients.desktop.model.kind import Kind
from server.instances.record import write_record
from tests.support.desktop.fake_home import FakeHome, FakeServer
from tests.support.desktop.faults import Faults
from tests.support.desktop_home import RESUMABLE_FROM, OutgoingBytes, credentials_in, desktop_home
from tests.support.house import found, house

MOMENT = 1_700_000_000_123_456_000
LARGE = RESUMABLE_FROM + 100_001


@asynccontextmanager
async def served(tmp_path):
    """Open a home that is served, by HTTP."""
    async with house(tmp_path) as running, desktop_home(await credentials_in(running)) as opened:
        yield opened


@asynccontextmanager
async def in_memory(_):
    """Open the home of the simulation, whose world is in good order here."""
    yield FakeHome(FakeServer(), "laptop", Faults(Random(1), slowest=0))


@pytest.fixture(params=[served, in_memory], ids=["served", "in memory"])
async def home(request, tmp_path):
    async with request.param(tmp_path) as opened:
        yield opened


def content_of(data):
    return Content(hashlib.sha256(data).hexdigest(), len(data))


async def create(home, name, data, parent=ROOT_ID, *, executable=False, modified=MOMENT):
    return await home.create(
        parent,
        name,
        content_of(data),
        OutgoingBytes(data),
        modified=modified,
        executable=executable,
    )


async def replace(home, node, data, revision=None):
    return await home.replace(
        node.id,
        revision or node.revision,
        content_of(data),
        OutgoingBytes(data),
        modified=MOMENT,
        executable=False,
    )


async def read(home, node, offset=0):
    return b"".join([piece async for piece in home.read(node.id, node.content, offset)])


async def feed(home, since="", limit=1000):
    rows, more = [], True
    while more:
        page = await home.changes(since, limit)
        rows += page.rows
        since, more = page.last, page.more
    return {row.id: row for row in rows}, since


@pytest.mark.parametrize("size", [0, 11, 250_000, LARGE])
async def test_a_file_is_made_told_and_read(home, size):
    data = bytes(i % 251 for i in range(size))
    made = await create(home, "é 文.bin", data, executable=True)
    assert made == RemoteNode(
        made.id, made.revision, ROOT_ID, "é 文.bin", Kind.FILE, content_of(data), True, MOMENT
    )
    assert (await feed(home))[0][made.id] == made
    assert await read(home, made) == data
    assert await read(home, made, size // 2) == data[size // 2 :]


async def test_a_part_of_a_file_is_read(home):
    data = bytes(i % 251 for i in range(LARGE))
    made = await create(home, "one", data)
    for start, stop in ((0, 1), (0, LARGE), (5, 250_000), (LARGE - 1, LARGE), (9, 9)):
        pieces = home.read(made.id, made.content, start, stop)
        assert b"".join([piece async for piece in pieces]) == data[start:stop]


async def test_a_file_that_is_like_another_is_sent_in_part(home):
    data = Random(3).randbytes(LARGE)
    made = await create(home, "one", data)
    changed = data[:-10] + b"other"
    outgoing = OutgoingBytes(changed)
    replaced = await home.replace(
        *(made.id, made.revision, content_of(changed), outgoing),
        modified=MOMENT,
        executable=False,
        like=Like(made.id, made.content),
    )
    assert await read(home, replaced) == changed
    assert sum(stop - start for start, stop in outgoing.spans) < LARGE
    copied = await home.create(
        *(ROOT_ID, "two", content_of(changed), OutgoingBytes(changed)),
        modified=MOMENT,
        executable=False,
        like=Like(made.id, content_of(changed)),
    )
    assert await read(home, copied) == changed


async def test_a_file_is_sent_whole_where_the_other_has_another_content_by_now(home):
    data, changed = (Random(seed).randbytes(LARGE) for seed in (4, 5))
    made = await create(home, "one", data)
    like = Like(made.id, made.content)
    await replace(home, made, changed)
    copied = await home.create(
        *(ROOT_ID, "two", content_of(data), OutgoingBytes(data)),
        modified=MOMENT,
        executable=False,
        like=like,
    )
    assert await read(home, copied) == data


async def test_how_a_large_content_is_cut_is_told_of_that_content_alone(home):
    data = Random(6).randbytes(LARGE)
    made = await create(home, "one", data)
    chunks = await home.chunks(made.id, made.content)
    assert sum(chunk.size for chunk in chunks) == LARGE
    start = 0
    for chunk in chunks:
        assert hashlib.sha256(data[start : start + chunk.size]).digest() == chunk.digest
        start += chunk.size
    assert not await home.chunks(made.id, content_of(b"x" * LARGE))


async def test_a_directory_is_made_and_told(home):
    made = await home.make_directory(ROOT_ID, "Photos")
    below = await create(home, "one", b"1", made.id)
    assert (made.kind, made.name, made.parent_id, made.content) == (
        Kind.DIRECTORY,
        "Photos",
        ROOT_ID,
        None,
    )
    assert below.parent_id == made.id
    rows, _ = await feed(home)
    assert rows[made.id].revision == made.revision
    assert set(rows) >= {made.id, below.id}
    assert ROOT_ID not in rows


async def test_the_feed_comes_in_pages_and_goes_on(home):
    made = [await create(home, f"{n}", b"%d" % n) for n in range(7)]
    rows, last = await feed(home, limit=3)
    assert {node.id for node in made} <= set(rows)
    assert (await feed(home, last))[0] == {}
    again = await replace(home, made[0], b"other")
    assert await feed(home, last) == ({again.id: again}, (await feed(home))[1])


@pytest.mark.parametrize("size", [20, LARGE])
async def test_a_content_is_replaced_where_the_revision_is_known(home, size):
    made = await create(home, "one", b"first")
    data = b"x" * size
    changed = await replace(home, made, data)
    assert changed.id == made.id
    assert changed.content == content_of(data)
    assert await read(home, changed) == data
    with pytest.raises(Stale):
        await replace(home, made, b"y" * size)
    assert (await feed(home))[0][made.id] == changed


@pytest.mark.parametrize("size", [20, LARGE])
async def test_a_name_is_taken_once(home, size):
    await create(home, "one", b"first")
    with pytest.raises(NameTaken):
        await create(home, "one", b"x" * size)
    with pytest.raises(NameTaken):
        await home.make_directory(ROOT_ID, "one")


async def test_nothing_is_made_where_there_is_no_parent(home):
    with pytest.raises(Missing):
        await create(home, "one", b"first", "no-such-directory")
    with pytest.raises(Missing):
        await home.make_directory("no-such-directory", "one")


async def test_a_node_moves_with_its_id(home):
    folder = await home.make_directory(ROOT_ID, "folder")
    made = await create(home, "one", b"first")
    await create(home, "there", b"other", folder.id)
    moved = await home.move(made.id, made.revision, folder.id, "two")
    assert (moved.id, moved.parent_id, moved.name) == (made.id, folder.id, "two")
    with pytest.raises(Stale):
        await home.move(made.id, made.revision, ROOT_ID, "three")
    with pytest.raises(NameTaken):
        await home.move(made.id, moved.revision, folder.id, "there")
    with pytest.raises(Missing):
        await home.move(made.id, moved.revision, "no-such-directory", "one")


async def test_names_swap_by_way_of_a_third(home):
    one, two = await create(home, "1", b"1"), await create(home, "2", b"2")
    aside = await home.move(one.id, one.revision, ROOT_ID, "aside")
    await home.move(two.id, two.revision, ROOT_ID, "1")
    await home.move(aside.id, aside.revision, ROOT_ID, "2")
    rows, _ = await feed(home)
    assert (rows[one.id].name, rows[two.id].name) == ("2", "1")


async def test_a_directory_does_not_go_into_itself(home):
    above = await home.make_directory(ROOT_ID, "above")
    below = await home.make_directory(above.id, "below")
    with pytest.raises((Stale, Missing)):
        await home.move(above.id, above.revision, below.id, "above")


async def test_the_right_to_run_is_changed(home):
    made = await create(home, "one", b"first")
    changed = await home.set_executable(made.id, made.revision, executable=True)
    assert changed.executable
    with pytest.raises(Stale):
        await home.set_executable(made.id, made.revision, executable=False)


async def test_what_is_thrown_away_is_gone_with_all_that_is_in_it(home):
    folder = await home.make_directory(ROOT_ID, "folder")
    made = await create(home, "one", b"first", folder.id)
    with pytest.raises(Stale):
        await home.trash(made.id, "1-0123456789abcdef0123456789abcdef")
    await home.trash(folder.id, folder.revision)
    rows, _ = await feed(home)
    assert rows[folder.id] == Gone(folder.id, trashed=True)
    assert rows[made.id] == Gone(made.id, trashed=True)
    with pytest.raises((Missing, Stale)):
        await home.trash(folder.id, folder.revision)
    with pytest.raises(Missing):
        await create(home, "late", b"x", folder.id)


async def test_a_content_that_changed_is_not_read_as_the_old_one(home):
    made = await create(home, "one", b"first")
    await replace(home, made, b"later")
    with pytest.raises(Stale):
        await read(home, made)


@pytest.mark.parametrize("size", [20, LARGE])
async def test_a_content_that_changed_on_its_way_makes_nothing(home, size):
    data = b"x" * size
    with pytest.raises(Stale):
        await home.create(
            ROOT_ID,
            "one",
            content_of(b"y" * size),
            OutgoingBytes(data),
            modified=0,
            executable=False,
        )
    made = await create(home, "two", b"first")
    with pytest.raises(Stale):
        await home.replace(
            made.id,
            made.revision,
            content_of(b"y" * size),
            OutgoingBytes(data),
            modified=0,
            executable=False,
        )
    assert {row.name for row in (await feed(home))[0].values() if row.name in {"one", "two"}} == {
        "two"
    }
    assert await read(home, made) == b"first"


@pytest.mark.parametrize("size", [20, LARGE])
async def test_what_stops_the_reading_stops_the_sending(home, size):
    class Broken(OutgoingBytes):
        async def _read(self, start, _stop):
            yield b"x" * (10 - start)
            raise KeyError("the file changed")

    with pytest.raises(KeyError):
        await home.create(
            ROOT_ID, "one", content_of(b"x" * size), Broken(b""), modified=0, executable=False
        )
    rows, _ = await feed(home)
    assert "one" not in {getattr(row, "name", "") for row in rows.values()}


async def test_who_waits_is_woken_by_a_change_and_else_by_time(home):
    _, last = await feed(home)
    await home.wait(last, 0.01)
    waiting = asyncio.create_task(home.wait(last, 60))
    await asyncio.sleep(0.05)
    assert not waiting.done()
    await create(home, "one", b"first")
    async with asyncio.timeout(10):
        await waiting
    await home.wait(last, 60)  # what changed before is news as well
    assert len((await feed(home, last))[0]) == 1


@pytest.mark.parametrize("size", [200_000, LARGE])
async def test_a_full_home_takes_nothing_more(tmp_path, size):
    write_record(replace_record(found(tmp_path), quota=100_000))
    async with (
        house(tmp_path) as served,
        desktop_home(await credentials_in(served)) as home,
    ):
        with pytest.raises(NoRoomInHome):
            await create(home, "one", b"x" * size)
