"""A tree over both engines, with a clock and ids that tests can foresee."""

from datetime import UTC, datetime, timedelta
from itertools import count

import pytest

from doctypes.files.file_tree import FileTree
from replication.blobs.memory import MemoryBlobStore
from replication.store.memory import MemoryDocumentStore
from replication.store.sqlite.store import SqliteDocumentStore

START = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


class Clock:
    """Every look takes a second."""

    def __init__(self):
        self.now = START

    def __call__(self):
        self.now += timedelta(seconds=1)
        return self.now


class Ids:
    def __init__(self):
        self._numbers = count(1)

    def __call__(self):
        return f"{next(self._numbers):032x}"


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
def blobs():
    return MemoryBlobStore()


@pytest.fixture
async def tree(store, blobs):
    made = FileTree(store, blobs, clock=Clock(), new_id=Ids())
    await made.start()
    return made
