"""Documents of several doctypes found by what somebody typed, best first."""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from doctypes.contents.known import KnownTexts
from doctypes.searchable import source_of
from replication.core.document import StoredRevision
from replication.core.errors import Invalid
from replication.store.protocol import Database
from replication.store.text_protocol import Hit, Place, Wanted
from replication.text.catch_up import LIGHT, catch_up
from replication.text.definition import DocumentTexts, TextSource
from replication.text.highlight import Sought, highlighted
from replication.text.question import Question, parse_question

_FIRST, _BEHIND_ALL = 0, 2**63 - 1

Highlights = dict[str, list[list[str]]]
"""By the name of a field, those of its texts that have what was looked for, in pieces."""


class SearchPlace(NamedTuple):
    """A place in the order of all answers: by score, then doctype, then what changed last."""

    score: float
    doctype: str
    sequence: int

    def within(self, doctype: str) -> Place:
        """Return the place behind which the answers of a doctype lie behind this one."""
        if doctype == self.doctype:
            return Place(self.score, self.sequence)
        return Place(self.score, _FIRST if doctype < self.doctype else _BEHIND_ALL)


@dataclass(frozen=True, slots=True)
class Search:
    """What somebody wants to find: `text` as typed, `limit` answers behind `after`."""

    text: str
    limit: int
    after: SearchPlace | None = None
    with_aside: bool = False


class Found(NamedTuple):
    """An answer: the document as it is now, where it stands, and where it has what was typed."""

    place: SearchPlace
    document: StoredRevision
    fields: Highlights


class Answers(NamedTuple):
    """Some answers in order, how many there are in all, and the place behind them."""

    found: Sequence[Found]
    total: int
    last: SearchPlace | None


class Searched(NamedTuple):
    """A database as who asks sees it, and the same whole: the index is of that, and everybody's."""

    seen: Database
    whole: Database


async def search(databases: Sequence[Searched], wanted: Search, known: KnownTexts) -> Answers:
    """Search databases as they stand now; `known` are the texts of the contents of files.

    Raises Invalid for a text without words, and for a doctype in which nothing is searched.
    """
    doctypes = [_OneDoctype.of(database, wanted, known) for database in databases]
    total = 0
    places: list[tuple[SearchPlace, Hit, _OneDoctype]] = []
    for doctype in doctypes:
        hits, count = await doctype.search(wanted)
        total += count
        places += [(doctype.place_of(hit), hit, doctype) for hit in hits]
    places.sort(key=lambda row: (-row[0].score, row[0].doctype, -row[0].sequence))
    places = places[: wanted.limit]
    found = {
        (answer.place.doctype, answer.document.document_id): answer
        for doctype in doctypes
        for answer in await doctype.read([hit for _, hit, of in places if of is doctype])
    }
    keys = [(place.doctype, hit.document_id) for place, hit, _ in places]
    last = places[-1][0] if places else wanted.after
    return Answers([found[key] for key in keys if key in found], total, last)


@dataclass(frozen=True, slots=True, eq=False)
class _OneDoctype:
    database: Database
    whole: Database
    source: TextSource
    question: Question
    sought: tuple[Sought, ...]
    """What is looked for in each field."""

    @classmethod
    def of(cls, database: Searched, wanted: Search, known: KnownTexts) -> "_OneDoctype":
        seen, whole = database
        source = source_of(whole, known)
        if source is None:
            raise Invalid("bad_request", f"Nothing is searched in {whole.name}.")
        question = parse_question(wanted.text, source.definition)
        fields = range(len(source.definition.fields))
        sought = tuple(Sought.of(question, field) for field in fields)
        return cls(seen, whole, source, question, sought)

    async def search(self, wanted: Search) -> tuple[Sequence[Hit], int]:
        await catch_up(self.whole, self.source)
        after = wanted.after.within(self.whole.name) if wanted.after else None
        page = await self.whole.texts.search(
            self.source.definition, self.question, Wanted(wanted.limit, after, wanted.with_aside)
        )
        return page.hits, page.total

    def place_of(self, hit: Hit) -> SearchPlace:
        return SearchPlace(hit.place.score, self.whole.name, hit.place.sequence)

    async def read(self, hits: Sequence[Hit]) -> Iterable[Found]:
        """Read the documents of hits, less those that were deleted meanwhile, or are not seen."""
        stored = await self.database.get_many([hit.document_id for hit in hits])
        live = [
            (hit, document)
            for hit, document in zip(hits, stored, strict=True)
            if document is not None and not document.deleted
        ]
        texts = await self.source.texts([document for _, document in live])
        letters = sum(len(text) for one in texts for field in one.fields for text in field)
        if letters <= LIGHT:
            shown = [self._highlights(found) for found in texts]
        else:
            shown = await asyncio.to_thread(lambda: [self._highlights(found) for found in texts])
        return [
            Found(self.place_of(hit), document, fields)
            for (hit, document), fields in zip(live, shown, strict=True)
        ]

    def _highlights(self, texts: DocumentTexts) -> Highlights:
        shown: Highlights = {}
        fields = self.source.definition.fields
        for field, sought, found in zip(fields, self.sought, texts.fields, strict=True):
            pieces = [highlighted(text, sought) for text in found]
            if kept := [piece for piece in pieces if piece is not None]:
                shown[field.name] = kept
        return shown
