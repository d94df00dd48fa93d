"""The files as one device sees them: the same database, less what the device has excluded.

Every feed of changes may read through this: `/files/_changes`, `/data/io.cozy.files/_changes` and
`/couchdb/io.cozy.files/_changes`, and `_bulk_get` with them.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from doctypes.files.errors import NotANode
from doctypes.files.exclusions import Exclusions, HiddenPaths
from doctypes.files.node import parse_node
from doctypes.files.node_reader import NodeReader
from replication.core.change import Change, ChangesPage, ChangesQuery
from replication.core.document import EMPTY_BODY, StoredRevision
from replication.core.sequence import UpdateSequence
from replication.store.protocol import Database


@dataclass(frozen=True, slots=True)
class DeviceChanges:
    """The changes feed of the files for one device, given by its client's id."""

    database: Database
    nodes: NodeReader
    exclusions: Exclusions
    device: str

    async def sequence(self) -> UpdateSequence:
        """Return the current sequence."""
        return await self.database.sequence()

    async def wait_past(self, number: int) -> None:
        """Return once the database stands past this sequence."""
        await self.database.wait_past(number)

    async def changes(self, query: ChangesQuery) -> ChangesPage:
        """Read a page; what the device has excluded is deleted in it."""
        hidden = await self.exclusions.hidden_from(self.device)
        if not hidden.paths:
            return await self.database.changes(query)
        page = await self.database.changes(replace(query, include_documents=True))
        documents = await self._shown([row.document for row in page.rows], hidden)
        rows = zip(page.rows, documents, strict=True)
        return replace(
            page, rows=tuple(_row(row, found, query.include_documents) for row, found in rows)
        )

    async def shown(self, documents: Sequence[StoredRevision]) -> list[StoredRevision]:
        """Return documents as the device may see them: itself, or a tombstone in its place."""
        hidden = await self.exclusions.hidden_from(self.device)
        found = await self._shown(documents, hidden) if hidden.paths else documents
        return [document for document in found if document is not None]

    async def _shown(
        self, documents: Sequence[StoredRevision | None], hidden: HiddenPaths
    ) -> list[StoredRevision | None]:
        paths = await _paths(self.nodes, documents)
        return [
            tombstone_of(document) if document and path and hidden.hide(path) else document
            for document, path in zip(documents, paths, strict=True)
        ]


def tombstone_of(document: StoredRevision) -> StoredRevision:
    """Return a revision as if it were a deletion."""
    return document._replace(deleted=True, body=EMPTY_BODY, attachments={})


def _row(row: Change, document: StoredRevision | None, shown: bool) -> Change:  # noqa: FBT001
    if document is not row.document and document is not None:
        row = replace(row, leaves=(document.revision,), deleted=True)
    return replace(row, document=document if shown else None)


async def _paths(nodes: NodeReader, documents: Sequence[StoredRevision | None]) -> list[str | None]:
    """Return where each document lies; None for what is deleted or no node."""
    parsed = []
    for document in documents:
        try:
            parsed.append(None if document is None or document.deleted else parse_node(document))
        except NotANode:
            parsed.append(None)
    found = await nodes.paths_of([node for node in parsed if node is not None])
    paths = iter(found)
    return [None if node is None else next(paths) for node in parsed]
