"""Rows of an index as somebody sees them who does not see all documents that it was built of."""

from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import aclosing
from dataclasses import replace

from aiohttp import web

from replication.index.reducers import Reducer, Rows
from replication.index.rows import IndexPage
from replication.store.protocol import Database
from server import keys
from server.permissions.guarded_store import GuardedStore


async def hides_some(request: web.Request, database: Database) -> bool:
    """Tell whether there may be documents in a database that who asks does not see."""
    store = request[keys.INSTANCE].store
    return isinstance(store, GuardedStore) and await store.hides_some(database.name)


async def seen_pages(
    pages: AsyncGenerator[IndexPage], database: Database, *, skip: int, limit: int
) -> AsyncGenerator[IndexPage]:
    """Yield pages less the rows of what is hidden, but for the first `skip`, `limit` at most.

    One page is yielded always. What a page tells of the whole view counts all rows.
    """
    async with aclosing(pages):
        async for page in pages:
            names = list(dict.fromkeys(row.document_id for row in page.rows))
            found = await database.get_many(names)
            seen = {row.document_id for row in found if row is not None and not row.deleted}
            rows = [row for row in page.rows if row.document_id in seen]
            kept = rows[skip:][:limit]
            skip, limit = max(0, skip - len(rows)), limit - len(kept)
            yield replace(page, rows=tuple(kept))
            if limit <= 0:
                return


async def reduced(pages: AsyncIterator[Rows], reducer: Reducer) -> bytes | None:
    """Return the JSON that all rows reduce to; None if there is none. Raises as the reducer."""
    partials: Sequence[bytes] = []
    async for rows in pages:
        if rows:
            partials = [*partials, *await reducer.reduce([rows])]
    if len(partials) > 1:
        partials = await reducer.rereduce([partials])
    return reducer.finish(partials[0]) if partials else None
