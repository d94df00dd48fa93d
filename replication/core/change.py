"""A row of the changes feed, and what a reader may ask of it."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from replication.core.document import StoredRevision
from replication.core.revision import Revision
from replication.core.sequence import UpdateSequence


class Style(Enum):
    """Which revisions a row names: the winner, or every leaf."""

    MAIN_ONLY = "main_only"
    ALL_DOCS = "all_docs"


@dataclass(frozen=True, slots=True)
class Change:
    """The latest change of one document; `leaves` has the winner first."""

    sequence: int
    document_id: str
    leaves: tuple[Revision, ...]
    deleted: bool
    document: StoredRevision | None = None


@dataclass(frozen=True, slots=True)
class ChangesQuery:
    """What a reader wants: rows after `since` (a number of this epoch), `limit` at most.

    `before` keeps to rows below it, for reading on in a descending feed. `include_documents` asks
    for the winner's body; `accept` is a filter over documents, applied before the limit, for which
    bodies are read whether they are asked for or not.
    """

    since: int = 0
    before: int | None = None
    limit: int | None = None
    descending: bool = False
    include_documents: bool = False
    document_ids: frozenset[str] | None = None
    accept: Callable[[StoredRevision], bool] | None = None


@dataclass(frozen=True, slots=True)
class ChangesPage:
    """Some rows, where reading stopped, and how many rows lie beyond."""

    rows: tuple[Change, ...]
    last: UpdateSequence
    pending: int


@dataclass(frozen=True, slots=True)
class TextRows:
    """Rows of the feed in CouchDB's JSON, joined by what was asked for; `len` counts them."""

    text: bytes
    count: int

    def __len__(self) -> int:
        return self.count


@dataclass(frozen=True, slots=True)
class ChangesText:
    """A page as `ChangesPage` is one, its rows written already."""

    rows: TextRows
    last: UpdateSequence
    pending: int
