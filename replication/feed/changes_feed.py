"""Reading a database's changes: once, until something comes, or for as long as somebody listens."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sized
from dataclasses import replace
from typing import Protocol, TypeVar

from replication.core.change import ChangesQuery
from replication.core.sequence import UpdateSequence


class Page(Protocol):
    """What a feed needs to know of a page: `ChangesPage`, or one whose rows are written already."""

    @property
    def rows(self) -> Sized:
        """Its rows."""

    @property
    def last(self) -> UpdateSequence:
        """Where reading stopped."""

    @property
    def pending(self) -> int:
        """How many rows lie beyond."""


P_co = TypeVar("P_co", bound=Page, covariant=True)
P = TypeVar("P", bound=Page)


class ChangesSource(Protocol[P_co]):
    """What a feed reads: a `Database`, or a database seen through a filter."""

    async def sequence(self) -> UpdateSequence:
        """Return the current sequence."""

    async def changes(self, query: ChangesQuery) -> P_co:
        """Read rows as `Database.changes` does."""

    async def wait_past(self, number: int) -> None:
        """Return once there may be more behind this sequence. Raises StoreClosed."""


Wait = Callable[[int], Awaitable[bool]]
"""Returns once there may be more behind a sequence: True; False when nobody waits any more."""


def patient(database: ChangesSource[Page], patience: float) -> Wait:
    """Return a wait of so many seconds from now, all in all. It raises StoreClosed."""
    deadline = asyncio.get_running_loop().time() + patience

    async def wait(number: int) -> bool:
        return await moved_past(database, number, deadline)

    return wait


async def once(database: ChangesSource[P], query: ChangesQuery) -> AsyncIterator[P]:
    """Read to the query's limit or the end of the feed, a page at a time."""
    while True:
        page = await database.changes(query)
        yield page
        if query.limit is not None:
            query = replace(query, limit=query.limit - len(page.rows))
        if page.pending == 0 or query.limit == 0:
            return
        query = beyond(query, page)


async def longpoll(database: ChangesSource[P], query: ChangesQuery, wait: Wait) -> AsyncIterator[P]:
    """Read once if there is something; otherwise `wait` for it.

    Ends with an empty page when nothing came. Rows that the query's filter leaves out do not count
    as something. A descending feed has nothing to wait for: what comes lies behind it. Raises what
    `wait` raises.
    """
    while True:
        found = False
        pages = once(database, query)
        last = await anext(pages)  # there is always one
        if last.rows:
            found = True
            yield last
        async for last in pages:
            if last.rows:
                found = True
                yield last
        if found:
            return
        if query.descending:
            yield last
            return
        query = beyond(query, last)
        if not await wait(query.since):
            yield last
            return


async def continuous(
    database: ChangesSource[P], query: ChangesQuery, *, patience: float
) -> AsyncIterator[P]:
    """Read, wait and read on, until the limit or until nothing came for `patience` seconds.

    A descending feed ends at its beginning: what comes lies behind it. Raises StoreClosed when the
    database is deleted meanwhile.
    """
    while True:
        async for page in once(database, query):
            yield page
            query = beyond(query, page)
            if query.limit is not None:
                query = replace(query, limit=query.limit - len(page.rows))
        if query.limit == 0 or query.descending:
            return
        deadline = asyncio.get_running_loop().time() + patience
        if not await moved_past(database, query.since, deadline):
            return


def beyond(query: ChangesQuery, page: Page) -> ChangesQuery:
    """Return the query that reads on from where a page ended."""
    if query.descending:
        return replace(query, before=page.last.number)
    return replace(query, since=page.last.number)


async def moved_past(database: ChangesSource[Page], number: int, deadline: float) -> bool:
    """Wait until there may be more behind a sequence; False when the loop's time comes first."""
    try:
        async with asyncio.timeout_at(deadline):
            await database.wait_past(number)
    except TimeoutError:
        return False
    return True
