"""What a replication came to, in CouchDB's words: the answer, the statistics, the failure."""

from dataclasses import dataclass

import msgspec

from replication.core import checkpoint
from replication.core.errors import DatabaseMissing, Invalid, ReplicationError
from replication.replicator.peer import PeerRefused, PeerUnreachable
from replication.replicator.replicator import Result


def answer_of(result: Result) -> dict[str, object]:
    """Return the answer to a replication that came to its end."""
    noted: dict[str, object] = msgspec.json.decode(checkpoint.render(result.history))
    unchanged: dict[str, object] = {"no_changes": True} if result.no_changes else {}
    return {"ok": True, **unchanged, **noted, "session_id": result.session.session_id}


def statistics_of(result: Result) -> dict[str, object]:
    """Return what a document of `_replicator` says of a replication that came to its end."""
    counts = result.session.counts
    return {
        "revisions_checked": counts.missing_checked,
        "missing_revisions_found": counts.missing_found,
        "docs_read": counts.docs_read,
        "docs_written": counts.docs_written,
        "changes_pending": 0,
        "doc_write_failures": counts.doc_write_failures,
        "checkpointed_source_seq": result.session.recorded_seq,
    }


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a replication did not come to its end; `reason` names no secret."""

    status: int
    word: str
    reason: str


def failure_of(error: ReplicationError) -> Failure:
    """Return an error as CouchDB's replicator tells it."""
    if isinstance(error, Invalid):
        return Failure(400, error.word, error.reason)
    if isinstance(error, DatabaseMissing):
        return Failure(404, "db_not_found", f"could not open {error.name}")
    if isinstance(error, PeerRefused):
        return Failure(500, error.word, f"{error.peer}: {error.reason}")
    if isinstance(error, PeerUnreachable):
        return Failure(500, "conn_failed", f"{error.peer}: {error.why}")
    return Failure(500, "replication_failed", type(error).__name__)
