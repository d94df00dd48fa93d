"""A text index brought up to where its database stands, from the feed of changes."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass

from replication.core.change import ChangesQuery
from replication.core.document import DESIGN_PREFIX, StoredRevision
from replication.store.protocol import Database
from replication.store.text_protocol import TextBatch, TextPosition
from replication.text.definition import (
    DocumentTexts,
    TextDefinition,
    TextSource,
    WordsOfDocument,
)
from replication.text.words import field_words

PAGE_ROWS = 500
"""Documents in one transaction at most: the writer is nobody else's for so long."""
AT_ONCE = 50
"""Documents whose texts are in memory at once."""
HEAVY = 2_000_000
"""Letters of words from which a transaction takes no more documents."""
LIGHT = 20_000
"""Letters of texts up to which they are taken apart where they are; more, in a thread."""


async def take_in_again(
    database: Database, source: TextSource, document_ids: Sequence[str]
) -> None:
    """Read the texts of documents anew, which may be others although the documents are the same.

    Those that the index has not come to yet are left to `catch_up`. Raises as that does.
    """
    if not document_ids:
        return
    texts, definition = database.texts, source.definition
    async with texts.turn:
        done = False
        while not done:
            start = await texts.position(definition)
            rows = await database.get_many(document_ids)
            known = [row for row in rows if row and row.sequence <= start.through]
            live = [row for row in known if _is_searched(row)]
            done = True
            async for words in _batches(source, live):
                done = await texts.apply(definition, TextBatch(start, start.through, words))
                if not done:  # a purge came between
                    break


async def catch_up(database: Database, source: TextSource) -> None:
    """Bring the text index to where the database stands now.

    Each page is kept as it is done, so that whoever comes after a failure goes on from there.
    Raises StoreClosed, DatabaseMissing, StorageFull.
    """
    texts, definition = database.texts, source.definition
    wanted = (await database.sequence()).number
    if (await texts.position(definition)).through >= wanted:
        return
    async with texts.turn:
        began = await texts.position(definition)
        way = _Way(database, source, began.through, wanted)
        start = began
        while start.through < wanted:
            await way.take_page(start)
            start = await texts.position(definition)


@dataclass(frozen=True, slots=True)
class _Way:
    """The way from the sequence at which an index began to the one it is wanted at.

    Whatever is read on the way is as it was at `wanted`, or later. What changed after that is
    left to the next: it may concern documents that were taken in before it changed.
    """

    database: Database
    source: TextSource
    began: int
    wanted: int

    async def take_page(self, start: TextPosition) -> None:
        """Take in a page of changes; nothing, if a purge came between: the caller looks again."""
        query = ChangesQuery(since=start.through, limit=PAGE_ROWS, include_documents=True)
        page = await self.database.changes(query)
        rows = [row for row in page.rows if row.sequence <= self.wanted]
        live = [row.document for row in rows if row.document and _is_searched(row.document)]
        async for words in self._dependents(live):
            if not await self._apply(TextBatch(start, start.through, words)):
                return
        last: Sequence[WordsOfDocument] = ()
        async for words in _batches(self.source, live):
            if last and not await self._apply(TextBatch(start, start.through, last)):
                return
            last = words
        gone = [WordsOfDocument(row.document_id, row.sequence) for row in rows if row.deleted]
        through = min(page.last.number, self.wanted)
        await self._apply(TextBatch(start, through, [*gone, *last]))

    async def _apply(self, batch: TextBatch) -> bool:
        return await self.database.texts.apply(self.source.definition, batch)

    async def _dependents(
        self, changed: Sequence[StoredRevision]
    ) -> AsyncIterator[Sequence[WordsOfDocument]]:
        """Yield, in batches, the words of documents taken in earlier that these changes concern.

        Those taken in on this way have been read as they are now.
        """
        if not self.began:
            return
        names = {document.document_id for document in changed}
        others = [
            document
            for document in await self.source.dependents(changed)
            if document.sequence <= self.began and document.document_id not in names
        ]
        async for words in _batches(self.source, others):
            yield words


async def _batches(
    source: TextSource, documents: Sequence[StoredRevision]
) -> AsyncIterator[Sequence[WordsOfDocument]]:
    """Yield the words of documents in such numbers as one transaction takes."""
    held: list[WordsOfDocument] = []
    letters = 0
    for first in range(0, len(documents), AT_ONCE):
        words = await _words(source, documents[first : first + AT_ONCE])
        held += words
        letters += sum(len(field.words) for document in words for field in document.fields)
        if letters >= HEAVY or len(held) >= PAGE_ROWS:
            yield held
            held, letters = [], 0
    if held:
        yield held


async def _words(
    source: TextSource, documents: Sequence[StoredRevision]
) -> Sequence[WordsOfDocument]:
    texts = await source.texts(documents)
    letters = sum(len(text) for one in texts for field in one.fields for text in field)
    if letters <= LIGHT:
        return _taken_apart(source.definition, documents, texts)
    return await asyncio.to_thread(_taken_apart, source.definition, documents, texts)


def _taken_apart(
    definition: TextDefinition,
    documents: Sequence[StoredRevision],
    texts: Sequence[DocumentTexts],
) -> Sequence[WordsOfDocument]:
    limits = [field.most for field in definition.fields]
    return [
        WordsOfDocument(
            document.document_id,
            document.sequence,
            tuple(field_words(*of) for of in zip(found.fields, limits, strict=True)),
            found.aside,
        )
        for document, found in zip(documents, texts, strict=True)
    ]


def _is_searched(document: StoredRevision) -> bool:
    return not document.deleted and not document.document_id.startswith(DESIGN_PREFIX)
