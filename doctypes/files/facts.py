"""What somebody says of a file or directory that they make, or of content that they bring."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypedDict

from doctypes.files.amending import TAKEN_OVER, Reference, distinct_tags
from doctypes.files.document import Fields, said


class NodeSaid(TypedDict, total=False):
    """What may be said of any node, as arguments: the fields of NodeFacts."""

    created_at: datetime | None
    modified_at: datetime | None
    tags: Sequence[str]
    metadata: Mapping[str, Any]
    cozy_metadata: Mapping[str, Any]
    references: Sequence[Reference]


class FileSaid(NodeSaid, total=False):
    """What may be said of a file, as arguments: the fields of FileFacts."""

    mime: str | None
    executable: bool | None
    encrypted: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeFacts:
    """Facts about any node; None and empty where nothing is said.

    Of `cozy_metadata` only what callers may set is looked at (`amending.TAKEN_OVER`).
    """

    created_at: datetime | None = None
    modified_at: datetime | None = None
    tags: Sequence[str] = ()
    metadata: Mapping[str, Any] = field(default_factory=dict)
    cozy_metadata: Mapping[str, Any] = field(default_factory=dict)
    references: Sequence[Reference] = ()

    def dates(self, now: datetime) -> tuple[datetime, datetime]:
        """Return when the node was created and modified: never modified before created.

        One that is older than its arrival was also created no later than modified, where nobody
        says when.
        """
        modified = self.modified_at or now
        created = self.created_at or min(now, modified)
        return created, max(created, modified)

    @property
    def fields(self) -> Fields:
        """The fields of the document that come from here alone."""
        referenced = [{"type": one.type, "id": one.id} for one in dict.fromkeys(self.references)]
        return {
            "tags": distinct_tags(self.tags),
            **said(metadata=dict(self.metadata), referenced_by=referenced),
        }

    @property
    def taken_over(self) -> Fields:
        """The members of `cozyMetadata` that come from here."""
        given = self.cozy_metadata
        return {key: given[key] for key in sorted(TAKEN_OVER) if given.get(key)}


@dataclass(frozen=True, slots=True, kw_only=True)
class FileFacts(NodeFacts):
    """Facts about a file or its content."""

    mime: str | None = None
    executable: bool | None = None
    encrypted: bool | None = None
