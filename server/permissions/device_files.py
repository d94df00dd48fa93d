"""The documents of files as one device sees them: what it leaves out is deleted there (design D8).

Hidden is not forbidden: a device that leaves a folder out may take it in again at any time.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from doctypes.files.device_changes import DeviceChanges
from replication.core.change import ChangesPage, ChangesQuery
from replication.core.document import StoredRevision
from replication.core.errors import DocumentMissing
from replication.core.revision import Revision
from replication.store.protocol import Database, FieldIndex, IdRange
from replication.store.without_texts import WithoutTexts


class DeviceFiles(WithoutTexts):
    """The database of files through the eyes of a device; what is not said here is its own."""

    def __init__(self, database: Database, device: DeviceChanges) -> None:
        self._database = database
        self._device = device

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401  # whatever the port has
        return getattr(self._database, name)

    async def changes(self, query: ChangesQuery) -> ChangesPage:
        """Read rows; what the device leaves out is deleted in them."""
        return await self._device.changes(query)

    async def get(
        self, document_id: str, revision: Revision | None = None, *, latest: bool = False
    ) -> StoredRevision:
        """Read a revision; what is left out is missing, or a tombstone by its revision."""
        found = await self._database.get(document_id, revision, latest=latest)
        (shown,) = await self._device.shown([found])
        if shown.deleted and not found.deleted and revision is None:
            raise DocumentMissing(document_id, deleted=True)
        return shown

    async def get_many(self, document_ids: Sequence[str]) -> list[StoredRevision | None]:
        """Read winners; tombstones of what the device leaves out."""
        found = await self._database.get_many(document_ids)
        shown = iter(await self._device.shown([row for row in found if row is not None]))
        return [None if row is None else next(shown) for row in found]

    async def leaves(self, document_id: str) -> list[StoredRevision]:
        """Read all leaves; tombstones of what the device leaves out."""
        return await self._device.shown(await self._database.leaves(document_id))

    async def bodies_of(self, document_id: str) -> Mapping[Revision, bool]:
        """Return which revisions are kept; the winner decides whether any is shown."""
        await self.get(document_id)
        return await self._database.bodies_of(document_id)

    async def all_docs(self, ids: IdRange) -> tuple[list[StoredRevision], int]:
        """List what the device sees, as many as are asked for if there are."""
        rows, before = await self._database.all_docs(ids)
        shown = [row for row in await self._device.shown(rows) if not row.deleted]
        while ids.limit is not None and rows and len(rows) >= ids.limit > len(shown):
            beyond = replace(ids, start=rows[-1].document_id, skip=1, count_before=False)
            rows, _ = await self._database.all_docs(beyond)
            shown += [row for row in await self._device.shown(rows) if not row.deleted]
        return shown if ids.limit is None else shown[: ids.limit], before

    async def find_by(
        self,
        index: FieldIndex,
        values: Sequence[str],
        *,
        prefix: bool = False,
        limit: int = 1000,
        after: StoredRevision | None = None,
    ) -> list[StoredRevision]:
        """Read along an index what the device sees."""
        found = await self._database.find_by(index, values, prefix=prefix, limit=limit, after=after)
        return [row for row in await self._device.shown(found) if not row.deleted]
