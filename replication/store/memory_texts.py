"""The reference text index: every document looked at for every question."""

import asyncio
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from math import log

from replication.store.text_protocol import (
    DECIMALS,
    Hit,
    Place,
    TextBatch,
    TextPage,
    TextPosition,
    TextStore,
    Wanted,
    column_weights,
)
from replication.text.definition import TextDefinition, WordsOfDocument
from replication.text.question import Phrase, Question

K1, B = 1.2, 0.75  # of Okapi BM25, as SQLite has them
LEAST_WEIGHT = 1e-6  # of a phrase that more than half of all documents have, likewise

Columns = Sequence[Sequence[str]]


@dataclass(slots=True)
class MemoryTexts:
    """The text index of one database in memory."""

    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    _signature: str = ""
    _documents: dict[str, WordsOfDocument] = field(default_factory=dict)
    _through: int = 0
    _purges: int = 0

    async def position(self, definition: TextDefinition) -> TextPosition:
        """Return where the index of this definition stands."""
        known = self._signature == definition.signature
        return TextPosition(self._through if known else 0, self._purges)

    async def apply(self, definition: TextDefinition, batch: TextBatch) -> bool:
        """Take a batch in."""
        if await self.position(definition) != batch.start:
            return False
        if self._signature != definition.signature:
            self._signature = definition.signature
            self._documents.clear()
        for document in batch.documents:
            self._documents.pop(document.document_id, None)
            if not document.is_empty:
                self._documents[document.document_id] = document
        self._through = batch.through
        return True

    async def search(
        self, definition: TextDefinition, question: Question, wanted: Wanted
    ) -> TextPage:
        """Find documents."""
        if self._signature != definition.signature:
            return TextPage((), 0)
        columns = {name: _columns(document) for name, document in self._documents.items()}
        scores = _Scores(list(columns.values()), column_weights(definition), question)
        hits = [
            Hit(name, Place(scores.of(columns[name]), document.sequence))
            for name, document in self._documents.items()
            if (wanted.with_aside or not document.aside) and _answers(columns[name], question)
        ]
        hits.sort(key=lambda hit: hit.place, reverse=True)
        behind = [hit for hit in hits if wanted.after is None or hit.place < wanted.after]
        return TextPage(tuple(behind[: wanted.limit]), len(hits))

    def forget(self, document_ids: Iterable[str]) -> None:
        """Take documents that were purged out of the index."""
        self._purges += 1
        for document_id in document_ids:
            self._documents.pop(document_id, None)


class _Scores:
    """Okapi BM25, with the frequencies of words weighted by the column they stand in."""

    def __init__(
        self, documents: Sequence[Columns], weights: Sequence[float], question: Question
    ) -> None:
        self._weights = weights
        self._mean = sum(map(_length, documents)) / max(1, len(documents))
        self._phrases = [
            (phrase, _rarity(phrase, documents))
            for alternatives in question.wanted
            for phrase in alternatives
        ]

    def of(self, document: Columns) -> float:
        """Return the score of a document that answers."""
        dampened = K1 * (1 - B + B * _length(document) / self._mean)
        score = 0.0
        for phrase, rarity in self._phrases:
            found = sum(self._weights[column] for column in _occurrences(document, phrase))
            score += rarity * (found * (K1 + 1)) / (found + dampened)
        return round(score, DECIMALS)


def _rarity(phrase: Phrase, documents: Sequence[Columns]) -> float:
    having = sum(_has(document, phrase) for document in documents)
    weight = log((len(documents) - having + 0.5) / (having + 0.5))
    return weight if weight > 0 else LEAST_WEIGHT


def _answers(document: Columns, question: Question) -> bool:
    return all(_has_one(document, phrases) for phrases in question.wanted) and not any(
        _has_one(document, phrases) for phrases in question.unwanted
    )


def _has_one(document: Columns, phrases: Sequence[Phrase]) -> bool:
    return any(_has(document, phrase) for phrase in phrases)


def _has(document: Columns, phrase: Phrase) -> bool:
    return next(_occurrences(document, phrase), None) is not None


def _occurrences(document: Columns, phrase: Phrase) -> Iterator[int]:
    """Yield the column of each place where a phrase stands."""
    *first, last = phrase.words
    for column in phrase.columns:
        words = document[column]
        for start in range(len(words) - len(first)):
            end = start + len(first)
            found = words[end].startswith(last) if phrase.prefix else words[end] == last
            if found and list(words[start:end]) == first:
                yield column


def _columns(document: WordsOfDocument) -> Columns:
    return [column.split() for field in document.fields for column in field]


def _length(document: Columns) -> int:
    return sum(map(len, document))


_: type[TextStore] = MemoryTexts
