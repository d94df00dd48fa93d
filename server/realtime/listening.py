"""Following a type of documents: its changes past a place, and what is said meanwhile."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace

from replication.core.change import Change, ChangesQuery
from replication.core.document import StoredRevision
from replication.core.errors import DatabaseMissing, StoreClosed
from replication.core.sequence import UpdateSequence
from replication.store.protocol import Database, DocumentStore
from server.realtime.events import Event, event_of
from server.realtime.notices import Notices
from server.realtime.sight import See, see_all

LOOK_AGAIN = 0.5
"""Seconds between looks for a database that nobody has written to yet."""


async def place_of(store: DocumentStore, doctype: str) -> UpdateSequence | None:
    """Return where a type of documents stands now; None when there is none of it yet."""
    try:
        return await (await store.open(doctype)).sequence()
    except DatabaseMissing:
        return None


async def changes_past(
    store: DocumentStore, doctype: str, since: UpdateSequence | None, see: See = see_all
) -> AsyncIterator[tuple[Event, UpdateSequence]]:
    """Yield what happens to documents of a type, each with the place it leaves a reader at.

    What the reader does not see is deleted to them.

    A database that is not there yet, or is deleted, is waited for. Ends when the home is closed.
    """
    while True:
        database = await _there(store, doctype)
        try:
            async for found in _of(database, since, see):
                yield found
        except StoreClosed:
            if await _is_closed(store, doctype):
                return
            since = None


async def _of(
    database: Database, since: UpdateSequence | None, see: See
) -> AsyncIterator[tuple[Event, UpdateSequence]]:
    current = await database.sequence()
    number = 0 if since is None else since.within(current)
    query = ChangesQuery(since=number, include_documents=True)
    while True:
        page = await database.changes(query)
        for row in await _seen(page.rows, see):
            if not row.document_id.startswith("_design/"):
                yield event_of(database.name, row), UpdateSequence(row.sequence, page.last.epoch)
        query = replace(query, since=page.last.number)
        if page.pending == 0:
            await database.wait_past(page.last.number)


async def _seen(rows: Sequence[Change], see: See) -> list[Change]:
    seen = iter(await see([row.document for row in rows if row.document is not None]))
    return [row if row.document is None else _shown(row, next(seen)) for row in rows]


def _shown(row: Change, document: StoredRevision) -> Change:
    return replace(row, document=document, deleted=row.deleted or document.deleted)


async def _there(store: DocumentStore, doctype: str) -> Database:
    while True:
        try:
            return await store.open(doctype)
        except DatabaseMissing:
            await asyncio.sleep(LOOK_AGAIN)


async def _is_closed(store: DocumentStore, doctype: str) -> bool:
    try:
        await store.open(doctype)
    except DatabaseMissing:
        return False
    except StoreClosed:
        return True
    return False


async def notices_about(
    notices: Notices, domain: str, doctype: str
) -> AsyncIterator[tuple[Event, None]]:
    """Yield what is said about documents of a type while somebody listens."""
    with notices.heard(domain, doctype) as queue:
        while True:
            yield await queue.get(), None
