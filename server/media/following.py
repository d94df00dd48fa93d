"""Making thumbnails of what comes into a home, from its changes feed, one after another."""

import asyncio
import logging
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace

import msgspec

from doctypes.files.errors import NotANode
from doctypes.files.node import DOCTYPE, File, parse_node
from replication.core.change import ChangesQuery
from replication.core.document import StoredRevision
from replication.core.errors import DatabaseMissing, DocumentMissing, StoreClosed
from replication.core.sequence import UpdateSequence
from replication.store.protocol import Database
from server.instances.instance import Instance
from server.media.media import Media
from server.realtime.events import CREATED, Event
from server.realtime.notices import Notices

_log = logging.getLogger(__name__)

PLACE = "_local/thumbnails"
HEARD_AS = "io.cozy.files.thumbnails"
_NOTED_EVERY = 50
REST = 0.2
"""Seconds between what comes and looking at it, so that what comes in many pieces is one look."""


@dataclass(slots=True)
class Thumbnails:
    """Follows the files of one open home; where it stands is kept beside them."""

    instance: Instance
    media: Media
    notices: Notices

    async def follow(self) -> None:
        """Make thumbnails until the home is closed."""
        try:
            database = await self.instance.store.open(DOCTYPE)
            since = await _place(database)
            async for row, place, last in _rows(database, since):
                if row is not None:
                    await self._take(row)
                if last or place.number % _NOTED_EVERY == 0:
                    await database.put_local(PLACE, msgspec.json.encode({"seq": str(place)}))
        except (StoreClosed, DatabaseMissing):
            return

    async def _take(self, document: StoredRevision) -> None:
        try:
            node = parse_node(document)
        except NotANode:
            return
        if (
            isinstance(node, File)
            and not node.trashed
            and await self.media.make(self.instance, node, unasked=True)
        ):
            body = msgspec.json.encode({"_id": node.id, "format": "large"})
            self.notices.tell(self.instance.domain, Event(CREATED, HEARD_AS, node.id, body))


async def _place(database: Database) -> int:
    try:
        kept = msgspec.json.decode((await database.get_local(PLACE)).body, type=dict[str, str])
    except (DocumentMissing, msgspec.DecodeError):
        return 0
    return UpdateSequence.parse(kept.get("seq", "0")).within(await database.sequence())


async def _rows(
    database: Database, since: int
) -> AsyncIterator[tuple[StoredRevision | None, UpdateSequence, bool]]:
    """Yield live documents past a place, where that leaves a reader, and whether it is the end."""
    query = ChangesQuery(since=since, limit=100, include_documents=True)
    while True:
        page = await database.changes(query)
        for row in page.rows:
            place = UpdateSequence(row.sequence, page.last.epoch)
            yield (None if row.deleted else row.document), place, False
        if page.rows:
            yield None, page.last, page.pending == 0
        query = replace(query, since=page.last.number)
        if page.pending == 0:
            await database.wait_past(page.last.number)
            await asyncio.sleep(REST)
