"""The changes feed of a CouchDB: read in pages, by numbers; and followed for those who wait.

All who wait in this process share one request that CouchDB answers when something changes.
"""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from typing import NamedTuple

from replication.core.change import Change, ChangesPage, ChangesQuery
from replication.core.errors import DatabaseMissing, StorageUnreachable, StoreClosed
from replication.core.revision import Revision
from replication.core.sequence import UpdateSequence
from replication.feed.notifier import UpdateNotifier
from replication.store.couch.answers import ChangeRow, Feed, Opaque
from replication.store.couch.documents import HIDDEN_DESIGN, Leaves
from replication.store.couch.link import MISSING, CouchLink
from replication.store.couch.reading import fetch
from replication.store.couch.sequences import SeenSequences
from replication.wire.document_json import encode

PAGE_ROWS = 1000
_POLL_SECONDS = 50.0
_REST = 1.0  # seconds after a poll that failed

_Row = tuple[int, ChangeRow]


class _Window(NamedTuple):
    """Rows in the direction asked, where the feed ends behind them, and how many it has there."""

    rows: Sequence[_Row]
    end: int
    beyond: int


class CouchFeed:
    """The feed of one database; `epoch` names its life."""

    def __init__(self, link: CouchLink, name: str, epoch: str) -> None:
        self._link = link
        self._name = name
        self.epoch = epoch
        self._seen = SeenSequences()
        self._notifier = UpdateNotifier()
        self._waiting = 0
        self._following: asyncio.Task[None] | None = None
        self._before_last_write = 0
        self.ended = False

    async def figures(self) -> Opaque:
        """Read the figures of the database. Raises DatabaseMissing."""
        answer = await self._link.read("GET")
        if answer.status == MISSING:
            raise DatabaseMissing(self._name)
        found = self._link.decode(answer, Opaque)
        self._seen.see(found.update_seq)
        return found

    async def sequence(self) -> UpdateSequence:
        """Return the current sequence. Raises DatabaseMissing."""
        return UpdateSequence(self._seen.see((await self.figures()).update_seq), self.epoch)

    async def changes(self, query: ChangesQuery) -> ChangesPage:
        """Read a page. Raises DatabaseMissing."""
        window = await self._window(query)
        documents: dict[str, Leaves] = {}
        if query.include_documents or query.accept is not None:
            documents = await fetch(self._link, [row.id for _, row in window.rows])
        rows: list[Change] = []
        scanned = 0
        for number, row in window.rows:
            if len(rows) == query.limit:
                break
            scanned += 1
            if change := _change(number, row, documents.get(row.id), query):
                rows.append(change)
        left = len(window.rows) - scanned
        at_end = left == 0 and window.beyond == 0 and not query.descending
        last = window.rows[scanned - 1][0] if scanned else query.since
        number = max(window.end, query.since) if at_end else last
        return ChangesPage(tuple(rows), UpdateSequence(number, self.epoch), left + window.beyond)

    async def _window(self, query: ChangesQuery) -> _Window:
        if query.document_ids is not None:
            return _turned(await self._of_documents(query.document_ids, query.since), query)
        if query.descending:
            return await self._backwards(query)
        wanted = PAGE_ROWS
        if query.limit is not None and query.accept is None:
            wanted = min(query.limit, PAGE_ROWS)
        return await self._forwards(query.since, wanted)

    async def _forwards(self, since: int, wanted: int) -> _Window:
        start, text = await self._near(since)
        rows: list[_Row] = []
        while True:
            feed = await self._page({"since": text, "limit": str(max(wanted, 1))})
            rows += self._rows_after(since, feed)
            text = str(feed.last_seq)
            if len(rows) >= wanted or feed.pending == 0 or not feed.results:
                break
        over = len(rows) - wanted
        end = self._seen.see(feed.last_seq)
        return _Window(rows[:wanted], max(end, start), feed.pending + max(over, 0))

    async def _near(self, since: int) -> tuple[int, str]:
        """Return the best known place to read on from: not above `since`."""
        start, text = self._seen.below(since)
        if start == since:
            return start, text
        current = await self.sequence()
        if 0 <= current.number - since < since - start:
            limit = str(current.number - since + 1)
            await self._page({"descending": "true", "limit": limit})
        return self._seen.below(since)

    async def _backwards(self, query: ChangesQuery) -> _Window:
        """Read from the end: CouchDB has no place to begin at in this direction."""
        current = await self.sequence()
        above = 0 if query.before is None else max(current.number - query.before + 1, 0)
        limit = str(above + PAGE_ROWS)
        feed = await self._page({"descending": "true", "limit": limit})
        every = self._rows_after(query.since, feed)
        rows = [row for row in every if query.before is None or row[0] < query.before]
        after = await self._forwards(query.since, 1)
        total = len(after.rows) + after.beyond
        return _Window(rows, query.since, max(total - len(every), 0))

    async def _of_documents(self, document_ids: frozenset[str], since: int) -> _Window:
        _, text = await self._near(since)
        asked = {"since": text, "filter": "_doc_ids"}
        feed = await self._page(asked, encode({"doc_ids": sorted(document_ids)}))
        return _Window(self._rows_after(since, feed), self._seen.see(feed.last_seq), 0)

    async def sequences_of(self, document_ids: Sequence[str]) -> dict[str, int]:
        """Return the numbers that documents have, which were written just now or before."""
        start, _ = self._seen.below(self._before_last_write)
        window = await self._of_documents(frozenset(document_ids), start)
        found = {row.id: number for number, row in window.rows}
        if left := frozenset(document_ids) - found.keys():  # it was written before, and again
            window = await self._of_documents(left, 0)
            found |= {row.id: number for number, row in window.rows}
        self._before_last_write = self._seen.latest
        self._notifier.advance(self._seen.latest)
        return found

    def _rows_after(self, since: int, feed: Feed) -> list[_Row]:
        numbered = [(self._seen.see(row.seq), row) for row in feed.results]
        return [
            row for row in numbered if row[0] > since and not row[1].id.startswith(HIDDEN_DESIGN)
        ]

    async def _page(self, asked: dict[str, str], body: bytes | None = None) -> Feed:
        answer = await self._link.read(
            "GET" if body is None else "POST",
            "_changes",
            parameters={"style": "all_docs", **asked},
            body=body,
            patience=_POLL_SECONDS,
        )
        if answer.status == MISSING:
            raise DatabaseMissing(self._name)
        return self._link.decode(answer, Feed)

    async def wait_past(self, number: int) -> None:
        """Return once the database stands past a number. Raises StoreClosed."""
        self._waiting += 1
        try:
            if not self.ended and self._seen.latest <= number:
                await self._look()
            while not self.ended and self._seen.latest <= number:
                moved = self._notifier.ticket()
                self._follow()
                await moved.wait()
            if self.ended:
                raise StoreClosed(self._name)
        finally:
            self._waiting -= 1
            if self._waiting == 0:
                self._stop()

    async def _look(self) -> None:
        try:
            await self.figures()
        except DatabaseMissing:
            self.end()
        except StorageUnreachable:
            return

    def _follow(self) -> None:
        if self._following is None or self._following.done():
            self._following = asyncio.create_task(self._poll())

    async def _poll(self) -> None:
        while not self.ended:
            _, text = self._seen.below(self._seen.latest)
            wait = str(int(_POLL_SECONDS * 1000))
            asked = {"feed": "longpoll", "timeout": wait, "since": text, "limit": str(PAGE_ROWS)}
            try:
                feed = await self._page(asked)
            except DatabaseMissing:
                self.end()
            except StorageUnreachable:
                await asyncio.sleep(_REST)
            else:
                self._rows_after(0, feed)
                self._seen.see(feed.last_seq)
                self._notifier.advance(self._seen.latest)

    def _stop(self) -> None:
        if self._following is not None:
            self._following.cancel()
            self._following = None

    def end(self) -> None:
        """Let all who wait go, with StoreClosed."""
        self.ended = True
        self._notifier.advance()

    async def close(self) -> None:
        """End it, and wait for the request under way to be given up."""
        self.end()
        following, self._following = self._following, None
        if following is not None:
            following.cancel()
            with suppress(asyncio.CancelledError):
                await following


def _turned(window: _Window, query: ChangesQuery) -> _Window:
    if not query.descending:
        return window
    rows = [row for row in window.rows if query.before is None or row[0] < query.before]
    return _Window(rows[::-1], window.end, window.beyond)


def _change(
    number: int, row: ChangeRow, found: Leaves | None, query: ChangesQuery
) -> Change | None:
    winner = found.winner(number) if found is not None else None
    if query.accept is not None and (winner is None or not query.accept(winner)):
        return None
    leaves = tuple(Revision.parse(leaf.rev) for leaf in row.changes)
    shown = winner if query.include_documents else None
    return Change(number, row.id, leaves, row.deleted, shown)
