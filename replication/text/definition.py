"""What decides the words of a text index: whatever changes them changes its signature."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import NamedTuple, Protocol

from replication.core.document import StoredRevision
from replication.text.words import MOST_WORDS, VERSION, FieldWords


@dataclass(frozen=True, slots=True)
class TextField:
    """A field that people search: what is found in it counts `weight` times.

    Its first `most` words are looked at.
    """

    name: str
    weight: float = 1.0
    most: int = MOST_WORDS


@dataclass(frozen=True, slots=True)
class TextDefinition:
    """The fields of an index, in order; `rules` names how texts are drawn from documents."""

    fields: tuple[TextField, ...]
    rules: str = ""

    @property
    def signature(self) -> str:
        """Return 32 hexadecimal digits that change with whatever changes the words."""
        limits = (f"{field.name} {field.most}" for field in self.fields if field.most != MOST_WORDS)
        parts = (VERSION, self.rules, *(field.name for field in self.fields), *limits)
        digest = blake2b(digest_size=16)
        for part in parts:
            data = part.encode()
            digest.update(b"%d:" % len(data) + data)
        return digest.hexdigest()

    def place_of(self, name: str) -> int | None:
        """Return which of the fields has this name."""
        names = [field.name for field in self.fields]
        return names.index(name) if name in names else None


class DocumentTexts(NamedTuple):
    """What people may look for in a document: for each field of the definition, its texts.

    What is `aside` (in the trash, for one) is found only by those who ask for such documents too.
    """

    fields: Sequence[Sequence[str]]
    aside: bool = False


class TextSource(Protocol):
    """Draws the texts out of documents; the same database always gives the same."""

    @property
    def definition(self) -> TextDefinition:
        """What it draws."""

    async def texts(self, documents: Sequence[StoredRevision]) -> Sequence[DocumentTexts]:
        """Return the texts of documents, live winners, in order."""

    async def dependents(self, documents: Sequence[StoredRevision]) -> Sequence[StoredRevision]:
        """Return live winners whose texts may be others now that these documents have changed."""


class WordsOfDocument(NamedTuple):
    """A document that changed, and its words now: no fields if it has left.

    `sequence` is where it stands in the feed.
    """

    document_id: str
    sequence: int
    fields: tuple[FieldWords, ...] = ()
    aside: bool = False

    @property
    def is_empty(self) -> bool:
        """Tell whether there is no word to find it by."""
        return not any(field.words for field in self.fields)
