"""The verbs by which an engine keeps the rows of views beside its documents."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from replication.index.definition import DocumentRows, IndexDefinition
from replication.index.rows import IndexPage, IndexRow, IndexText, KeyRange


class MappedDocument(NamedTuple):
    """A document that changed at a sequence, and what it emits now: nothing if it was deleted."""

    document_id: str
    sequence: int
    rows: DocumentRows


@dataclass(frozen=True, slots=True)
class IndexBatch:
    """What an index learns at once: how it comes from one sequence of the database to another.

    `first_build` promises that no document of the batch can have rows yet.
    """

    since: int
    through: int
    documents: Sequence[MappedDocument]
    first_build: bool = False


class Piece(NamedTuple):
    """A run of neighbouring rows to be reduced: what was computed of it before, or its rows.

    `place` names a run that the index keeps reductions of; None is a run cut off by a range. A run
    of runs has `parts` instead of rows: what these reduce to is to be reduced again.
    """

    place: bytes | None
    reduction: bytes | None
    rows: Sequence[IndexRow]
    parts: "Sequence[Piece]" = ()


@dataclass(frozen=True, slots=True)
class Pieces:
    """The runs that make up the beginning of a range, in key order, and the range that is left."""

    pieces: Sequence[Piece]
    rest: KeyRange | None
    through: int


class IndexStore(Protocol):
    """The indexes of one database; a document that is purged leaves them in the same moment."""

    async def through(self, definition: IndexDefinition) -> int | None:
        """Return the sequence that an index has reached, or None if there is none."""

    async def apply(self, definition: IndexDefinition, batch: IndexBatch) -> bool:
        """Take the rows of a batch in, all or none; the index is made if it is not there.

        Returns False, and does nothing, when the index does not stand at `batch.since`.
        """

    async def settle(self, definition: IndexDefinition) -> None:
        """End a first build: from now on documents may come again."""

    async def read(
        self,
        definition: IndexDefinition,
        view: int,
        key_range: KeyRange,
        *,
        skip: int = 0,
        limit: int | None = None,
        after: IndexRow | None = None,
        with_offset: bool = False,
    ) -> IndexPage:
        """Read rows of a view in the direction of the range; a page is bounded whatever is asked.

        `after` goes on behind a row of an earlier page. An index that is not there is empty.
        Only `with_offset` is the offset of the page counted.
        """

    async def read_text(
        self,
        definition: IndexDefinition,
        view: int,
        key_range: KeyRange,
        *,
        skip: int = 0,
        limit: int | None = None,
        after: IndexRow | None = None,
        with_offset: bool = False,
    ) -> IndexText:
        """Read a page as `read` does, its rows written as CouchDB answers them."""

    async def pieces(self, definition: IndexDefinition, view: int, key_range: KeyRange) -> Pieces:
        """Cut a range, read in key order, into runs for a reduction; bounded, as a page is."""

    async def keep_reductions(
        self,
        definition: IndexDefinition,
        view: int,
        through: int,
        reductions: Mapping[bytes, bytes],
    ) -> None:
        """Remember what runs reduced to, by their places, unless the index has moved since."""

    async def signatures(self) -> list[str]:
        """Return the signatures of all indexes that are kept."""

    async def size(self, definition: IndexDefinition) -> int:
        """Return about how many bytes an index takes; 0 if it is not there."""

    async def drop(self, signatures: Collection[str]) -> None:
        """Forget these indexes; those that are not there do not matter."""
