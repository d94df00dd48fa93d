"""Pages of the feed that are kept: what is on the disk counts, not who was told of it."""

import asyncio

from replication.core.change import ChangesQuery, Style
from replication.core.document import Edit
from replication.feed import changes_feed
from replication.store.sqlite.store import SqliteDocumentStore


class Written:
    """A database as a source of its feed's text."""

    def __init__(self, database):
        self._database = database
        self.sequence = database.sequence
        self.wait_past = database.wait_past

    async def changes(self, query):
        return await self._database.changes_text(query, Style.MAIN_ONLY, b",\n")


async def test_a_write_that_nobody_was_told_of_yet_is_in_the_next_page(tmp_path):
    """As in the moment between a commit and the notifier, when a heartbeat has somebody look."""
    path = tmp_path / "documents.db"
    store, writer = SqliteDocumentStore(path), SqliteDocumentStore(path)
    try:
        here, there = await store.ensure("things"), await writer.ensure("things")
        source, query = Written(here), ChangesQuery((await here.sequence()).number)
        assert len((await source.changes(query)).rows) == 0
        await there.write([Edit("a", b"{}")])
        wait = changes_feed.patient(source, 1)
        pages = [page async for page in changes_feed.longpoll(source, query, wait)]
        assert [len(page.rows) for page in pages] == [1]
    finally:
        await asyncio.gather(store.close(), writer.close())
