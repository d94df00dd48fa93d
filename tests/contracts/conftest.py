"""Each engine for documents, empty."""

import pytest

from replication.store.memory import MemoryDocumentStore
from replication.store.sqlite.store import SqliteDocumentStore


@pytest.fixture(params=["memory", "sqlite"])
async def store(request, tmp_path):
    made = (
        MemoryDocumentStore()
        if request.param == "memory"
        else SqliteDocumentStore(tmp_path / "documents.db")
    )
    yield made
    await made.close()


@pytest.fixture
async def database(store):
    return await store.create("things")
