"""The `_local/` documents of one database: not replicated, each in one row."""

import apsw

from replication.core.document import LocalDocument, local_revision_after
from replication.core.errors import DocumentMissing
from replication.core.revision import Revision
from replication.store.protocol import IdRange
from replication.store.sqlite import local_rows
from replication.store.sqlite.readers import Readers
from replication.store.sqlite.schema import Tables
from replication.store.sqlite.writer import GroupWriter


class SqliteLocals:
    """Part of a database; it shares the file's writer and readers."""

    def __init__(self, tables: Tables, writer: GroupWriter, readers: Readers) -> None:
        self._tables = tables
        self._writer = writer
        self._readers = readers

    async def get_local(self, document_id: str) -> LocalDocument:
        """Read a `_local/` document."""
        sql = f"SELECT revision, body FROM {self._tables.local} WHERE id = ?"

        def read(connection: apsw.Connection) -> LocalDocument:
            for revision, body in connection.execute(sql, (document_id,)):
                return LocalDocument(document_id, Revision.parse(revision), body)
            raise DocumentMissing(document_id)

        return self._readers.here(read)

    async def put_local(
        self, document_id: str, body: bytes, base: Revision | None = None
    ) -> LocalDocument:
        """Write a `_local/` document."""
        document = LocalDocument(document_id, local_revision_after(base), body)
        sql = f"INSERT OR REPLACE INTO {self._tables.local} VALUES (?, ?, ?)"
        bound = (document_id, str(document.revision), body)
        await self._writer.run(lambda connection: connection.execute(sql, bound).fetchall())
        return document

    async def delete_local(self, document_id: str) -> None:
        """Forget a `_local/` document."""
        sql = f"DELETE FROM {self._tables.local} WHERE id = ?"

        def job(connection: apsw.Connection) -> int:
            connection.execute(sql, (document_id,))
            return connection.changes()

        if not await self._writer.run(job):
            raise DocumentMissing(document_id)

    async def local_documents(self, ids: IdRange) -> list[LocalDocument]:
        """List `_local/` documents in id order."""
        return await self._readers.aside(
            lambda connection: local_rows.listing(connection, self._tables, ids)
        )
