"""The reference engine: everything in dictionaries, as plain as the rules allow.

It is the model that property tests hold the other engines against, and the store for tests that
need no disk. Bodies of old revisions are kept for ever.
"""

from collections.abc import Iterable, Mapping, Sequence

from replication.core.change import Change, ChangesPage, ChangesQuery
from replication.core.document import (
    Edit,
    StoredRevision,
    Written,
)
from replication.core.edit import DEFAULT_REVS_LIMIT, AlreadyKnown, decide
from replication.core.errors import (
    DatabaseExists,
    DatabaseMissing,
    DocumentMissing,
    ReplicationError,
    StoreClosed,
)
from replication.core.revision import Revision
from replication.core.sequence import UpdateSequence
from replication.feed.notifier import UpdateNotifier
from replication.store.memory_documents import MemoryBody, MemoryDocument
from replication.store.memory_indexes import MemoryIndexes
from replication.store.memory_locals import MemoryLocals
from replication.store.memory_texts import MemoryTexts
from replication.store.memory_traces import MemoryTraces, TracedDatabase
from replication.store.ordering import begins, index_key, within
from replication.store.protocol import (
    DEFAULT_PURGED_INFOS_LIMIT,
    Database,
    DatabaseInfo,
    DocumentStore,
    FieldIndex,
    IdRange,
    MissingRevisions,
    Outcome,
    PurgeInfo,
)
from replication.store.without_texts import WithoutTexts

PAGE_ROWS = 1000

_State = tuple[dict[str, MemoryDocument], int, MemoryTraces]


