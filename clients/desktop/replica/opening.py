"""What a replica is kept in: a file of SQLite for each home."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from replication.blobs.memory import MemoryBlobStore
from replication.replicator.local_peer import LocalPeer
from replication.store.protocol import Database
from replication.store.sqlite.store import SqliteDocumentStore

DOCTYPE = "io.cozy.files"


def _documents(place: Path) -> SqliteDocumentStore:
    place.mkdir(parents=True, exist_ok=True, mode=0o700)
    return SqliteDocumentStore(place / "documents.db")


@asynccontextmanager
async def opened(place: Path) -> AsyncIterator[Database]:
    """Open the documents of files, made where there are none; several may read at once."""
    documents = _documents(place)
    try:
        yield await documents.ensure(DOCTYPE)
    finally:
        await documents.close()


def as_peer(database: Database) -> LocalPeer:
    """Return the documents as a side of a replication; those of files have no attachments."""
    return LocalPeer(database, MemoryBlobStore())
