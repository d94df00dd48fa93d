"""Taking the texts out of what comes into a home, from its changes feed, one after another."""

import asyncio
import logging
from dataclasses import dataclass

import msgspec

from doctypes.contents.known import VERSION
from doctypes.files.errors import NotANode
from doctypes.files.node import DOCTYPE, File, parse_node
from doctypes.files.searched_files import SearchedFiles, text_blob
from replication.core.change import Change, ChangesPage, ChangesQuery
from replication.core.errors import DatabaseMissing, DocumentMissing, StorageFull, StoreClosed
from replication.core.sequence import UpdateSequence
from replication.store.protocol import Database
from replication.text.catch_up import catch_up, take_in_again
from server.instances.instance import Instance
from server.media.kept_texts import KeptTexts
from server.media.media import Media

_log = logging.getLogger(__name__)

PLACE = f"_local/texts-{VERSION}"
"""Where this stands; other rules begin anew at a place of their own."""
_PAGE = 50

REST = 0.2
"""Seconds between what comes and looking at it, so that what comes in many pieces is one look."""


@dataclass(slots=True)
class Texts:
    """Follows the files of one open home, and keeps the index that people search up to date."""

    instance: Instance
    media: Media

    async def follow(self) -> None:
        """Take texts out until the home is closed."""
        try:
            database = await self.instance.store.open(DOCTYPE)
            await self._follow(
                database, KeptTexts(self.instance.folder, self.instance.transit.named)
            )
        except (StoreClosed, DatabaseMissing):
            return
        except (StorageFull, OSError):
            _log.exception("texts are no longer taken out, until the home is opened again")

    async def _follow(self, database: Database, kept: KeptTexts) -> None:
        await kept.drop_older()
        source = SearchedFiles(database, kept)
        since = await _place(database)
        while True:
            query = ChangesQuery(since=since, limit=_PAGE, include_documents=True)
            page = await database.changes(query)
            if not await self._take(page, database, source, kept):
                return
            if page.rows:
                await database.put_local(PLACE, msgspec.json.encode({"seq": str(page.last)}))
            since = page.last.number
            if page.pending == 0:
                if (await database.texts.position(source.definition)).through:
                    await catch_up(database, source)  # so that who searches need not wait
                await database.wait_past(since)
                await asyncio.sleep(REST)

    async def _take(
        self, page: ChangesPage, database: Database, source: SearchedFiles, kept: KeptTexts
    ) -> bool:
        """Take in a page; False when the house is being closed."""
        files = [file for file in map(_file, page.rows) if file is not None]
        lacking = await kept.lacking(file.blob for file in files)
        for file in files:
            if file.blob in lacking:
                if not await self.media.keep_text(self.instance, file, kept):
                    return False
                lacking.discard(file.blob)
        await take_in_again(database, source, [file.id for file in files])
        return True


def _file(row: Change) -> File | None:
    """Return the file of a row if its text is searched."""
    if row.document is None or row.deleted:
        return None
    try:
        node = parse_node(row.document)
    except NotANode:
        return None
    return node if isinstance(node, File) and text_blob(node) else None


async def _place(database: Database) -> int:
    try:
        kept = msgspec.json.decode((await database.get_local(PLACE)).body, type=dict[str, str])
    except (DocumentMissing, msgspec.DecodeError):
        return 0
    return UpdateSequence.parse(kept.get("seq", "0")).within(await database.sequence())
