"""The documents of view rows: those that emitted them, or those whose ids they emitted."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
from aiohttp import web

from replication.core.document import StoredRevision
from replication.core.errors import DocumentMissing, InvalidRevision
from replication.core.revision import Revision
from replication.index.rows import IndexRow
from replication.store.protocol import Database
from replication.wire.document_json import Shown
from server.data.documents import rendered
from server.data.sent_attachments import SentAttachments
from server.data.view_options import ViewOptions

NOTHING = b"null"


@dataclass(frozen=True, slots=True)
class _Link:
    document_id: str
    revision: str | None = None


class _Value(msgspec.Struct):
    id: Any = msgspec.field(name="_id", default=None)
    rev: Any = msgspec.field(name="_rev", default=None)


class LinkedDocuments:
    """Reads the documents of rows, many at once."""

    def __init__(self, request: web.Request, database: Database, options: ViewOptions) -> None:
        self._request = request
        self._database = database
        self._shown = Shown(conflicts=bool(options.conflicts))
        self._sent = SentAttachments(all=options.attachments)

    async def of(self, rows: Sequence[IndexRow]) -> list[bytes]:
        """Return the JSON of each row's document, `null` where there is none."""
        links = [_link(row) for row in rows]
        winners = {link.document_id for link in links if link.revision is None}
        read = await self._database.get_many(sorted(winners))
        by_id = {stored.document_id: stored for stored in read if stored is not None}
        return [await self._rendered(link, by_id.get(link.document_id)) for link in links]

    async def _rendered(self, link: _Link, winner: StoredRevision | None) -> bytes:
        found = winner if link.revision is None else await self._revision(link)
        if found is None or (found.deleted and link.revision is None):
            return NOTHING
        return await rendered(self._request, found, self._shown, self._sent)

    async def _revision(self, link: _Link) -> StoredRevision | None:
        try:
            revision = Revision.parse(link.revision or "")
            return await self._database.get(link.document_id, revision)
        except (DocumentMissing, InvalidRevision):
            return None


def _link(row: IndexRow) -> _Link:
    if row.value.startswith(b"{") and b'"_id"' in row.value:
        value = msgspec.json.decode(row.value, type=_Value)
        if isinstance(value.id, str):
            return _Link(value.id, value.rev if isinstance(value.rev, str) else None)
    return _Link(row.document_id)
