"""A document as the reference engine keeps it: its tree, and the body of every revision."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from replication.core.attachment import Attachment
from replication.core.document import StoredRevision
from replication.core.errors import DocumentMissing
from replication.core.revision import Revision
from replication.core.revision_tree import RevisionTree


@dataclass(frozen=True, slots=True)
class MemoryBody:
    """One revision's body."""

    deleted: bool
    body: bytes
    attachments: Mapping[str, Attachment]


@dataclass(frozen=True, slots=True)
class MemoryDocument:
    """One document; `sequence` is that of its latest change."""

    tree: RevisionTree = field(default_factory=RevisionTree)
    bodies: Mapping[Revision, MemoryBody] = field(default_factory=dict)
    sequence: int = 0

    def attachments_of(self, revision: Revision) -> Mapping[str, Attachment] | None:
        """Return what a revision has attached, or None where it is unknown."""
        body = self.bodies.get(revision)
        return body.attachments if body else None

    def stored(self, document_id: str, revision: Revision) -> StoredRevision:
        """Return a revision. Raises DocumentMissing."""
        body = self.bodies.get(revision)
        if body is None:
            raise DocumentMissing(document_id)
        return StoredRevision(
            document_id,
            revision,
            body.deleted,
            body.body,
            body.attachments,
            self.tree,
            self.sequence,
        )

    def winner(self, document_id: str) -> StoredRevision:
        """Return the winner."""
        return self.stored(document_id, self.tree.winner.leaf)
