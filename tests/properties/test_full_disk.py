"""A disk that fills up at any write call: old state or new, and what was acknowledged stays."""

import asyncio
import contextlib
import json

import apsw
import pytest

from replication.core.document import Edit, Written
from replication.core.errors import StorageFull
from replication.store.protocol import IdRange
from replication.store.sqlite.store import SqliteDocumentStore
from tests.support.filling_disk import FILE_SYSTEM, Disk, filling_file_system


@pytest.fixture
def filling():
    with filling_file_system():
        yield


def body(n):
    return json.dumps({"n": n, "text": "x" * 3000}).encode()


async def work(store, acknowledged):
    """Write in all the ways there are; note what was acknowledged, give up at nothing."""
    database = await store.open("d")
    for n in range(6):
        edits = [Edit(f"d{n}-{m}", body(m)) for m in range(8)]
        await noted(database, edits, acknowledged)
        known = acknowledged.get("again")
        await noted(database, [Edit("again", body(n), base=known)], acknowledged)
        for verb in (database.compact, lambda: database.all_docs(IdRange(limit=1))):
            with contextlib.suppress(StorageFull):
                await verb()


async def noted(database, edits, acknowledged):
    try:
        outcomes = await database.write(edits)
    except StorageFull:
        return
    for outcome in outcomes:
        assert isinstance(outcome, Written)
        acknowledged[outcome.document_id] = outcome.revision


async def fill_after(path, writes):
    """Run the work on a disk that takes so many more writes; return what was acknowledged."""
    store = SqliteDocumentStore(path, vfs=FILE_SYSTEM)
    await store.create("d")
    acknowledged = {}
    Disk.left = writes
    await work(store, acknowledged)
    Disk.left = None  # room again, in the same process: it goes on
    await noted(await store.open("d"), [Edit("after", body(0))], acknowledged)
    await store.close()
    return acknowledged


async def read_back(path, acknowledged):
    store = SqliteDocumentStore(path)
    database = await store.open("d")
    for document_id, revision in acknowledged.items():
        found = await database.get(document_id)
        assert found.revision == revision, document_id
        assert len(json.loads(found.body)["text"]) == 3000
    info = await database.info()
    await store.close()
    checked = apsw.Connection(str(path))
    assert checked.pragma("integrity_check") == "ok"
    highest = next(checked.execute("SELECT max(sequence) FROM document_1"))[0]
    checked.close()
    assert info.sequence.number >= highest
    assert info.document_count == len(acknowledged)


@pytest.mark.usefixtures("filling")
def test_what_is_acknowledged_is_there_wherever_the_disk_filled_up(tmp_path):
    asyncio.run(fill_after(tmp_path / "all.db", None))
    calls = Disk.written
    assert calls > 50
    for writes in range(calls):
        path = tmp_path / f"{writes}.db"
        acknowledged = asyncio.run(fill_after(path, writes))
        assert "after" in acknowledged
        asyncio.run(read_back(path, acknowledged))
        path.unlink()
