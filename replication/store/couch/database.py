"""One database in a CouchDB: every verb of the port, by requests.

What the port promises and this does not keep stands in docs/admin.md, "A CouchDB and an S3 store".
`sequence` of a revision that was read by its id is 0: CouchDB says it in the feed alone.
"""

import asyncio
from collections.abc import Iterable, Mapping, Sequence

from replication.core.change import ChangesPage, ChangesQuery
from replication.core.document import Edit, LocalDocument, StoredRevision
from replication.core.errors import DatabaseMissing, DocumentMissing
from replication.core.revision import Revision
from replication.core.sequence import UpdateSequence
from replication.store.couch.answers import Lacking
from replication.store.couch.documents import Leaves, require
from replication.store.couch.feed import CouchFeed
from replication.store.couch.fields import CouchFields
from replication.store.couch.intents import IntentLog, Target
from replication.store.couch.link import MISSING, CouchLink
from replication.store.couch.listing import CouchListing
from replication.store.couch.locals import CouchLocals
from replication.store.couch.maintenance import CouchMaintenance
from replication.store.couch.reading import fetch, fetch_revision, kept
from replication.store.couch.sequences import number_of
from replication.store.couch.traces import CouchTraces
from replication.store.couch.writing import CouchWriter
from replication.store.memory_indexes import MemoryIndexes
from replication.store.memory_texts import MemoryTexts
from replication.store.protocol import (
    Database,
    DatabaseInfo,
    FieldIndex,
    IdRange,
    MissingRevisions,
    Outcome,
    PurgeInfo,
)
from replication.store.without_texts import WithoutTexts
from replication.wire.document_json import encode


