"""An index of a database: brought up to date from the changes feed when it is asked."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass
from enum import Enum

from replication.core.change import Change, ChangesQuery
from replication.core.errors import ReplicationError
from replication.index.definition import IndexDefinition, Mapper
from replication.index.rows import IndexPage, IndexRow, IndexText, KeyRange
from replication.store.index_protocol import IndexBatch, MappedDocument
from replication.store.protocol import Database

_log = logging.getLogger(__name__)

PAGES_TOGETHER = 4
MOST_PAGES_TOGETHER = 16
"""Pages of the feed that a first build takes in at once: sorted together, they are neighbours.

Each batch touches most pages of what is there already, so batches grow as that does.
"""

_GROWN_BY = 25_000  # changes for a page more


class Freshness(Enum):
    """What a reader demands of an index before it reads."""

    NOW = "true"
    """As the database stands at this moment."""
    NEVER = "false"
    """As it is."""
    LAZY = "lazy"
    """As it is, and let it be brought up to date meanwhile."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an update has come: sequences of the database."""

    done: int
    target: int


class Index:
    """Reads the views of one definition; updates of it wait for each other.

    Raises what the mapper raises, and StoreClosed and DatabaseMissing when the database goes.
    """

    def __init__(self, database: Database, mapper: Mapper) -> None:
        self._database = database
        self._mapper = mapper
        self._turn = asyncio.Lock()
        self._later: asyncio.Task[None] | None = None
        self.progress: Progress | None = None

    @property
    def definition(self) -> IndexDefinition:
        """What it holds."""
        return self._mapper.definition

    async def is_as_fresh(self, freshness: Freshness) -> bool:
        """Tell whether there is nothing to wait for before the index is as fresh as is demanded."""
        if freshness is not Freshness.NOW:
            return True
        return await self._stands_at((await self._database.sequence()).number)

    async def update(self, freshness: Freshness = Freshness.NOW) -> None:
        """See to it that the index is as fresh as is demanded."""
        if freshness is Freshness.NOW:
            await self._update()
        elif freshness is Freshness.LAZY:
            self.update_later()

    def update_later(self) -> None:
        """Bring the index up to date while others go on; what goes wrong is logged."""
        if self._later is None or self._later.done():
            self._later = asyncio.create_task(self._update_quietly())

    async def _update_quietly(self) -> None:
        try:
            await self._update()
        except ReplicationError as error:
            _log.warning("an index could not be brought up to date: %s", error)

    async def close(self) -> None:
        """End an update that goes on by itself; what it has taken in stays."""
        if self._later is not None:
            self._later.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._later

    async def read(
        self,
        view: int,
        key_range: KeyRange,
        *,
        skip: int = 0,
        limit: int | None = None,
        after: IndexRow | None = None,
        with_offset: bool = False,
    ) -> IndexPage:
        """Read rows as `IndexStore.read` does, from the index as it is."""
        return await self._database.indexes.read(
            self.definition,
            view,
            key_range,
            skip=skip,
            limit=limit,
            after=after,
            with_offset=with_offset,
        )

    async def read_text(
        self,
        view: int,
        key_range: KeyRange,
        *,
        skip: int = 0,
        limit: int | None = None,
        after: IndexRow | None = None,
        with_offset: bool = False,
    ) -> IndexText:
        """Read rows as JSON as `IndexStore.read_text` does, from the index as it is."""
        return await self._database.indexes.read_text(
            self.definition,
            view,
            key_range,
            skip=skip,
            limit=limit,
            after=after,
            with_offset=with_offset,
        )

    async def _update(self) -> None:
        target = (await self._database.sequence()).number
        if await self._stands_at(target):
            return
        async with self._turn:  # by one of those who wait
            if await self._stands_at(target):
                return
            try:
                await self._bring_to(target)
            finally:
                self.progress = None

    async def _stands_at(self, target: int) -> bool:
        through = await self._database.indexes.through(self.definition)
        return through is not None and through >= target

    async def _bring_to(self, target: int) -> None:
        indexes, definition = self._database.indexes, self.definition
        while (through := await indexes.through(definition)) is None or through < target:
            # no document comes twice below a sequence: it moves beyond when it changes
            first_build = through is None
            await self._take_in(through or 0, target, first_build=first_build)
            if first_build:
                await indexes.settle(definition)

    async def _take_in(self, since: int, target: int, *, first_build: bool) -> None:
        """Map and keep what changed up to the target, the next batch mapped while one is kept."""
        async with contextlib.aclosing(
            self._batches(since, target, first_build=first_build)
        ) as batches:
            coming = asyncio.ensure_future(anext(batches, None))
            try:
                while (batch := await coming) is not None:
                    coming = asyncio.ensure_future(anext(batches, None))
                    self.progress = Progress(batch.since, target)
                    if not await self._database.indexes.apply(self.definition, batch):
                        return  # somebody else keeps the same index, and was faster
            finally:
                coming.cancel()
                with contextlib.suppress(asyncio.CancelledError, ReplicationError):
                    await coming

    async def _batches(
        self, since: int, target: int, *, first_build: bool
    ) -> AsyncGenerator[IndexBatch]:
        while True:
            mapped: list[MappedDocument] = []
            through = since
            for _ in range(_pages_together(since) if first_build else 1):
                query = ChangesQuery(through, before=target + 1, include_documents=True)
                page = await self._database.changes(query)
                mapped += await self._mapped(page.rows)
                through = page.last.number if page.pending else target
                if through == target:
                    break
            yield IndexBatch(since, through, mapped, first_build)
            if through == target:
                return
            since = through

    async def _mapped(self, rows: Sequence[Change]) -> list[MappedDocument]:
        live = [row.document for row in rows if row.document is not None and not row.deleted]
        mapped = dict(
            zip(
                (document.document_id for document in live),
                await self._mapper.map(live),
                strict=True,
            )
        )
        return [
            MappedDocument(row.document_id, row.sequence, mapped.get(row.document_id, ()))
            for row in rows
        ]


def _pages_together(since: int) -> int:
    return min(MOST_PAGES_TOGETHER, max(PAGES_TOGETHER, since // _GROWN_BY))
