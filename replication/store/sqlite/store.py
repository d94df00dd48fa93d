"""All databases of one instance, in one SQLite file with its write-ahead log beside it."""

import secrets
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import apsw

from replication.core.document import Edit
from replication.core.errors import DatabaseMissing
from replication.store.protocol import DocumentStore, FieldIndex, Outcome
from replication.store.sqlite import catalogue, index_tables
from replication.store.sqlite.apply import apply_edits
from replication.store.sqlite.connection import open_writer
from replication.store.sqlite.database import SqliteDatabase
from replication.store.sqlite.life import begin
from replication.store.sqlite.readers import Readers
from replication.store.sqlite.schema import prepare
from replication.store.sqlite.texts import remove_texts
from replication.store.sqlite.writer import GroupWriter


def random_epoch() -> str:
    """Return 8 random hexadecimal digits."""
    return secrets.token_hex(4)


class SqliteDocumentStore:
    """Opens an instance's file, and makes it when there is none.

    Belongs to the event loop of the thread that made it. Raises ValueError, with a sentence for
    the operator, for a file that is not ours or of another format. `vfs` names the file system of
    SQLite's that writes go through; `key`, 32 bytes, seals the file.
    """

    def __init__(
        self,
        path: Path,
        *,
        new_epoch: Callable[[], str] = random_epoch,
        vfs: str | None = None,
        key: bytes | None = None,
    ) -> None:
        connection = open_writer(path, vfs, key)
        try:
            prepare(connection)
            begin(connection, path, new_epoch)
        except BaseException:
            connection.close()
            raise
        self._new_epoch = new_epoch
        self._writer = GroupWriter(lambda: connection)
        self._readers = Readers(path, key)
        self._databases: dict[str, SqliteDatabase] = {}

    async def names(self) -> list[str]:
        """Return the names of all databases, sorted."""
        return self._readers.here(catalogue.names)

    async def create(self, name: str, indexes: Sequence[FieldIndex] = ()) -> SqliteDatabase:
        """Make a database. Raises DatabaseExists."""
        made = await self._writer.run(
            lambda connection: catalogue.create(connection, name, self._new_epoch)
        )
        return await self._known(made, indexes)

    async def open(self, name: str) -> SqliteDatabase:
        """Return a database. Raises DatabaseMissing."""
        if name in self._databases:
            return self._databases[name]
        found = self._readers.once(lambda connection: catalogue.entry(connection, name))
        return await self._known(found, ())

    async def ensure(self, name: str, indexes: Sequence[FieldIndex] = ()) -> SqliteDatabase:
        """Return a database, made if there is none, with these indexes built."""
        made = await self._writer.run(
            lambda connection: catalogue.ensure(connection, name, self._new_epoch)
        )
        return await self._known(made, indexes)

    async def _known(self, entry: catalogue.Entry, indexes: Sequence[FieldIndex]) -> SqliteDatabase:
        """Return the one object of a database, so that all who wait on it share its notifier."""
        database = self._databases.get(entry.name)
        if database is None or database.entry != entry:
            database = SqliteDatabase(entry, self._writer, self._readers)
            self._databases[entry.name] = database
        await database.declare(indexes)
        return database

    async def write_together(self, edits: Mapping[str, Sequence[Edit]]) -> dict[str, list[Outcome]]:
        """Write edits of several databases, all or none."""
        databases = {name: await self.open(name) for name in edits}

        def job(connection: apsw.Connection) -> dict[str, list[Outcome]]:
            return {
                name: apply_edits(connection, database.entry, edits[name], together=True)
                for name, database in databases.items()
            }

        def committed(outcomes: dict[str, list[Outcome]]) -> None:
            for name, database in databases.items():
                database.announce(outcomes[name])

        return await self._writer.run(job, committed)

    async def delete(self, name: str) -> None:
        """Remove a database and all it holds. Raises DatabaseMissing."""
        database = self._databases.pop(name, None)
        try:
            await self._writer.run(lambda connection: _remove(connection, name))
        except DatabaseMissing:
            if database is not None:
                database.end()
            raise
        if database is not None:
            database.end()

    async def close(self) -> None:
        """Finish the writes under way and let go of the file; idempotent."""
        for database in self._databases.values():
            database.end()
        self._readers.close()
        self._writer.close()  # the last: it can checkpoint, and leaves one file behind


def _remove(connection: apsw.Connection, name: str) -> None:
    for index in index_tables.every(connection, catalogue.entry(connection, name)):
        index_tables.remove(connection, index)
    remove_texts(connection, catalogue.entry(connection, name).number)
    catalogue.remove(connection, name)


_: type[DocumentStore] = SqliteDocumentStore
