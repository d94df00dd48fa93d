"""A database of this process as a peer; attachments move as bytes through its blob store."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from functools import partial

from replication.blobs.protocol import BlobStore
from replication.core.attachment import Attachment
from replication.core.change import ChangesPage, ChangesQuery
from replication.core.checkpoint import OpaqueSequence
from replication.core.document import Edit, LocalDocument, StoredRevision, Written
from replication.core.errors import DocumentMissing, Invalid, Refused, StubMissing
from replication.core.revision import Revision
from replication.core.sequence import UpdateSequence
from replication.feed.changes_feed import ChangesSource
from replication.replicator.peer import (
    FeedPage,
    FeedQuery,
    Refusal,
    Travelling,
    TravellingAttachment,
)
from replication.store.protocol import Database, Outcome


class LocalPeer:
    """A `Database` and the `BlobStore` that its attachments name.

    `selected` are its changes as a selector lets them through, for a replication that has one.
    """

    def __init__(
        self,
        database: Database,
        blobs: BlobStore,
        selected: ChangesSource[ChangesPage] | None = None,
    ) -> None:
        self._database = database
        self._blobs = blobs
        self._feed: ChangesSource[ChangesPage] = selected or database
        self._selects = selected is not None

    @property
    def name(self) -> str:
        """The database's name."""
        return self._database.name

    async def changes(self, query: FeedQuery) -> FeedPage:
        """Read a page of the feed. Raises Invalid for a filter by name."""
        if query.kept.name is not None or (query.kept.selector is not None) > self._selects:
            raise Invalid("bad_request", "A local source has no filter functions.")
        since = await self._number(query.since)
        asked = ChangesQuery(since, limit=query.limit, document_ids=query.kept.document_ids)
        page = await self._feed.changes(asked)
        if not page.rows and page.pending == 0 and query.patience > 0:
            await self._wait_past(page.last.number, query.patience)
            page = await self._feed.changes(asked)
        return _feed_page(page)

    async def _number(self, since: OpaqueSequence) -> int:
        return UpdateSequence.parse(since).within(await self._database.sequence())

    async def _wait_past(self, number: int, patience: float) -> None:
        try:
            async with asyncio.timeout(patience):
                await self._database.wait_past(number)
        except TimeoutError:
            return

    async def revs_diff(
        self, revisions: Mapping[str, Sequence[Revision]]
    ) -> dict[str, tuple[Revision, ...]]:
        """Return those revisions that are unknown here."""
        lacking = await self._database.revs_diff(revisions)
        return {document_id: found.missing for document_id, found in lacking.items()}

    async def documents(
        self, wanted: Mapping[str, Sequence[Revision]]
    ) -> AsyncIterator[Travelling | Refusal]:
        """Read revisions, or the leaves they have grown into; what was purged is left out."""
        for document_id, revisions in wanted.items():
            for revision in revisions:
                try:
                    stored = await self._database.get(document_id, revision, latest=True)
                except DocumentMissing:
                    continue
                yield self._travelling(stored)

    def _travelling(self, stored: StoredRevision) -> Travelling:
        branch = stored.tree.branch_of(stored.revision)
        attachments = {
            name: TravellingAttachment(
                attachment.content_type,
                attachment.revpos,
                attachment.length,
                partial(self._blobs.read, attachment.blob),
            )
            for name, attachment in stored.attachments.items()
        }
        history = branch.history() if branch else (stored.revision,)
        return Travelling(stored.document_id, history, stored.deleted, stored.body, attachments)

    async def write(self, documents: Sequence[Travelling]) -> list[Refusal]:
        """Bring attachments to the blob store, then store the revisions in one transaction.

        Raises StorageFull and whatever else is no fault of a single document.
        """
        edits = [await self._edit(document) for document in documents]
        outcomes = await self._database.write(edits)
        return [
            refusal
            for edit, outcome in zip(edits, outcomes, strict=True)
            if (refusal := _refusal(edit, outcome)) is not None
        ]

    async def _edit(self, document: Travelling) -> Edit:
        attachments = {
            name: await self._stored(attachment)
            for name, attachment in document.attachments.items()
        }
        return Edit(
            document.document_id,
            document.body,
            deleted=document.deleted,
            history=document.history,
            attachments=attachments,
        )

    async def _stored(self, attachment: TravellingAttachment) -> Attachment:
        staged = await self._blobs.stage(attachment.read(), length=attachment.length)
        await staged.commit()
        return Attachment(
            attachment.content_type, staged.md5, staged.digest, staged.size, attachment.revpos
        )

    async def get_local(self, name: str) -> LocalDocument | None:
        """Read a `_local/` document."""
        try:
            return await self._database.get_local(f"_local/{name}")
        except DocumentMissing:
            return None

    async def put_local(self, name: str, body: bytes, base: Revision | None) -> Revision:
        """Write a `_local/` document."""
        return (await self._database.put_local(f"_local/{name}", body, base)).revision


def _feed_page(page: ChangesPage) -> FeedPage:
    rows = {change.document_id: change.leaves for change in page.rows}
    return FeedPage(rows, str(page.last), page.pending)


def _refusal(edit: Edit, outcome: Outcome) -> Refusal | None:
    """Return a refusal that stays one; raise an error that may pass."""
    if isinstance(outcome, Written):
        return None
    if isinstance(outcome, Invalid):
        return Refusal(edit.document_id, outcome.word, outcome.reason)
    if isinstance(outcome, Refused) and outcome.word in ("forbidden", "unauthorized"):
        return Refusal(edit.document_id, outcome.word, outcome.reason)
    if isinstance(outcome, StubMissing):
        return Refusal(edit.document_id, "missing_stub", str(outcome))
    raise outcome
