"""Documents as they lie in CouchDB, and what is read of them.

What our attachments are stands in the body, under a name of its own: their bytes are in the blob
store, which CouchDB does not know. Whoever reads such a database past us sees no attachments, and
what is written past us is not found by composed indexes.
"""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple
from unicodedata import is_normalized, normalize

import msgspec

from replication.core.attachment import Attachment
from replication.core.document import StoredRevision
from replication.core.errors import DocumentMissing
from replication.core.revision import Revision, history_of
from replication.core.revision_tree import RevisionTree
from replication.wire.document_json import encode

ATTACHMENTS = "$foyer.attachments"
COMPOSED = "$foyer.composed"
"""Texts of the body in Unicode NFC, where they are not: functions in CouchDB cannot compose."""

HIDDEN_DESIGN = "_design/foyer-"
"""What the ids of our own design documents begin with: nobody above sees them."""

_OURS = frozenset({"_id", "_rev", "_deleted", "_revisions", "_revs_info", ATTACHMENTS, COMPOSED})


class _Revisions(msgspec.Struct):
    start: int
    ids: list[str]


class _Head(msgspec.Struct, rename={"document_id": "_id", "rev": "_rev", "deleted": "_deleted"}):
    document_id: str
    rev: str
    deleted: bool = False
    revisions: _Revisions | None = msgspec.field(default=None, name="_revisions")
    attachments: dict[str, Attachment] = msgspec.field(default_factory=dict, name=ATTACHMENTS)


class Leaf(NamedTuple):
    """One revision as it was read, with its history, newest first."""

    document_id: str
    history: tuple[Revision, ...]
    deleted: bool
    body: bytes
    attachments: Mapping[str, Attachment]

    @property
    def revision(self) -> Revision:
        """Return what revision it is."""
        return self.history[0]

    def stored(self, tree: RevisionTree, sequence: int) -> StoredRevision:
        """Return it as a revision of a tree."""
        return StoredRevision(
            *(self.document_id, self.revision, self.deleted, self.body, self.attachments),
            *(tree, sequence),
        )


class Leaves(NamedTuple):
    """What is known of one document."""

    by_revision: Mapping[Revision, Leaf]
    tree: RevisionTree

    def stored(self, revision: Revision, sequence: int = 0) -> StoredRevision:
        """Return a leaf. Raises KeyError."""
        return self.by_revision[revision].stored(self.tree, sequence)

    def winner(self, sequence: int = 0) -> StoredRevision:
        """Return the winner."""
        return self.stored(self.tree.winner.leaf, sequence)


def leaves_of(found: Iterable[Leaf]) -> Leaves:
    """Return the tree that leaves, one at least, stand in."""
    by_revision = {leaf.revision: leaf for leaf in found}
    tree = RevisionTree()
    for leaf in by_revision.values():
        tree, _ = tree.graft(leaf.history, deleted=leaf.deleted)
    return Leaves(by_revision, tree)


def read_leaf(text: bytes) -> Leaf:
    """Read a document as CouchDB gives it."""
    head = msgspec.json.decode(text, type=_Head)
    revision = Revision.parse(head.rev)
    listed = head.revisions
    history = history_of(listed.start, listed.ids) if listed else (revision,)
    return Leaf(head.document_id, history, head.deleted, body_of(text), head.attachments)


def body_of(text: bytes) -> bytes:
    """Return the body of a document, without what is not its author's."""
    members = msgspec.json.decode(text, type=dict[str, msgspec.Raw])
    return encode({name: value for name, value in members.items() if name not in _OURS})


def composed_of(body: bytes) -> dict[str, str]:
    """Return the outermost texts of a body that are not in NFC, by name, in NFC."""
    if body.isascii() and b"\\u" not in body:
        return {}
    members = msgspec.json.decode(body, type=dict[str, Any])
    return {
        name: normalize("NFC", value)
        for name, value in members.items()
        if isinstance(value, str) and not is_normalized("NFC", value)
    }


class Rendered(NamedTuple):
    """A revision to be written: with `history` as it stands, else on top of `base`."""

    document_id: str
    body: bytes
    deleted: bool
    base: Revision | None
    history: tuple[Revision, ...] | None
    attachments: Mapping[str, Attachment]

    def text(self) -> bytes:
        """Return it as CouchDB takes it."""
        head: dict[str, object] = {"_id": self.document_id}
        if self.history is not None:
            head["_rev"] = str(self.history[0])
            ids = [revision.digest for revision in self.history]
            head["_revisions"] = {"start": self.history[0].generation, "ids": ids}
        elif self.base is not None:
            head["_rev"] = str(self.base)
        if self.deleted:
            head["_deleted"] = True
        if self.attachments:
            head[ATTACHMENTS] = dict(self.attachments)
        if composed := composed_of(self.body):
            head[COMPOSED] = composed
        return spliced(head, self.body)


def spliced(head: Mapping[str, object], body: bytes) -> bytes:
    """Return a JSON object with these members in front of a body's."""
    rest = body.strip()[1:-1]
    comma = b"," if head and rest.strip() else b""
    return encode(head)[:-1] + comma + rest + b"}"


def require(found: Leaves | None, document_id: str) -> Leaves:
    """Return what is known of a document. Raises DocumentMissing."""
    if found is None:
        raise DocumentMissing(document_id)
    return found
