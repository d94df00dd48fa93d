"""The files as one device sees them: the same database, less what its profile leaves out.

Every feed of changes may read through this: `/files/_changes`, `/data/io.cozy.files/_changes` and
`/couchdb/io.cozy.files/_changes`, and `_bulk_get` with them.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from doctypes.files.borders import is_shown
from doctypes.files.device_sight import DeviceSight
from doctypes.files.errors import NotANode
from doctypes.files.node import Node, parse_node
from doctypes.files.node_reader import NodeReader
from doctypes.profiles.view import View
from replication.core.change import Change, ChangesPage, ChangesQuery
from replication.core.document import EMPTY_BODY, StoredRevision
from replication.core.sequence import UpdateSequence
from replication.store.protocol import Database


@dataclass(frozen=True, slots=True)
class DeviceChanges:
    """The changes feed of the files for one device."""

    database: Database
    nodes: NodeReader
    sight: DeviceSight

    async def sequence(self) -> UpdateSequence:
        """Return the current sequence."""
        return await self.database.sequence()

    async def wait_past(self, number: int) -> None:
        """Return once the database stands past this sequence."""
        await self.database.wait_past(number)

    async def hides_anything(self) -> bool:
        """Tell whether there may be documents that the device does not see."""
        return not (await self.sight.view()).is_everything

    async def changes(self, query: ChangesQuery) -> ChangesPage:
        """Read a page; what the device leaves out is deleted in it."""
        await self.sight.begin(was_told=query.since > 0)
        if not await self.hides_anything():
            page = await self.database.changes(query)
            if not await self.hides_anything():  # nor while it was read: else nobody tells again
                return page
        async with self.sight.still() as view:
            page = await self.database.changes(replace(query, include_documents=True))
            documents = await self._shown([row.document for row in page.rows], view)
        rows = zip(page.rows, documents, strict=True)
        return replace(
            page, rows=tuple(_row(row, found, query.include_documents) for row, found in rows)
        )

    async def shown(self, documents: Sequence[StoredRevision]) -> list[StoredRevision]:
        """Return documents as the device may see them: itself, or a tombstone in its place."""
        if not documents or not await self.hides_anything():
            return list(documents)
        async with self.sight.still() as view:
            found = await self._shown(documents, view)
        return [document for document in found if document is not None]

    async def _shown(
        self, documents: Sequence[StoredRevision | None], view: View
    ) -> list[StoredRevision | None]:
        nodes = [None if document is None else _node(document) for document in documents]
        live = [node for node in nodes if node is not None]
        paths = dict(zip(map(id, live), await self.nodes.paths_of(live), strict=True))
        hidden = {
            key
            for node in live
            if (path := paths[key := id(node)]) and not is_shown(view, node, path)
        }
        return [
            tombstone_of(document) if document is not None and id(node) in hidden else document
            for document, node in zip(documents, nodes, strict=True)
        ]


def tombstone_of(document: StoredRevision) -> StoredRevision:
    """Return a revision as if it were a deletion."""
    return document._replace(deleted=True, body=EMPTY_BODY, attachments={})


def _row(row: Change, document: StoredRevision | None, shown: bool) -> Change:  # noqa: FBT001
    if document is not row.document and document is not None:
        row = replace(row, leaves=(document.revision,), deleted=True)
    return replace(row, document=document if shown else None)


def _node(document: StoredRevision) -> Node | None:
    """Read a document as a node; None for what is deleted, or is none."""
    try:
        return None if document.deleted else parse_node(document)
    except NotANode:
        return None
