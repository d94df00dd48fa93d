"""A replication that runs: what it is to do, since when, and what it came to so far."""

from collections import deque
from dataclasses import dataclass, field
from datetime import datetime

from replication.core.checkpoint import BEGINNING, Counts, OpaqueSequence
from replication.replicator.replicator import Replicator
from server.replications.wanted import Wanted

MOST_EVENTS = 20


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to a replication: `added`, `started` or `crashed`, and why."""

    moment: datetime
    kind: str
    reason: str | None = None


@dataclass(slots=True, eq=False)
class Running:
    """One replication of a home; `document_id` is its job's, if it has a document."""

    domain: str
    job_id: str
    wanted: Wanted
    started: datetime
    document_id: str | None = None
    failures: int = 0
    events: deque[Event] = field(default_factory=lambda: deque(maxlen=MOST_EVENTS))
    _session: Replicator | None = None

    def __post_init__(self) -> None:
        """Note that it was added."""
        self.events.appendleft(Event(self.started, "added"))

    @property
    def counts(self) -> Counts:
        """What its present session did."""
        return Counts() if self._session is None else self._session.counts

    @property
    def recorded(self) -> OpaqueSequence:
        """The source's sequence up to which both sides have noted that all is copied."""
        return BEGINNING if self._session is None else self._session.recorded

    def begins(self, session: Replicator, moment: datetime) -> None:
        """Note that a session has begun."""
        self._session = session
        self.events.appendleft(Event(moment, "started"))

    def crashed(self, reason: str, moment: datetime) -> None:
        """Note that a session ended by an error, and another will begin."""
        progress = self.counts.docs_written > 0
        self.failures = 1 if progress else self.failures + 1
        self.events.appendleft(Event(moment, "crashed", reason))