class MemoryDatabase(MemoryLocals, TracedDatabase, WithoutTexts):
    """One database in memory."""

    def __init__(self, name: str, epoch: str) -> None:
        super().__init__()
        self._name = name
        self._epoch = epoch
        self._documents: dict[str, MemoryDocument] = {}
        self._number = 0
        self._purges = 0
        self._purge_infos: list[PurgeInfo] = []
        self._purge_infos_limit = DEFAULT_PURGED_INFOS_LIMIT
        self._revs_limit = DEFAULT_REVS_LIMIT
        self._security = b"{}"
        self._closed = False
        self._notifier = UpdateNotifier()
        self.indexes = MemoryIndexes()
        self.texts = MemoryTexts()

    @property
    def name(self) -> str:
        """The name it was created under."""
        return self._name

    async def info(self) -> DatabaseInfo:
        """Return counts and the current sequence."""
        live = [d for d in self._documents.values() if not d.tree.winner.deleted]
        return DatabaseInfo(
            self._name,
            len(live),
            len(self._documents) - len(live),
            await self.sequence(),
            sum(len(document.bodies[document.tree.winner.leaf].body) for document in live),
            self._purges,
        )

    async def get(
        self, document_id: str, revision: Revision | None = None, *, latest: bool = False
    ) -> StoredRevision:
        """Read the winner or a given revision."""
        document = self._documents.get(document_id)
        if document is None:
            raise DocumentMissing(document_id)
        if revision is None:
            if document.tree.winner.deleted:
                raise DocumentMissing(document_id, deleted=True)
            return document.winner(document_id)
        if latest:
            revision = document.tree.grown_into(revision) or revision
        return document.stored(document_id, revision)

    async def get_many(self, document_ids: Sequence[str]) -> list[StoredRevision | None]:
        """Read winners in the order asked."""
        return [
            self._documents[name].winner(name) if name in self._documents else None
            for name in document_ids
        ]

    async def leaves(self, document_id: str) -> list[StoredRevision]:
        """Read all leaves, the winner first."""
        document = self._documents.get(document_id)
        if document is None:
            raise DocumentMissing(document_id)
        return [document.stored(document_id, leaf) for leaf in document.tree.leaves()]

    async def write(self, edits: Sequence[Edit], *, together: bool = False) -> list[Outcome]:
        """Write edits in order."""
        before, number = self.state, self._number
        outcomes: list[Outcome] = []
        for edit in edits:
            try:
                outcomes.append(self._apply(edit))
            except ReplicationError as error:
                if together:
                    self.state = before
                    raise
                outcomes.append(error)
        if self._number > number:
            self._notifier.advance()
        return outcomes

    @property
    def state(self) -> _State:
        """All documents, the sequence and the traces, to go back to."""
        return dict(self._documents), self._number, self._traces.copy()

    @state.setter
    def state(self, state: _State) -> None:
        self._documents, self._number, self._traces = state

    def _apply(self, edit: Edit) -> Written:
        document = self._documents.get(edit.document_id, MemoryDocument())
        decision = decide(document.tree, edit, document.attachments_of, revs_limit=self._revs_limit)
        if isinstance(decision, AlreadyKnown):
            return Written(edit.document_id, decision.revision, None)
        self._number += 1
        self._traces.leave(edit, self._number)
        body = MemoryBody(edit.deleted, edit.body, decision.attachments)
        self._documents[edit.document_id] = MemoryDocument(
            decision.tree, {**document.bodies, decision.revision: body}, self._number
        )
        return Written(edit.document_id, decision.revision, self._number)

    async def revs_diff(
        self, revisions: Mapping[str, Sequence[Revision]]
    ) -> dict[str, MissingRevisions]:
        """Tell which of these revisions are unknown here."""
        answer = {}
        for document_id, asked in revisions.items():
            tree = self._documents.get(document_id, MemoryDocument()).tree
            if missing := tree.missing(asked):
                ancestors = tree.possible_ancestors(missing)
                answer[document_id] = MissingRevisions(tuple(missing), tuple(ancestors))
        return answer

    async def changes(self, query: ChangesQuery) -> ChangesPage:
        """Read rows of the changes feed in sequence order."""
        candidates = self._candidates(query)
        rows: list[Change] = []
        scanned = 0
        for sequence, document_id in candidates[:PAGE_ROWS]:
            if len(rows) == query.limit:
                break
            scanned += 1
            if row := self._change(sequence, document_id, query):
                rows.append(row)
        last = candidates[scanned - 1][0] if scanned else query.since
        if scanned == len(candidates) and not query.descending:
            last = max(self._number, query.since)
        return ChangesPage(
            tuple(rows), UpdateSequence(last, self._epoch), len(candidates) - scanned
        )

    def _candidates(self, query: ChangesQuery) -> list[tuple[int, str]]:
        return sorted(
            (
                (document.sequence, document_id)
                for document_id, document in self._documents.items()
                if document.sequence > query.since
                and (query.before is None or document.sequence < query.before)
                and (query.document_ids is None or document_id in query.document_ids)
            ),
            reverse=query.descending,
        )

    def _change(self, sequence: int, document_id: str, query: ChangesQuery) -> Change | None:
        document = self._documents[document_id]
        winner = document.winner(document_id)
        if query.accept is not None and not query.accept(winner):
            return None
        shown = winner if query.include_documents else None
        return Change(sequence, document_id, document.tree.leaves(), winner.deleted, shown)

    async def sequence(self) -> UpdateSequence:
        """Return the current sequence."""
        return UpdateSequence(self._number, self._epoch)

    async def wait_past(self, number: int) -> None:
        """Return once the database stands past this sequence."""
        while not self._closed:
            moved = self._notifier.ticket()
            if self._number > number:
                return
            await moved.wait()
        raise StoreClosed(self._name)

    async def all_docs(self, ids: IdRange) -> tuple[list[StoredRevision], int]:
        """Return live documents in id order."""
        live = sorted(
            (name for name, d in self._documents.items() if not d.tree.winner.deleted),
            reverse=ids.descending,
        )
        inside = [name for name in live if within(name, ids)]
        start = inside[0] if inside else None
        offset = live.index(start) + ids.skip if start is not None else 0
        end = None if ids.limit is None else ids.skip + ids.limit
        return [self._documents[name].winner(name) for name in inside[ids.skip : end]], offset

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
        behind = (*index_key(index, after), after.document_id) if after else None
        wanted = index.key(values)
        found = []
        for document_id, document in self._documents.items():
            winner = document.winner(document_id)
            key = () if winner.deleted else index_key(index, winner)
            if key and begins(key, wanted, prefix=prefix):
                found.append(((*key, document_id), winner))
        found.sort(key=lambda pair: pair[0])
        return [row for key, row in found if behind is None or key > behind][:limit]

    async def bodies_of(self, document_id: str) -> Mapping[Revision, bool]:
        """Return the revisions whose bodies are kept, and which are tombstones."""
        if document_id not in self._documents:
            raise DocumentMissing(document_id)
        bodies = self._documents[document_id].bodies
        return {revision: body.deleted for revision, body in bodies.items()}

    async def purge(
        self, revisions: Mapping[str, Sequence[Revision]]
    ) -> dict[str, tuple[Revision, ...]]:
        """Forget these leaves as if they had never been."""
        self._purges += 1
        self._purge_infos += [PurgeInfo(name, tuple(asked)) for name, asked in revisions.items()]
        del self._purge_infos[: -self._purge_infos_limit]
        purged = {name: self._purge_one(name, asked) for name, asked in revisions.items()}
        without = [name for name, gone in purged.items() if gone]
        self.indexes.forget(without)
        self.texts.forget(without)
        self._notifier.advance()
        return purged

    def _purge_one(self, document_id: str, asked: Sequence[Revision]) -> tuple[Revision, ...]:
        document = self._documents.get(document_id, MemoryDocument())
        gone = tuple(revision for revision in asked if document.tree.leaf(revision))
        if not gone:
            return ()
        tree = document.tree.without(gone)
        self._number += 1
        del self._documents[document_id]
        if tree.branches:
            kept = {r: body for r, body in document.bodies.items() if not tree.missing([r])}
            self._documents[document_id] = MemoryDocument(tree, kept, self._number)
        return gone

    async def purged_infos(self) -> list[PurgeInfo]:
        """Return what was asked to be purged lately."""
        return list(self._purge_infos)

    async def purged_infos_limit(self) -> int:
        """Return how many of these are kept."""
        return self._purge_infos_limit

    async def set_purged_infos_limit(self, limit: int) -> None:
        """Keep so many of these from the next purge on."""
        self._purge_infos_limit = limit

    async def compact(self) -> None:
        """Forget the bodies of superseded revisions."""
        for document_id, document in self._documents.items():
            leaves = document.tree.leaves()
            bodies = {leaf: document.bodies[leaf] for leaf in leaves}
            self._documents[document_id] = MemoryDocument(document.tree, bodies, document.sequence)

    async def revs_limit(self) -> int:
        """Return how many revisions of a branch are remembered."""
        return self._revs_limit

    async def set_revs_limit(self, limit: int) -> None:
        """Remember this many revisions of a branch from the next write on."""
        self._revs_limit = limit

    async def security(self) -> bytes:
        """Return the security object."""
        return self._security

    async def set_security(self, body: bytes) -> None:
        """Keep a security object."""
        self._security = body

    async def attachment_blobs(self) -> Iterable[str]:
        """Return the digests of all blobs that attachments name."""
        return {
            attachment.blob
            for document in self._documents.values()
            for body in document.bodies.values()
            for attachment in body.attachments.values()
        }

    def end(self) -> None:
        """Let all who wait go, with StoreClosed."""
        self._closed = True
        self._notifier.advance()


