"""Reading a database's changes: once, until something comes, or for as long as somebody listens."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Protocol

from replication.core.change import ChangesPage, ChangesQuery
from replication.core.sequence import UpdateSequence


class ChangesSource(Protocol):
    """What a feed reads: a `Database`, or a database seen through a filter."""

    async def sequence(self) -> UpdateSequence:
        """Return the current sequence."""

    async def changes(self, query: ChangesQuery) -> ChangesPage:
        """Read rows as `Database.changes` does."""

    async def wait_past(self, number: int) -> None:
        """Return once there may be more behind this sequence. Raises StoreClosed."""


async def once(database: ChangesSource, query: ChangesQuery) -> AsyncIterator[ChangesPage]:
    """Read to the query's limit or the end of the feed, a page at a time."""
    while True:
        page = await database.changes(query)
        yield page
        if query.limit is not None:
            query = replace(query, limit=query.limit - len(page.rows))
        if page.pending == 0 or query.limit == 0:
            return
        query = _beyond(query, page)


async def longpoll(
    database: ChangesSource, query: ChangesQuery, *, patience: float
) -> AsyncIterator[ChangesPage]:
    """Read once if there is something; otherwise wait for it, `patience` seconds at the most.

    Ends with an empty page when nothing came. Rows that the query's filter leaves out do not count
    as something. A descending feed has nothing to wait for: what comes lies behind it. Raises
    StoreClosed when the database is deleted meanwhile.
    """
    deadline = asyncio.get_running_loop().time() + patience
    while True:
        found = False
        last = ChangesPage((), await database.sequence(), 0)
        async for page in once(database, query):
            last = page
            if page.rows:
                found = True
                yield page
        if found:
            return
        if query.descending:
            yield last
            return
        query = _beyond(query, last)
        if not await _moved_past(database, query.since, deadline):
            yield last
            return


async def continuous(
    database: ChangesSource, query: ChangesQuery, *, patience: float
) -> AsyncIterator[ChangesPage]:
    """Read, wait and read on, until the limit or until nothing came for `patience` seconds.

    A descending feed ends at its beginning: what comes lies behind it. Raises StoreClosed when the
    database is deleted meanwhile.
    """
    while True:
        async for page in once(database, query):
            yield page
            query = _beyond(query, page)
            if query.limit is not None:
                query = replace(query, limit=query.limit - len(page.rows))
        if query.limit == 0 or query.descending:
            return
        deadline = asyncio.get_running_loop().time() + patience
        if not await _moved_past(database, query.since, deadline):
            return


def _beyond(query: ChangesQuery, page: ChangesPage) -> ChangesQuery:
    if query.descending:
        return replace(query, before=page.last.number)
    return replace(query, since=page.last.number)


async def _moved_past(database: ChangesSource, number: int, deadline: float) -> bool:
    try:
        async with asyncio.timeout_at(deadline):
            await database.wait_past(number)
    except TimeoutError:
        return False
    return True
