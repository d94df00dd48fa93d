"""Documents of one type as values: read, changed and written back, each held to its revision.

For what the home keeps about itself (clients, sessions, links), beside what its owner keeps in it.
"""

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

import msgspec

from replication.core.document import Edit, StoredRevision
from replication.core.errors import Conflict, DatabaseMissing, DocumentMissing, ReplicationError
from replication.core.revision import Revision
from replication.store.protocol import Database, DocumentStore, FieldIndex, IdRange

Value = TypeVar("Value", bound=msgspec.Struct)

_PAGE = 200


@dataclass(frozen=True, slots=True)
class Kept(Generic[Value]):
    """A value, the id it has, and the revision it was read at."""

    id: str
    revision: Revision
    value: Value


@dataclass(frozen=True, slots=True)
class Collection(Generic[Value]):
    """The documents of `doctype` in a store; `indexes` are those that `find` may use."""

    store: DocumentStore
    doctype: str
    kind: type[Value]
    indexes: Sequence[FieldIndex] = ()

    async def prepare(self) -> None:
        """Make the database with its indexes, which `find` needs: when a home is opened."""
        await self.store.ensure(self.doctype, self.indexes)

    async def database(self) -> Database:
        """Return the database, made if there is none."""
        try:
            return await self.store.open(self.doctype)
        except DatabaseMissing:
            return await self.store.ensure(self.doctype, self.indexes)

    async def get(self, document_id: str) -> Kept[Value] | None:
        """Read a document; None if there is none."""
        try:
            return self._read(await (await self.database()).get(document_id))
        except DocumentMissing:
            return None

    async def find(self, index: FieldIndex, *values: str) -> list[Kept[Value]]:
        """Read the documents whose first indexed fields have these values."""
        return [self._read(row) for row in await (await self.database()).find_by(index, values)]

    async def all(self) -> AsyncIterator[Kept[Value]]:
        """Read all documents, by id."""
        database, after = await self.database(), None
        while True:
            ids = IdRange(start=after, skip=1 if after else 0, limit=_PAGE, count_before=False)
            rows, _ = await database.all_docs(ids)
            for row in rows:
                if not row.document_id.startswith("_design/"):
                    yield self._read(row)
            if len(rows) < _PAGE:
                return
            after = rows[-1].document_id

    async def add(self, document_id: str, value: Value) -> Kept[Value]:
        """Write a new document, durably. Raises Conflict when there is one."""
        return await self._write(document_id, value, None)

    async def put(self, kept: Kept[Value]) -> Kept[Value]:
        """Write a document over what was read. Raises Conflict when it changed meanwhile."""
        return await self._write(kept.id, kept.value, kept.revision)

    async def update(
        self, document_id: str, change: Callable[[Value], Value | None]
    ) -> Kept[Value] | None:
        """Change a document, anew when somebody came first; `change` returns None to leave it.

        Returns what stands then; None if there is no such document.
        """
        while True:
            kept = await self.get(document_id)
            changed = change(kept.value) if kept else None
            if kept is None or changed is None:
                return kept
            try:
                return await self._write(document_id, changed, kept.revision)
            except Conflict:
                continue

    async def delete(self, document_id: str) -> bool:
        """Delete a document; tells whether there was one."""
        database = await self.database()
        while True:
            kept = await self.get(document_id)
            if kept is None:
                return False
            edit = Edit(document_id, deleted=True, base=kept.revision)
            (outcome,) = await database.write([edit])
            if not isinstance(outcome, ReplicationError):
                return True
            if not isinstance(outcome, Conflict):
                raise outcome

    async def forget(self, kept: Kept[Value]) -> bool:
        """Purge a document as it was read; tells whether it stood so, which one caller is told."""
        purged = await (await self.database()).purge({kept.id: (kept.revision,)})
        return bool(purged.get(kept.id))

    async def _write(self, document_id: str, value: Value, base: Revision | None) -> Kept[Value]:
        database = await self.database()
        edit = Edit(document_id, msgspec.json.encode(value), base=base)
        (outcome,) = await database.write([edit], together=True)
        if isinstance(outcome, ReplicationError):
            raise outcome
        return Kept(document_id, outcome.revision, value)

    def _read(self, row: StoredRevision) -> Kept[Value]:
        return Kept(row.document_id, row.revision, msgspec.json.decode(row.body, type=self.kind))
