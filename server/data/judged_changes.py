"""A database's changes seen through a filter that takes its time: a thread's or a process'."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace

from replication.core.change import Change, ChangesPage, ChangesQuery
from replication.core.document import StoredRevision
from replication.core.errors import DocumentMissing
from replication.core.sequence import UpdateSequence
from replication.store.protocol import Database

Judge = Callable[[Sequence[StoredRevision]], Awaitable[Sequence[bool]]]
"""Tells of each revision whether it passes."""

JUDGED_AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class JudgedChanges:
    """The rows of `database` that pass; with `every_leaf`, each leaf is judged by itself."""

    database: Database
    judge: Judge
    every_leaf: bool = False

    async def sequence(self) -> UpdateSequence:
        """Return the current sequence."""
        return await self.database.sequence()

    async def wait_past(self, number: int) -> None:
        """Return once the database stands past this sequence."""
        await self.database.wait_past(number)

    async def changes(self, query: ChangesQuery) -> ChangesPage:
        """Read a page, and keep what passes, up to the limit."""
        page = await self.database.changes(replace(query, limit=None, include_documents=True))
        kept: list[Change] = []
        for start in range(0, len(page.rows), JUDGED_AT_ONCE):
            rows = page.rows[start : start + JUDGED_AT_ONCE]
            for place, row in enumerate(await self._judged(rows), start + 1):
                if row is not None:
                    kept.append(row if query.include_documents else replace(row, document=None))
                if len(kept) == query.limit and place < len(page.rows):
                    last = page.last._replace(number=page.rows[place - 1].sequence)
                    return ChangesPage(tuple(kept), last, page.pending + len(page.rows) - place)
        return ChangesPage(tuple(kept), page.last, page.pending)

    async def _judged(self, rows: Sequence[Change]) -> list[Change | None]:
        candidates = [await self._leaves(row) for row in rows]
        flat = [revision for leaves in candidates for revision in leaves]
        verdicts = iter(await self.judge(flat)) if flat else iter(())
        judged: list[Change | None] = []
        for row, leaves in zip(rows, candidates, strict=True):
            passing = tuple(leaf.revision for leaf in leaves if next(verdicts))
            judged.append(replace(row, leaves=passing) if passing else None)
        return judged

    async def _leaves(self, row: Change) -> list[StoredRevision]:
        """Return what is to be judged of a row; its winner's other leaves read if need be."""
        winner = [row.document] if row.document is not None else []
        if not self.every_leaf or len(row.leaves) == 1:
            return winner
        try:
            leaves = await self.database.leaves(row.document_id)
        except DocumentMissing:  # purged meanwhile
            return winner
        return [leaf for leaf in leaves if leaf.revision in row.leaves] or winner


class BegunChanges:
    """Changes whose first page is read already, so that what fails does so in good time."""

    def __init__(self, source: JudgedChanges, query: ChangesQuery, first: ChangesPage) -> None:
        self._source = source
        self._query = query
        self._first: ChangesPage | None = first

    @classmethod
    async def over(cls, source: JudgedChanges, query: ChangesQuery) -> "BegunChanges":
        """Read the first page of a query. Raises what the judge raises."""
        return cls(source, query, await source.changes(query))

    async def sequence(self) -> UpdateSequence:
        """Return the current sequence."""
        return await self._source.sequence()

    async def wait_past(self, number: int) -> None:
        """Return once the database stands past this sequence."""
        await self._source.wait_past(number)

    async def changes(self, query: ChangesQuery) -> ChangesPage:
        """Give the first page to the first who asks for it, and read all others."""
        first, self._first = self._first, None
        if first is not None and query == self._query:
            return first
        return await self._source.changes(query)


def in_a_thread(judge: Callable[[StoredRevision], bool]) -> Judge:
    """Return a judge that looks at each revision in a thread beside the event loop."""

    async def judged(revisions: Sequence[StoredRevision]) -> list[bool]:
        return await asyncio.to_thread(lambda: [judge(revision) for revision in revisions])

    return judged
