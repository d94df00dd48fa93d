"""Copies what the target lacks from the source, and notes on both how far it came.

The order is the protocol's: common ancestry, changes, differences, documents, and a checkpoint only
when the target has answered for all documents of the changes before it. Whatever is interrupted is
done again from the last checkpoint; doing a step twice changes nothing.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from email.utils import format_datetime

from replication.core import checkpoint
from replication.core.checkpoint import Checkpoint, Counts, Filter, OpaqueSequence, Session
from replication.core.errors import Conflict
from replication.core.revision import Revision
from replication.replicator.batches import Limits, loads, portions
from replication.replicator.peer import (
    FeedPage,
    FeedQuery,
    Peer,
    PeerRefused,
    PeerUnreachable,
    Refusal,
    Travelling,
)

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Plan:
    """What is replicated and how; `checkpoint_id` names the notes both sides keep of it.

    `since` overrules the notes. Patience and the time between checkpoints are in seconds.
    """

    checkpoint_id: str
    kept: Filter = field(default_factory=Filter)
    continuous: bool = False
    since: OpaqueSequence | None = None
    limits: Limits = field(default_factory=Limits)
    patience: float = 55.0
    checkpoint_every: float = 1.0


@dataclass(frozen=True, slots=True)
class Result:
    """What a replication came to; `no_changes` when the source had nothing new to look at."""

    history: Checkpoint
    session: Session
    no_changes: bool


class Replicator:
    """One session of one replication.

    `now` gives the time, `session_id` is used by nobody else; `started` is told once both sides
    have answered.
    """

    def __init__(  # two sides, what to do, and the world
        self,
        source: Peer,
        target: Peer,
        plan: Plan,
        *,
        now: Callable[[], datetime],
        session_id: str,
        started: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        self._started = started
        self._source = source
        self._target = target
        self._plan = plan
        self._now = now
        self._notes = _Notes(source, target, plan.checkpoint_id)
        self._since: OpaqueSequence = checkpoint.BEGINNING
        begun = _http_time(now())
        self._session = Session(session_id, begun, begun, self._since, self._since)

    @property
    def counts(self) -> Counts:
        """What was done so far."""
        return self._session.counts

    @property
    def recorded(self) -> OpaqueSequence:
        """The sequence up to which both sides have noted that all is copied."""
        return self._session.recorded_seq

    async def run(self) -> Result:
        """Replicate until nothing is left; a continuous one goes on until it is cancelled.

        Raises PeerUnreachable, PeerRefused, DatabaseMissing and Invalid; run a new Replicator to
        go on from the last checkpoint.
        """
        await self._find_common_ancestry()
        if self._started is not None:
            await self._started()
        loop = asyncio.get_running_loop()
        noted_at = loop.time()
        while True:
            dirty = self._since != self._session.recorded_seq
            due_in = noted_at + self._plan.checkpoint_every - loop.time()
            if dirty and due_in <= 0:
                await self._note()
                noted_at, dirty = loop.time(), False
            page = await self._source.changes(self._query(due_in if dirty else None))
            at_the_end = _is_last(page, self._since)
            await self._copy(page)
            if at_the_end and not self._plan.continuous:
                return await self._finish()

    async def _find_common_ancestry(self) -> None:
        common = await self._notes.read()
        self._since = common if self._plan.since is None else self._plan.since
        self._session = replace(self._session, start_last_seq=self._since, recorded_seq=self._since)

    def _query(self, due_in: float | None) -> FeedQuery:
        patience = self._plan.patience if self._plan.continuous else 0.0
        if due_in is not None:  # what was copied is noted before the feed has waited for long
            patience = min(patience, due_in)
        return FeedQuery(self._since, self._plan.limits.rows, self._plan.kept, patience)

    async def _copy(self, page: FeedPage) -> None:
        """Bring what a page of changes names to the target; only then is the page behind us."""
        if page.rows:
            lacking = await self._target.revs_diff(page.rows)
            self._count(
                missing_checked=sum(len(leaves) for leaves in page.rows.values()),
                missing_found=sum(len(missing) for missing in lacking.values()),
            )
            for portion in portions(lacking, self._plan.limits.documents):
                await self._copy_documents(portion)
        self._since = page.last

    async def _copy_documents(self, wanted: Mapping[str, Sequence[Revision]]) -> None:
        async for load in loads(self._readable(wanted), self._plan.limits):
            self._count(docs_read=len(load))
            refused = await self._target.write(load)
            for refusal in refused:
                self._refuse(refusal)
            self._count(docs_written=len(load) - len(refused))

    async def _readable(
        self, wanted: Mapping[str, Sequence[Revision]]
    ) -> AsyncIterator[Travelling]:
        async for found in self._source.documents(wanted):
            if isinstance(found, Refusal):
                self._refuse(found)
            else:
                yield found

    def _refuse(self, refusal: Refusal) -> None:
        _log.warning("document not replicated", extra={"error": refusal.word})
        self._count(doc_write_failures=1)

    def _count(self, **more: int) -> None:
        self._session = replace(self._session, counts=self._session.counts.plus(Counts(**more)))

    async def _note(self) -> None:
        noted = replace(self._session, recorded_seq=self._since, end_time=_http_time(self._now()))
        await self._notes.write(noted)
        self._session = noted

    async def _finish(self) -> Result:
        if self._since != self._session.recorded_seq:
            await self._note()
        no_changes = self._session.counts == Counts()
        return Result(self._notes.known, self._session, no_changes=no_changes)


def _is_last(page: FeedPage, since: OpaqueSequence) -> bool:
    if page.pending is None:
        return not page.rows
    return page.pending == 0 or (not page.rows and page.last == since)


def _http_time(moment: datetime) -> str:
    return format_datetime(moment, usegmt=True)


class _Notes:
    """The checkpoint documents on both sides, and their revisions."""

    def __init__(self, source: Peer, target: Peer, name: str) -> None:
        self._sides = (source, target)
        self._name = name
        self._revisions: list[Revision | None] = [None, None]
        self.known = Checkpoint()

    async def read(self) -> OpaqueSequence:
        """Return the sequence up to which both sides remember that all is copied."""
        found = [await side.get_local(self._name) for side in self._sides]
        self._revisions = [note.revision if note else None for note in found]
        source, target = (checkpoint.parse(note.body if note else None) for note in found)
        common = checkpoint.common_point(source, target)
        self.known = target if common != checkpoint.BEGINNING else Checkpoint()
        return common

    async def write(self, session: Session) -> None:
        """Note a session on both sides.

        A source that may be read only keeps no note: the next session then reads it from the
        beginning. Raises PeerUnreachable when somebody else has written the note meanwhile.
        """
        noted = self.known.noting(session)
        body = checkpoint.render(noted)
        for number, side in enumerate(self._sides):
            try:
                revision = await side.put_local(self._name, body, self._revisions[number])
            except Conflict:
                raise PeerUnreachable(side.name, "the checkpoint was changed meanwhile") from None
            except PeerRefused as refused:
                if number:
                    raise
                _log.warning("source keeps no checkpoint", extra={"error": refused.word})
            else:
                self._revisions[number] = revision
        self.known = noted
