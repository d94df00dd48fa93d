"""A restored backup, and a client that remembers what was lost with it."""

import shutil

from replication.core.change import ChangesQuery
from replication.core.document import Edit
from replication.core.sequence import UpdateSequence
from replication.store.sqlite.store import SqliteDocumentStore


async def write(path, *names):
    """Write documents and return where the database stands, as a client would keep it."""
    store = SqliteDocumentStore(path)
    database = await store.ensure("d")
    await database.write([Edit(name) for name in names])
    checkpoint = str(await database.sequence())
    await store.close()
    return checkpoint


async def seen_since(path, checkpoint):
    """Return what a client that comes with a checkpoint is shown."""
    store = SqliteDocumentStore(path)
    database = await store.open("d")
    since = UpdateSequence.parse(checkpoint).within(await database.sequence())
    page = await database.changes(ChangesQuery(since=since))
    await store.close()
    return [row.document_id for row in page.rows]


async def test_client_of_a_restored_backup_misses_no_write(tmp_path):
    live, backup = tmp_path / "live", tmp_path / "backup"
    live.mkdir()
    await write(live / "documents.db", "a", "b")
    shutil.copytree(live, backup)
    checkpoint = await write(live / "documents.db", "lost-1", "lost-2")
    shutil.rmtree(live)
    shutil.copytree(backup, live)
    await write(live / "documents.db", "new-1", "new-2", "new-3")
    assert await seen_since(live / "documents.db", checkpoint) == [
        "a", "b", "new-1", "new-2", "new-3",
    ]  # fmt: skip


async def test_opening_again_keeps_the_epoch(tmp_path):
    checkpoint = await write(tmp_path / "documents.db", "a")
    assert await seen_since(tmp_path / "documents.db", checkpoint) == []
    await write(tmp_path / "documents.db", "b")
    assert await seen_since(tmp_path / "documents.db", checkpoint) == ["b"]
