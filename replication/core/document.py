"""What a document is made of: the edit somebody sends, and the revision a store keeps.

What is made for each document of a batch is a tuple with names: frozen as well, and made in a fifth
of the time.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, NamedTuple

from replication.core.attachment import Attachment, AttachmentStub
from replication.core.errors import Invalid
from replication.core.revision import Revision
from replication.core.revision_tree import RevisionTree

LOCAL_PREFIX = "_local/"
DESIGN_PREFIX = "_design/"
EMPTY_BODY = b"{}"


_NOTHING: Mapping[str, Any] = MappingProxyType({})


class Edit(NamedTuple):
    """One document as somebody wants it written.

    `body` is a JSON object without its underscore fields, as bytes. With `history` (newest first)
    the edit is a replicated revision and is grafted as it stands (`new_edits=false`); without, it
    is an edit on top of `base`, the revision its author saw (None: there was none, or it was
    deleted). Each of the `marks` is put to its sequence in the same transaction, and the `note`
    is kept with that sequence.
    """

    document_id: str
    body: bytes = EMPTY_BODY
    deleted: bool = False
    base: Revision | None = None
    history: tuple[Revision, ...] | None = None
    attachments: Mapping[str, Attachment | AttachmentStub] = _NOTHING
    marks: tuple[str, ...] = ()
    note: str = ""


class Written(NamedTuple):
    """An edit that is now on disk, as `revision`; `sequence` is None when it was known before."""

    document_id: str
    revision: Revision
    sequence: int | None


class StoredRevision(NamedTuple):
    """One revision of a document with its body, and the tree it stands in."""

    document_id: str
    revision: Revision
    deleted: bool
    body: bytes
    attachments: Mapping[str, Attachment]
    tree: RevisionTree
    sequence: int


class DocumentText(NamedTuple):
    """A winner as JSON, `_id` and `_rev` in front; and what must be known of it beside."""

    revision: str
    text: bytes
    deleted: bool


@dataclass(frozen=True, slots=True)
class LocalDocument:
    """A `_local/` document: not replicated; its revision just counts, `0-1`, `0-2` and so on."""

    document_id: str
    revision: Revision
    body: bytes


def local_revision_after(base: Revision | None) -> Revision:
    """Return the revision of a `_local/` document that follows `base`: `0-1`, `0-2` and so on."""
    count = int(base.digest) if base and base.digest.isdigit() else 0
    return Revision(0, str(count + 1))


def check_document_id(document_id: object) -> str:
    """Return the id if a document may bear it, as CouchDB decides.

    Raises Invalid: not a string, empty, or an underscore that is neither `_design/` nor `_local/`.
    """
    if not isinstance(document_id, str):
        raise Invalid("illegal_docid", "Document id must be a string")
    if not document_id:
        raise Invalid("illegal_docid", "Document id must not be empty")
    if document_id.startswith("_") and not _reserved_and_named(document_id):
        raise Invalid("illegal_docid", "Only reserved document ids may start with underscore.")
    return document_id


def _reserved_and_named(document_id: str) -> bool:
    return any(
        document_id.startswith(prefix) and len(document_id) > len(prefix)
        for prefix in (DESIGN_PREFIX, LOCAL_PREFIX)
    )
