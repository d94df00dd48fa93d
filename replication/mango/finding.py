"""The answer to a question: documents read along an index, matched once more, and counted."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace
from typing import Any

import msgspec

from replication.core.document import DESIGN_PREFIX, DocumentText, StoredRevision
from replication.index.index import Index
from replication.index.rows import Bound, IndexRow, KeyRange
from replication.mango.bookmark import Bookmark
from replication.mango.judging import TextPredicate
from replication.mango.mapper import Select
from replication.mango.planning import Plan
from replication.mango.projection import projected, put, readable
from replication.mango.question import DEFAULT_LIMIT
from replication.mango.ranges import Range
from replication.query.selector import Path, has_patterns
from replication.store.protocol import Database, IdRange
from replication.wire.document_json import PLAIN, Shown, encode, render_document

Json = Any

LARGEST_BATCH = 250
"""Documents that are in memory at once."""

_MATCHED_HERE = 50  # documents; more of them are matched beside the event loop
_LAST = "\U0010ffff" * 8  # sorts behind every id that begins with what stands before it


@dataclass(slots=True)
class Tally:
    """What an answer took: keys and documents looked at, and results given."""

    keys: int = 0
    documents: int = 0
    results: int = 0


@dataclass(frozen=True, slots=True)
class Place:
    """A document on the way along an index: its id, its key in JSON, and its own JSON."""

    document_id: str
    key: bytes
    text: bytes


class Answer:
    """Reads the answer to a planned question, in batches of documents in JSON.

    `documents` is the database as who asks may see it; `index` and the number of the view there
    belong to a plan by a JSON index. With `hides_some` that database leaves some documents out, so
    that no key is given without its document. `bookmark` and `tally` are right once all is read.
    """

    def __init__(  # what it reads from, and how
        self,
        plan: Plan,
        documents: Database,
        select: Select,
        index: Index | None,
        view: int,
        *,
        hides_some: bool = False,
    ) -> None:
        self._plan = plan
        self._covering = plan.covering and not hides_some
        self._question = plan.question
        self._documents = documents
        self._index = index
        self._view = view
        self._judge = _judge_of(plan, select)
        self._shown_conflicts = Shown(conflicts=True) if plan.question.conflicts else PLAIN
        self._last: Bookmark | None = plan.question.bookmark
        self.tally = Tally()

    @property
    def bookmark(self) -> str:
        """Where another question may go on; `nil` where nothing was found at all."""
        return self._last.pack() if self._last is not None else "nil"

    async def batches(self) -> AsyncGenerator[list[bytes]]:
        """Yield the documents that were asked for, or their fields. Raises what reading raises."""
        skip, left = self._question.skip, self._question.limit
        if not left or self._plan.contradictory:
            return
        if self._index is not None:
            await self._index.update(self._question.freshness)
        async with aclosing(self._places()) as batches:
            async for places in batches:
                found = _fitting(places, await self._judge(places))
                wanted, skip = found[skip:], max(0, skip - len(found))
                wanted, beyond = wanted[:left], wanted[left:]
                left -= len(wanted)
                # like CouchDB, which notices by the next one that there were enough
                self._count(places[: beyond[0] + 1] if beyond else places)
                if wanted:
                    yield self._given([places[n] for n in wanted])
                if not left:
                    return

    def _count(self, examined: Sequence[Place]) -> None:
        self.tally.keys += len(examined)
        if not self._covering:
            self.tally.documents += len(examined)

    def _given(self, places: Sequence[Place]) -> list[bytes]:
        self._last = Bookmark(places[-1].document_id, places[-1].key)
        self.tally.results += len(places)
        fields = self._question.fields
        if fields is None:
            return [place.text for place in places]
        return [encode(projected(readable(place.text), fields)) for place in places]

    def _places(self) -> AsyncGenerator[list[Place]]:
        if self._index is None:
            return self._along_ids()
        return self._along_keys(self._index)

    async def _along_keys(self, index: Index) -> AsyncGenerator[list[Place]]:
        key_range = self._key_range()
        after: IndexRow | None = None
        for size in self._sizes():
            page = await index.read(self._view, key_range, limit=size, after=after)
            if page.rows:
                yield await self._of_rows(page.rows)
                after = page.rows[-1]
            if page.ended:
                return

    def _key_range(self) -> KeyRange:
        found, bookmark = self._plan.key_range, self._question.bookmark
        if bookmark is None:
            return found
        bound = Bound(bookmark.place, bookmark.document_id, inclusive=False)
        if found.descending:
            return replace(found, upper=bound)
        return replace(found, lower=bound)

    async def _of_rows(self, rows: Sequence[IndexRow]) -> list[Place]:
        if self._covering and self._plan.index:
            columns = self._plan.index.columns
            return [Place(row.document_id, row.key, _derived(columns, row)) for row in rows]
        texts = await self._living([row.document_id for row in rows])
        return [
            Place(row.document_id, row.key, texts[row.document_id])
            for row in rows
            if row.document_id in texts
        ]

    async def _living(self, names: Sequence[str]) -> dict[str, bytes]:
        """Read documents as JSON; those that are not, or no more, are left out."""
        written: Mapping[str, DocumentText] = {}
        if self._shown_conflicts is PLAIN:
            written = await self._documents.documents_text(names, history=False)
        living = {name: found.text for name, found in written.items() if not found.deleted}
        rest = [name for name in names if name not in written]
        for stored in await self._documents.get_many(rest) if rest else ():
            if stored is not None and not stored.deleted:
                living[stored.document_id] = self._render(stored)
        return living

    async def _along_ids(self) -> AsyncGenerator[list[Place]]:
        (found,) = self._plan.confined
        bookmark, descending = self._question.bookmark, self._question.descending
        ids = id_range(found, descending=descending)
        last = bookmark.document_id if bookmark else None
        for size in self._sizes():
            if last is not None:
                ids = replace(ids, start=last if descending else last + "\0")
            page, _ = await self._documents.all_docs(replace(ids, limit=size + 1))
            behind = [stored for stored in page if stored.document_id != last]
            yield [
                Place(stored.document_id, encode(stored.document_id), self._render(stored))
                for stored in behind
            ]
            if len(page) <= size:
                return
            last = page[-1].document_id

    def _render(self, stored: StoredRevision) -> bytes:
        return render_document(stored, self._shown_conflicts)

    def _sizes(self) -> Iterator[int]:
        """Yield how many documents to read at once: few at first, as most answers are short."""
        size = 1 + max(DEFAULT_LIMIT, self._question.skip + self._question.limit)
        while True:
            yield min(size, LARGEST_BATCH)
            size = min(size, LARGEST_BATCH) * 2


def _fitting(places: Sequence[Place], verdicts: Sequence[bool]) -> list[int]:
    """Return which documents an answer may have: design documents are looked at, never given."""
    return [
        n
        for n, fits in enumerate(verdicts)
        if fits and not places[n].document_id.startswith(DESIGN_PREFIX)
    ]


def _derived(columns: Sequence[Path], row: IndexRow) -> bytes:
    """Return as much of a document as a key holds."""
    document: dict[str, Json] = {"_id": row.document_id}
    values = msgspec.json.decode(row.key)
    for column, value in reversed(list(zip(columns, values, strict=True))):
        put(document, column, value)
    return encode(document)


def id_range(found: Range, *, descending: bool) -> IdRange:
    """Return where ids lie that are within a range, in the direction in which they are read."""
    low = found.low.value if isinstance(found.low.value, str) else None
    high = found.high.value if isinstance(found.high.value, str) else None
    if high is not None and not found.high.exact:
        high = high[:-1] + _LAST
    start, end = (high, low) if descending else (low, high)
    return IdRange(start, end, descending=descending, count_before=False)


Judge = Callable[[Sequence[Place]], Awaitable[Sequence[bool]]]


def _judge_of(plan: Plan, select: Select) -> Judge:
    """Return what tells which documents match, at a cost that does not stop others."""
    question = plan.question
    if has_patterns(question.node):
        return lambda places: select(question.selector, [place.text for place in places])
    predicate = plan.matches

    async def judge(places: Sequence[Place]) -> list[bool]:
        if len(places) <= _MATCHED_HERE:
            return _matching(predicate, places)
        return await asyncio.to_thread(_matching, predicate, places)

    return judge


def _matching(matches: TextPredicate, places: Sequence[Place]) -> list[bool]:
    return [matches(place.text) for place in places]
