"""The verbs that every engine for documents answers.

The seam is here, and not at tables, because Apache CouchDB cannot be handed a tree row. An engine
keeps three promises. A `write` is durable when it returns, and is whole or not there after a crash
at any moment. Sequences grow by one for each revision written, never repeat, never go back. What
a reader sees is some state between two writes, never half of one.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol
from unicodedata import normalize

from replication.core.change import ChangesPage, ChangesQuery, ChangesText, Style
from replication.core.document import DocumentText, Edit, LocalDocument, StoredRevision, Written
from replication.core.errors import ReplicationError
from replication.core.revision import Revision
from replication.core.sequence import UpdateSequence
from replication.store.index_protocol import IndexStore
from replication.store.text_protocol import TextStore

Outcome = Written | ReplicationError


@dataclass(frozen=True, slots=True)
class DatabaseInfo:
    """Figures of one database; `size` is in bytes of live bodies, `purges` counts `purge` calls."""

    name: str
    document_count: int
    deleted_count: int
    sequence: UpdateSequence
    size: int
    purges: int = 0


@dataclass(frozen=True, slots=True)
class PurgeInfo:
    """What a purge was asked to forget of one document, whether it was there or not."""

    document_id: str
    revisions: tuple[Revision, ...]


DEFAULT_PURGED_INFOS_LIMIT = 1000


class MissingRevisions(NamedTuple):
    """What a target lacks of a document, and the leaves it has that may be ancestors of it."""

    missing: tuple[Revision, ...]
    possible_ancestors: tuple[Revision, ...]


@dataclass(frozen=True, slots=True)
class FieldIndex:
    """A declared index: the live documents that have all these top-level fields as strings.

    It is brought up to date inside the write that changes it, so a reader never finds it behind.
    Keys order by code point. With `composed` keys are kept, and looked up, in Unicode NFC: so
    spellings of one text that are canonically equivalent are one key.
    """

    name: str
    fields: tuple[str, ...]
    composed: bool = False

    def key(self, values: Sequence[str]) -> tuple[str, ...]:
        """Return values, one for each of the first fields, as they are looked up."""
        if not self.composed:
            return tuple(values)
        return tuple(v if v.isascii() else normalize("NFC", v) for v in values)


@dataclass(frozen=True, slots=True)
class IdRange:
    """Which ids `all_docs` lists, by code point; bounds that are None are open.

    Without `count_before` it may answer 0 for the documents before the first, and save the count.
    """

    start: str | None = None
    end: str | None = None
    inclusive_end: bool = True
    descending: bool = False
    skip: int = 0
    limit: int | None = None
    count_before: bool = True


class Database(Protocol):
    """One database: documents, their revisions, and the order in which they changed."""

    @property
    def name(self) -> str:
        """The name it was created under."""

    @property
    def indexes(self) -> IndexStore:
        """Where the rows of its views are kept."""

    @property
    def texts(self) -> TextStore:
        """Where the words of its documents are kept, for those who search."""

    async def info(self) -> DatabaseInfo:
        """Return counts and the current sequence."""

    async def get(
        self, document_id: str, revision: Revision | None = None, *, latest: bool = False
    ) -> StoredRevision:
        """Read the winner, or the given revision while its body is kept.

        `latest` reads instead the leaf that the revision has grown into. A winner that is a
        tombstone, or a revision unknown here, raises DocumentMissing; a tombstone asked for by
        its revision is returned.
        """

    async def get_many(self, document_ids: Sequence[str]) -> list[StoredRevision | None]:
        """Read winners, tombstones too, in the order asked; None where there is no document."""

    async def document_text(self, document_id: str) -> DocumentText | None:
        """Return the winner as JSON.

        None where `get` is to be asked: there is no document, it is deleted or has attachments, or
        an engine has no shorter way to the text.
        """

    async def documents_text(
        self, document_ids: Sequence[str], *, history: bool
    ) -> dict[str, DocumentText]:
        """Return winners, tombstones too, as JSON.

        With `history` there is `_revisions` in it. Left out are those that `get_many` and `leaves`
        are to be asked for: of several leaves, with attachments, or any that an engine likes.
        """

    async def leaves(self, document_id: str) -> list[StoredRevision]:
        """Read all leaves, the winner first. Raises DocumentMissing."""

    async def write(self, edits: Sequence[Edit], *, together: bool = False) -> list[Outcome]:
        """Write edits in order, in one transaction, and return an outcome for each, in order.

        An edit that fails leaves the others alone; with `together`, none is written unless all
        can be, and the first error is raised instead. Two edits of one document in one call are
        applied one after the other.
        """

    async def revs_diff(
        self, revisions: Mapping[str, Sequence[Revision]]
    ) -> dict[str, MissingRevisions]:
        """Tell which of these revisions are unknown here; documents that lack none are left out."""

    async def changes(self, query: ChangesQuery) -> ChangesPage:
        """Read rows of the changes feed in sequence order; a page is bounded whatever is asked.

        Reading stops at the limit or at the end of the page; `pending` rows lie beyond, before any
        filter: exactly so many up to ten thousand, of more it may say how many they are at most.
        To go on, ask again with `since` (descending: `before`) at the page's `last`. At the end
        of an ascending feed `last` is the sequence of the database.
        """

    async def changes_text(
        self, query: ChangesQuery, style: Style, separator: bytes
    ) -> ChangesText | None:
        """Read a page as `changes` does, its rows in JSON, documents without attachments' bytes.

        None where an engine keeps nothing from which it could write these rows in less time than
        `changes` takes to read them; a page is then to be read there. Whoever shows other rows in
        `changes` than the database has gives None too.
        """

    async def sequence(self) -> UpdateSequence:
        """Return the current sequence."""

    async def marks(self, names: Sequence[str]) -> list[int]:
        """Return the sequence of the last edit that named each as its mark; 0 where none has."""

    async def notes(self, since: int, limit: int = 1000) -> list[tuple[int, str]]:
        """Return the notes of edits after a sequence, each with its own, in order."""

    async def forget_notes(self, through: int) -> None:
        """Forget the notes of edits up to a sequence, this one too."""

    async def wait_past(self, number: int) -> None:
        """Return once the database stands past this sequence. Raises StoreClosed."""

    async def all_docs(self, ids: IdRange) -> tuple[list[StoredRevision], int]:
        """Return live documents in id order, and how many live documents lie before the first."""

    async def find_by(
        self,
        index: FieldIndex,
        values: Sequence[str],
        *,
        prefix: bool = False,
        limit: int = 1000,
        after: StoredRevision | None = None,
    ) -> list[StoredRevision]:
        """Read live documents whose first indexed fields equal `values`, in index order.

        With `prefix` the last of the values need only begin the field. `after` continues behind a
        document of an earlier page.
        """

    async def bodies_of(self, document_id: str) -> Mapping[Revision, bool]:
        """Return the revisions of a document whose bodies are kept, and which are tombstones.

        Raises DocumentMissing.
        """

    async def purge(
        self, revisions: Mapping[str, Sequence[Revision]]
    ) -> dict[str, tuple[Revision, ...]]:
        """Forget these leaves as if they had never been; return those that were there.

        What remains of a document gets a new sequence; a document that nothing remains of is gone
        from the feed without a trace. Nothing of it is told to replicas.
        """

    async def purged_infos(self) -> list[PurgeInfo]:
        """Return what was asked to be purged lately, the oldest first."""

    async def purged_infos_limit(self) -> int:
        """Return how many of these are kept."""

    async def set_purged_infos_limit(self, limit: int) -> None:
        """Keep so many of these from the next purge on."""

    async def compact(self) -> None:
        """Forget the bodies of superseded revisions, and give free space back to the disk."""

    async def revs_limit(self) -> int:
        """Return how many revisions of a branch are remembered."""

    async def set_revs_limit(self, limit: int) -> None:
        """Remember this many revisions of a branch from the next write on."""

    async def security(self) -> bytes:
        """Return the security object, a JSON object; `{}` until one is set."""

    async def set_security(self, body: bytes) -> None:
        """Keep a security object."""

    async def get_local(self, document_id: str) -> LocalDocument:
        """Read a `_local/` document. Raises DocumentMissing."""

    async def put_local(
        self, document_id: str, body: bytes, base: Revision | None = None
    ) -> LocalDocument:
        """Write a `_local/` document; its revision counts on from `base`, unchecked."""

    async def delete_local(self, document_id: str) -> None:
        """Forget a `_local/` document. Raises DocumentMissing."""

    async def local_documents(self, ids: IdRange) -> list[LocalDocument]:
        """List `_local/` documents in id order, by code point."""

    async def attachment_blobs(self) -> Iterable[str]:
        """Return the digests of all blobs that attachments of kept revisions name."""


class DocumentStore(Protocol):
    """All databases of one instance."""

    async def names(self) -> list[str]:
        """Return the names of all databases, sorted."""

    async def create(self, name: str, indexes: Sequence[FieldIndex] = ()) -> Database:
        """Make a database. Raises DatabaseExists."""

    async def open(self, name: str) -> Database:
        """Return a database. Raises DatabaseMissing."""

    async def ensure(self, name: str, indexes: Sequence[FieldIndex] = ()) -> Database:
        """Return a database, made if there is none, with these indexes built."""

    async def write_together(self, edits: Mapping[str, Sequence[Edit]]) -> dict[str, list[Outcome]]:
        """Write edits of several databases, given by name, in one transaction: all or none.

        Raises DatabaseMissing, or the first error that an edit meets.
        """

    async def delete(self, name: str) -> None:
        """Remove a database and all it holds; feeds waiting on it end. Raises DatabaseMissing."""

    async def close(self) -> None:
        """Finish the writes under way and let go of everything; idempotent."""
