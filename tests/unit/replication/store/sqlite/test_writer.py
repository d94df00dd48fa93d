import asyncio
import threading

import apsw
import pytest

from replication.core.errors import StoreClosed
from replication.store.sqlite.connection import open_writer
from replication.store.sqlite.writer import GroupWriter
from tests.support.synced_disk import NAME, synced_disk


@pytest.fixture
def writer(tmp_path):
    def connect():
        connection = apsw.Connection(str(tmp_path / "file.db"))
        connection.execute("CREATE TABLE t (n)")
        return connection

    made = GroupWriter(connect)
    yield made
    made.close()


def rows(writer):
    return writer.run(lambda connection: [n for (n,) in connection.execute("SELECT n FROM t")])


class Held:
    """Keeps the writer busy until what is to stand in a row is there."""

    def __init__(self, writer):
        self.let_go = threading.Event()
        self.job = asyncio.ensure_future(writer.run(lambda _: self.let_go.wait(5)))


class Adding:
    """Adds numbers; negative ones are refused. Notes how many came at once."""

    def __init__(self):
        self.calls = []

    def __call__(self, connection, numbers):
        self.calls.append(list(numbers))
        connection.executemany("INSERT INTO t VALUES (?)", [(n,) for n in numbers])
        if min(numbers) < 0:
            raise ValueError(min(numbers))
        return [n * 10 for n in numbers]


async def test_jobs_of_a_kind_that_stand_in_a_row_are_done_at_once(writer):
    adding, other, told = Adding(), Adding(), []
    held = Held(writer)
    await asyncio.sleep(0.05)
    jobs = [writer.run_with_others(adding, n, told.append) for n in range(3)]
    jobs += [writer.run_with_others(other, 7), writer.run_with_others(adding, 8)]
    waiting = asyncio.gather(*jobs)
    await asyncio.sleep(0)
    held.let_go.set()
    assert await waiting == [0, 10, 20, 70, 80]
    assert (adding.calls, other.calls) == ([[0, 1, 2], [8]], [[7]])
    assert told == [0, 10, 20]
    assert await rows(writer) == [0, 1, 2, 7, 8]


async def test_one_that_fails_hinders_none_of_its_kind(writer):
    adding = Adding()
    held = Held(writer)
    await asyncio.sleep(0.05)
    jobs = asyncio.gather(
        *(writer.run_with_others(adding, n) for n in (1, -2, 3)), return_exceptions=True
    )
    await asyncio.sleep(0)
    held.let_go.set()
    one, two, three = await jobs
    assert (one, three) == (10, 30)
    assert isinstance(two, ValueError)
    assert await rows(writer) == [1, 3]


async def test_a_closed_writer_takes_nothing(writer):
    writer.close()
    with pytest.raises(StoreClosed):
        await writer.run_with_others(Adding(), 1)


async def test_only_what_lasts_waits_for_the_disk(tmp_path):
    def add(connection):
        connection.execute("INSERT INTO t VALUES (1)")

    with synced_disk() as syncs:
        writer = GroupWriter(lambda: open_writer(tmp_path / "file.db", NAME))
        await writer.run(lambda connection: connection.execute("CREATE TABLE t (n)"))
        syncs.since()
        await writer.run(add, lasting=False)
        assert syncs.since() == 0
        await writer.run(add)
        assert syncs.since() > 0
        held = Held(writer)
        both = asyncio.gather(writer.run(add, lasting=False), writer.run(add))
        await asyncio.sleep(0.05)
        held.let_go.set()
        await asyncio.gather(both, held.job)
        assert syncs.since() > 0
        assert await rows(writer) == [1] * 4
        writer.close()
