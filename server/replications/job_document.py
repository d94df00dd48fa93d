"""A document of `_replicator`: the job it describes, and what we note on it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec

from replication.core.document import DESIGN_PREFIX, StoredRevision
from replication.wire.document_json import encode

_OURS = "_replication_"
OVER = frozenset({"completed", "failed"})


@dataclass(frozen=True, slots=True)
class JobDocument:
    """What a job is to do (`definition`, as JSON without our notes), and its last state."""

    definition: bytes
    state: str | None

    @property
    def is_over(self) -> bool:
        """Tell whether nothing is left to do until somebody changes the document."""
        return self.state in OVER

    def is_note_on(self, definition: bytes) -> bool:
        """Tell whether nothing but our note differs from the job as it runs."""
        return self.state is not None and self.definition == definition


def read_job(stored: StoredRevision) -> JobDocument | None:
    """Return the job that a document describes; None for tombstones and design documents."""
    if stored.deleted or stored.document_id.startswith(DESIGN_PREFIX):
        return None
    members = _members(stored.body)
    theirs = {name: value for name, value in members.items() if not name.startswith(_OURS)}
    state = members.get(_OURS + "state")
    return JobDocument(encode(theirs), state if isinstance(state, str) else None)


@dataclass(frozen=True, slots=True)
class Note:
    """A state of a job, as CouchDB writes it on its document."""

    state: str
    replication_id: str | None = None
    reason: str | None = None
    statistics: dict[str, object] | None = None

    def written_on(self, body: bytes, moment: datetime) -> bytes:
        """Return a document's body with this note in place of the one before."""
        members = _members(body)
        kept = {name: value for name, value in members.items() if not name.startswith(_OURS)}
        kept[_OURS + "state"] = self.state
        kept[_OURS + "state_time"] = moment.strftime("%Y-%m-%dT%H:%M:%SZ")
        for name, value in (
            ("id", self.replication_id),
            ("state_reason", self.reason),
            ("stats", self.statistics),
        ):
            if value is not None:
                kept[_OURS + name] = value
        return encode(kept)


def _members(body: bytes) -> dict[str, Any]:
    found: dict[str, Any] = msgspec.json.decode(body)
    return found