class CouchDatabase(WithoutTexts):
    """A database; rows of views and words of texts are kept in this process's memory."""

    def __init__(
        self, name: str, epoch: str, link: CouchLink, beside: CouchLink, log: IntentLog
    ) -> None:
        self._name = name
        self._link = link
        self._beside = beside
        self._log = log
        self._feed = CouchFeed(link, name, epoch)
        self._writer = CouchWriter(link, self._feed, name)
        self._listing = CouchListing(link, name)
        self._fields = CouchFields(link, name)
        self._locals = CouchLocals(link, name)
        self._maintenance = CouchMaintenance(link, name)
        traces = CouchTraces(beside)
        self.target = Target(name, link, self._writer, traces, asyncio.Lock())
        self.indexes = MemoryIndexes()
        self.texts = MemoryTexts()

    @property
    def name(self) -> str:
        """The name it was created under."""
        return self._name

    async def declare(self, indexes: Sequence[FieldIndex]) -> None:
        """Build these indexes, those that are not there."""
        await self._fields.declare(indexes)

    async def info(self) -> DatabaseInfo:
        """Return counts and the current sequence; `purges` counts documents that were purged."""
        found = await self._feed.figures()
        hidden = await self._listing.hidden()
        return DatabaseInfo(
            self._name,
            found.doc_count - len(hidden),
            found.doc_del_count,
            UpdateSequence(number_of(found.update_seq), self._feed.epoch),
            found.sizes.get("external", 0),
            number_of(found.purge_seq),
        )

    async def get(
        self, document_id: str, revision: Revision | None = None, *, latest: bool = False
    ) -> StoredRevision:
        """Read the winner or a given revision."""
        found = await self._leaves(document_id)
        if revision is None:
            if found.tree.winner.deleted:
                raise DocumentMissing(document_id, deleted=True)
            return found.winner()
        if latest:
            revision = found.tree.grown_into(revision) or revision
        if revision in found.by_revision:
            return found.stored(revision)
        leaf = await fetch_revision(self._link, document_id, revision)
        if leaf is None:
            raise DocumentMissing(document_id)
        return leaf.stored(found.tree, 0)

    async def _leaves(self, document_id: str) -> Leaves:
        found = await self._fetch([document_id])
        return require(found.get(document_id), document_id)

    async def _fetch(self, document_ids: Sequence[str]) -> dict[str, Leaves]:
        try:
            return await fetch(self._link, document_ids)
        except DatabaseMissing:
            raise DatabaseMissing(self._name) from None

    async def get_many(self, document_ids: Sequence[str]) -> list[StoredRevision | None]:
        """Read winners in the order asked."""
        found = await self._fetch(document_ids)
        return [found[name].winner() if name in found else None for name in document_ids]

    async def leaves(self, document_id: str) -> list[StoredRevision]:
        """Read all leaves, the winner first."""
        found = await self._leaves(document_id)
        return [found.stored(leaf) for leaf in found.tree.leaves()]

    async def write(self, edits: Sequence[Edit], *, together: bool = False) -> list[Outcome]:
        """Write edits in order: what is one step for CouchDB by itself, all else by the log."""
        if _is_plain(edits) and not (together and len(edits) > 1):
            await self._log.settle()
            async with self.target.turn:
                outcomes = await self._writer.edit(edits)
            return _raised(outcomes) if together else outcomes
        names = {self._name: edits}
        written = await self._log.write({self._name: self.target}, names, together=together)
        return written[self._name]

    async def revs_diff(
        self, revisions: Mapping[str, Sequence[Revision]]
    ) -> dict[str, MissingRevisions]:
        """Tell which of these revisions are unknown here."""
        asked = {name: [str(one) for one in some] for name, some in revisions.items()}
        answer = await self._link.read("POST", "_revs_diff", body=encode(asked))
        if answer.status == MISSING:
            raise DatabaseMissing(self._name)
        return {
            name: MissingRevisions(
                tuple(Revision.parse(one) for one in lacking.missing),
                tuple(Revision.parse(one) for one in lacking.possible_ancestors),
            )
            for name, lacking in self._link.decode(answer, dict[str, Lacking]).items()
            if lacking.missing
        }

    async def changes(self, query: ChangesQuery) -> ChangesPage:
        """Read rows of the changes feed in sequence order."""
        return await self._feed.changes(query)

    async def sequence(self) -> UpdateSequence:
        """Return the current sequence."""
        return await self._feed.sequence()

    async def marks(self, names: Sequence[str]) -> list[int]:
        """Return the sequences that marks were put to, not in the midst of a write."""
        await self._log.settle()
        async with self.target.turn:
            return await self.target.traces.marks(names)

    async def notes(self, since: int, limit: int = 1000) -> list[tuple[int, str]]:
        """Return the notes of edits after a sequence, not in the midst of a write."""
        await self._log.settle()
        async with self.target.turn:
            return await self.target.traces.notes(since, limit)

    async def forget_notes(self, through: int) -> None:
        """Forget the notes of edits up to a sequence."""
        await self._log.settle()
        async with self.target.turn:
            await self.target.traces.forget_notes(through)

    async def wait_past(self, number: int) -> None:
        """Return once the database stands past this sequence."""
        await self._feed.wait_past(number)

    async def all_docs(self, ids: IdRange) -> tuple[list[StoredRevision], int]:
        """Return live documents in id order."""
        return await self._listing.all_docs(ids)

    async def find_by(
        self,
        index: FieldIndex,
        values: Sequence[str],
        *,
        prefix: bool = False,
        limit: int = 1000,
        after: StoredRevision | None = None,
    ) -> list[StoredRevision]:
        """Read live documents by the fields of an index."""
        return await self._fields.find_by(index, values, prefix=prefix, limit=limit, after=after)

    async def bodies_of(self, document_id: str) -> Mapping[Revision, bool]:
        """Return the revisions whose bodies are kept, and which are tombstones."""
        found = await self._leaves(document_id)
        every = dict.fromkeys(one for branch in found.tree.branches for one in branch.history())
        return await kept(self._link, document_id, every)

    async def purge(
        self, revisions: Mapping[str, Sequence[Revision]]
    ) -> dict[str, tuple[Revision, ...]]:
        """Forget these leaves as if they had never been."""
        purged = await self._maintenance.purge(revisions)
        without = [name for name, gone in purged.items() if gone]
        self.indexes.forget(without)
        self.texts.forget(without)
        return purged

    async def purged_infos(self) -> list[PurgeInfo]:
        """Return what was asked to be purged lately."""
        return await self._maintenance.purged_infos()

    async def purged_infos_limit(self) -> int:
        """Return how many of these are kept."""
        return await self._maintenance.purged_infos_limit()

    async def set_purged_infos_limit(self, limit: int) -> None:
        """Keep so many of these from the next compaction on."""
        await self._maintenance.set_purged_infos_limit(limit)

    async def compact(self) -> None:
        """Forget the bodies of superseded revisions."""
        await self._maintenance.compact()

    async def revs_limit(self) -> int:
        """Return how many revisions of a branch are remembered."""
        return await self._maintenance.revs_limit()

    async def set_revs_limit(self, limit: int) -> None:
        """Remember this many revisions of a branch from the next write on."""
        await self._maintenance.set_revs_limit(limit)

    async def security(self) -> bytes:
        """Return the security object."""
        return await self._maintenance.security()

    async def set_security(self, body: bytes) -> None:
        """Keep a security object."""
        await self._maintenance.set_security(body)

    async def get_local(self, document_id: str) -> LocalDocument:
        """Read a `_local/` document."""
        return await self._locals.get_local(document_id)

    async def put_local(
        self, document_id: str, body: bytes, base: Revision | None = None
    ) -> LocalDocument:
        """Write a `_local/` document."""
        return await self._locals.put_local(document_id, body, base)

    async def delete_local(self, document_id: str) -> None:
        """Forget a `_local/` document."""
        await self._locals.delete_local(document_id)

    async def local_documents(self, ids: IdRange) -> list[LocalDocument]:
        """List `_local/` documents in id order."""
        return await self._locals.local_documents(ids)

    async def attachment_blobs(self) -> Iterable[str]:
        """Return the digests that attachments of leaves name; reads all documents."""
        digests: set[str] = set()
        query = ChangesQuery()
        while True:
            page = await self._feed.changes(query)
            found = await self._fetch([row.document_id for row in page.rows])
            for leaves in found.values():
                for leaf in leaves.by_revision.values():
                    digests.update(one.blob for one in leaf.attachments.values())
            if not page.pending:
                return digests
            query = ChangesQuery(since=page.last.number)

    def end(self) -> None:
        """Ask nothing more, and let all who wait go, with StoreClosed."""
        self._link.end()
        self._beside.end()
        self._feed.end()

    async def close(self) -> None:
        """End it, and give up the request under way."""
        self.end()
        await self._feed.close()


def _is_plain(edits: Sequence[Edit]) -> bool:
    """Tell whether CouchDB can decide edits by itself, in one request."""
    distinct = len({edit.document_id for edit in edits}) == len(edits)
    return distinct and all(
        edit.history is None and not (edit.attachments or edit.marks or edit.note) for edit in edits
    )


def _raised(outcomes: Sequence[Outcome]) -> list[Outcome]:
    for outcome in outcomes:
        if isinstance(outcome, Exception):
            raise outcome
    return list(outcomes)


_: type[Database] = CouchDatabase
