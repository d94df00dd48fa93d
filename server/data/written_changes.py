"""The changes of a database as the bytes that a feed sends: written by the engine where it can."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from replication.core.change import Change, ChangesPage, ChangesQuery, ChangesText, TextRows
from replication.core.sequence import UpdateSequence
from replication.feed.changes_feed import ChangesSource
from replication.store.protocol import Database
from replication.wire.document_json import PLAIN
from replication.wire.feed_frames import RowStyle, render_row

LookOf = Callable[[Change], Awaitable[RowStyle]]
"""Says how a row is to look, with the bytes of its attachments."""


@dataclass(frozen=True, slots=True)
class WrittenChanges:
    """A source of changes whose pages are text, rows joined by `separator`.

    `database` is the source itself where nothing filters it. `look_of` is asked of each row where
    rows do not all look as `look` says.
    """

    source: ChangesSource[ChangesPage]
    look: RowStyle
    separator: bytes
    database: Database | None = None
    look_of: LookOf | None = None

    async def sequence(self) -> UpdateSequence:
        """Return the current sequence."""
        return await self.source.sequence()

    async def wait_past(self, number: int) -> None:
        """Return once there may be more behind this sequence. Raises StoreClosed."""
        await self.source.wait_past(number)

    async def changes(self, query: ChangesQuery) -> ChangesText:
        """Read a page as `Database.changes` does, and write its rows."""
        if self.database is not None and (self.look.shown is PLAIN or not query.include_documents):
            text = await self.database.changes_text(query, self.look.style, self.separator)
            if text is not None:
                return text
        page = await self.source.changes(query)
        rows = [render_row(change, await self._look(change)) for change in page.rows]
        return ChangesText(TextRows(self.separator.join(rows), len(rows)), page.last, page.pending)

    async def _look(self, change: Change) -> RowStyle:
        return self.look if self.look_of is None else await self.look_of(change)
