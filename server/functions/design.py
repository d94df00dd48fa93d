"""A design document as the worker process gets it, under a name that says which revision it is."""

from dataclasses import dataclass
from typing import Any

import msgspec

from replication.core.document import StoredRevision
from replication.wire.document_json import render_document

JAVASCRIPT = "javascript"


@dataclass(frozen=True, slots=True)
class Design:
    """A design document: `key` names this revision of it among all of a home."""

    key: str
    text: bytes
    language: str

    @classmethod
    def of(cls, stored: StoredRevision, database: str, epoch: str) -> "Design":
        """Return the design document that a database of this life holds."""
        members = msgspec.json.decode(stored.body, type=_Members)
        key = f"{database}/{epoch}/{stored.document_id}/{stored.revision}"
        return cls(key, render_document(stored), members.language)


class _Members(msgspec.Struct):
    language: Any = JAVASCRIPT
