"""What two databases remember of their replications, and the point up to which both agree.

A checkpoint rests on both sides, in a `_local/` document named after the replication. It is
believed only where both sides remember the same session: a side that was replaced does not.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from hashlib import blake2b

OpaqueSequence = str | int
"""A sequence of a database that may not be ours: told back to it, never looked into."""

BEGINNING: OpaqueSequence = 0
ID_VERSION = 4
MOST_SESSIONS = 50


@dataclass(frozen=True, slots=True)
class Counts:
    """What one session did so far; each number only grows."""

    missing_checked: int = 0
    missing_found: int = 0
    docs_read: int = 0
    docs_written: int = 0
    doc_write_failures: int = 0

    def plus(self, more: "Counts") -> "Counts":
        """Return the sums."""
        return Counts(
            self.missing_checked + more.missing_checked,
            self.missing_found + more.missing_found,
            self.docs_read + more.docs_read,
            self.docs_written + more.docs_written,
            self.doc_write_failures + more.doc_write_failures,
        )


@dataclass(frozen=True, slots=True)
class Session:
    """One run of a replication: everything up to `recorded_seq` is on the target's disk.

    Times are as HTTP writes them: `Mon, 23 Nov 2026 22:00:00 GMT`.
    """

    session_id: str
    start_time: str
    end_time: str
    start_last_seq: OpaqueSequence
    recorded_seq: OpaqueSequence
    counts: Counts = field(default_factory=Counts)


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The sessions that one side remembers, the newest first; at most one entry a session."""

    history: tuple[Session, ...] = ()

    def noting(self, session: Session) -> "Checkpoint":
        """Return the checkpoint with the state of a session in front, in place of its last one."""
        others = [known for known in self.history if known.session_id != session.session_id]
        return Checkpoint((session, *others)[:MOST_SESSIONS])


def common_point(source: Checkpoint, target: Checkpoint) -> OpaqueSequence:
    """Return the sequence of the source up to which the target surely has everything.

    It is that of the newest session both remember. Where they remember different states of it, the
    earlier one counts: a crash fell between the two writes, or one side is restored from a backup.
    """
    of_target = {session.session_id: session for session in target.history}
    for session in source.history:
        other = of_target.get(session.session_id)
        if other is not None:
            return min(other, session, key=_progress).recorded_seq
    return BEGINNING


def _progress(session: Session) -> int:
    return session.counts.missing_checked


def render(checkpoint: Checkpoint) -> bytes:
    """Write a checkpoint as CouchDB's replicator does."""
    entries = [_entry(session) for session in checkpoint.history]
    newest = checkpoint.history[0] if checkpoint.history else None
    document = {
        "session_id": newest.session_id if newest else "",
        "source_last_seq": newest.recorded_seq if newest else BEGINNING,
        "replication_id_version": ID_VERSION,
        "history": entries,
    }
    return json.dumps(document, separators=(",", ":")).encode()


def _entry(session: Session) -> dict[str, object]:
    return {
        "session_id": session.session_id,
        "start_time": session.start_time,
        "end_time": session.end_time,
        "start_last_seq": session.start_last_seq,
        "end_last_seq": session.recorded_seq,
        "recorded_seq": session.recorded_seq,
        **asdict(session.counts),
    }


def parse(body: bytes | None) -> Checkpoint:
    """Read a checkpoint; whatever is no checkpoint remembers nothing, so all is read again."""
    try:
        document = json.loads(body or b"{}")
    except (ValueError, RecursionError):
        return Checkpoint()
    listed = document.get("history") if isinstance(document, dict) else None
    entries = listed if isinstance(listed, list) else []
    sessions = [_session(entry) for entry in entries[:MOST_SESSIONS]]
    return Checkpoint(tuple(session for session in sessions if session is not None))


def _session(entry: object) -> Session | None:
    if not isinstance(entry, dict):
        return None
    name = entry.get("session_id")
    recorded = _sequence(entry.get("recorded_seq"))
    begun = _sequence(entry.get("start_last_seq"))
    if not isinstance(name, str) or recorded is None:
        return None
    return Session(
        name,
        str(entry.get("start_time", "")),
        str(entry.get("end_time", "")),
        BEGINNING if begun is None else begun,
        recorded,
        Counts(**{part.name: _natural(entry.get(part.name)) for part in fields(Counts)}),
    )


def _sequence(value: object) -> OpaqueSequence | None:
    return value if isinstance(value, str | int) and not isinstance(value, bool) else None


def _natural(value: object) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else 0


@dataclass(frozen=True, slots=True)
class Filter:
    """Which documents of the source travel.

    `selector` is a Mango selector; `name` a filter of the source's design documents, or one of its
    own, with `parameters`. At most one of the three is used.
    """

    document_ids: frozenset[str] | None = None
    selector: Mapping[str, object] | None = None
    name: str | None = None
    parameters: Mapping[str, str] = field(default_factory=dict)


def replication_id(house: str, source: Sequence[str], target: Sequence[str], kept: Filter) -> str:
    """Return the name under which both sides keep the checkpoint: 32 hexadecimal digits.

    `house` names whoever replicates; source and target are named without secrets. The same names
    and the same filter give the same id, whatever the order of document ids or of keys.
    """
    named = [
        house,
        list(source),
        list(target),
        None if kept.document_ids is None else sorted(kept.document_ids),
        kept.selector,
        kept.name,
        dict(kept.parameters),
    ]
    text = json.dumps(named, sort_keys=True, separators=(",", ":"))
    return blake2b(text.encode(), digest_size=16, person=b"replication id").hexdigest()