class MemoryDocumentStore:
    """All databases of one instance, in memory."""

    def __init__(self, epoch: str = "memory") -> None:
        self._epoch = epoch
        self._databases: dict[str, MemoryDatabase] = {}

    async def names(self) -> list[str]:
        """Return the names of all databases, sorted."""
        return sorted(self._databases)

    async def create(self, name: str, indexes: Sequence[FieldIndex] = ()) -> MemoryDatabase:
        """Make a database; indexes need no making here."""
        del indexes
        if name in self._databases:
            raise DatabaseExists(name)
        self._databases[name] = MemoryDatabase(name, self._epoch)
        return self._databases[name]

    async def open(self, name: str) -> MemoryDatabase:
        """Return a database."""
        if name not in self._databases:
            raise DatabaseMissing(name)
        return self._databases[name]

    async def ensure(self, name: str, indexes: Sequence[FieldIndex] = ()) -> MemoryDatabase:
        """Return a database, made if there is none."""
        return self._databases.get(name) or await self.create(name, indexes)

    async def write_together(self, edits: Mapping[str, Sequence[Edit]]) -> dict[str, list[Outcome]]:
        """Write edits of several databases, all or none."""
        databases = {name: await self.open(name) for name in edits}
        before = {name: database.state for name, database in databases.items()}
        try:
            return {
                name: await database.write(edits[name], together=True)
                for name, database in databases.items()
            }
        except ReplicationError:
            for name, database in databases.items():
                database.state = before[name]
            raise

    async def delete(self, name: str) -> None:
        """Remove a database and all it holds."""
        if name not in self._databases:
            raise DatabaseMissing(name)
        self._databases.pop(name).end()

    async def close(self) -> None:
        """Let all who wait go."""
        for database in self._databases.values():
            database.end()


_database: type[Database] = MemoryDatabase
_store: type[DocumentStore] = MemoryDocumentStore
