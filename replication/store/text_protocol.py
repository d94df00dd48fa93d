"""The verbs by which an engine keeps the words of documents beside them, and finds documents by."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from replication.text.definition import TextDefinition, WordsOfDocument
from replication.text.question import Question

STEM_SHARE = 0.1
"""What a field's weight is multiplied with where words have no more than stems in common."""


DECIMALS = 12
"""Of a score: what differs by less differs by how it was added up."""


class TextPosition(NamedTuple):
    """Where an index stands: at which sequence of the database, and after how many purges."""

    through: int
    purges: int


@dataclass(frozen=True, slots=True)
class TextBatch:
    """What an index learns at once: the words of documents that changed since it stood at `start`.

    `through` is the sequence it then stands at. No document is in it twice.
    """

    start: TextPosition
    through: int
    documents: Sequence[WordsOfDocument]


class Place(NamedTuple):
    """A place in the order of answers: the higher score first, of equal ones what changed last."""

    score: float
    sequence: int


class Hit(NamedTuple):
    """A document that answers, and how well: Okapi BM25 over the weighted fields, above 0."""

    document_id: str
    place: Place


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which answers a reader wants: `limit` of those behind `after`, what is put aside or not."""

    limit: int
    after: Place | None = None
    with_aside: bool = False


@dataclass(frozen=True, slots=True)
class TextPage:
    """Some answers in order, and how many there are in all."""

    hits: tuple[Hit, ...]
    total: int


class TextStore(Protocol):
    """The text index of one database; a document that is purged leaves it in the same moment.

    There is one at most: the first batch of another definition puts another in its place.
    """

    @property
    def turn(self) -> asyncio.Lock:
        """Held by whoever brings the index up to date, so that nobody does it twice."""

    async def position(self, definition: TextDefinition) -> TextPosition:
        """Return where the index of this definition stands; at 0 if there is none."""

    async def apply(self, definition: TextDefinition, batch: TextBatch) -> bool:
        """Take a batch in, all or nothing; the index is made if it is not there.

        Returns False, and does nothing, when the index does not stand at `batch.start`.
        """

    async def search(
        self, definition: TextDefinition, question: Question, wanted: Wanted
    ) -> TextPage:
        """Find documents. An index that is not there is empty."""


def column_weights(definition: TextDefinition) -> list[float]:
    """Return the weights of an index's columns: for each field, of its words and of their stems."""
    return [
        weight
        for field in definition.fields
        for weight in (field.weight, field.weight * STEM_SHARE)
    ]
