"""A node of the file tree, file or directory, as its `io.cozy.files` document tells it.

Listings make a thousand nodes at once: as structs they cost a fifth of what dataclasses do.
"""

from datetime import UTC, datetime

import msgspec

from doctypes.files.errors import NotANode
from replication.core.document import Edit, StoredRevision, Written
from replication.core.revision import Revision
from replication.core.revision_tree import Branch, RevisionTree

DOCTYPE = "io.cozy.files"
ROOT_ID = "io.cozy.files.root-dir"
TRASH_ID = "io.cozy.files.trash-dir"
SHARED_DRIVES_ID = "io.cozy.files.shared-drives-dir"
TRASH_NAME = ".cozy_trash"

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Directory(msgspec.Struct, frozen=True, gc=False):
    """A directory: the only kind of node whose document tells its path."""

    id: str
    revision: Revision
    name: str
    dir_id: str
    created_at: datetime
    updated_at: datetime
    tags: tuple[str, ...]
    document: StoredRevision
    path: str


class File(msgspec.Struct, frozen=True, gc=False):
    """A file: `size` in bytes, `md5sum` in base64, `blob` the SHA-256 of its content in hex."""

    id: str
    revision: Revision
    name: str
    dir_id: str
    created_at: datetime
    updated_at: datetime
    tags: tuple[str, ...]
    document: StoredRevision
    size: int
    md5sum: str
    blob: str
    mime: str
    file_class: str
    executable: bool
    trashed: bool


Node = File | Directory


class _Header(msgspec.Struct, gc=False):
    """The fields of a document that the tree itself reads; the others are nobody's business here.

    Documents of other hands may have the size as a number and leave out what is false or empty.
    """

    type: str
    name: str
    dir_id: str = ""
    path: str | None = None
    created_at: datetime = _EPOCH
    updated_at: datetime = _EPOCH
    tags: tuple[str, ...] | None = None
    size: str | int = 0
    md5sum: str = ""
    sha256sum: str = ""
    mime: str = ""
    file_class: str = msgspec.field(name="class", default="")
    executable: bool = False
    trashed: bool = False


_decode = msgspec.json.Decoder(_Header).decode


def parse_node(stored: StoredRevision) -> Node:
    """Read a document. Raises NotANode for one that is neither a file nor a directory."""
    try:
        header = _decode(stored.body)
        if header.type == "file":
            return _file(stored, header)
    except ValueError as error:  # no JSON, another shape, or a size that is no number
        raise NotANode(stored.document_id) from error
    if header.type == "directory" and header.path is not None:
        return _directory(stored, header, header.path)
    raise NotANode(stored.document_id)


def made_file(edit: Edit, outcome: object) -> File:
    """Return the file that the first edit of a document has made, without reading it back."""
    if not isinstance(outcome, Written) or outcome.sequence is None:
        raise NotANode(edit.document_id)
    tree = RevisionTree((Branch(outcome.revision.generation, (outcome.revision.digest,)),))
    stored = StoredRevision(
        edit.document_id, outcome.revision, False, edit.body, {}, tree, outcome.sequence
    )
    node = parse_node(stored)
    if isinstance(node, Directory):
        raise NotANode(edit.document_id)
    return node


def _file(stored: StoredRevision, header: _Header) -> File:
    return File(
        stored.document_id,
        stored.revision,
        header.name,
        header.dir_id,
        _aware(header.created_at),
        _aware(header.updated_at),
        header.tags or (),
        stored,
        int(header.size),
        header.md5sum,
        header.sha256sum,
        header.mime,
        header.file_class,
        header.executable,
        header.trashed,
    )


def _directory(stored: StoredRevision, header: _Header, path: str) -> Directory:
    return Directory(
        stored.document_id,
        stored.revision,
        header.name,
        header.dir_id,
        _aware(header.created_at),
        _aware(header.updated_at),
        header.tags or (),
        stored,
        path,
    )


def _aware(moment: datetime) -> datetime:
    if moment.tzinfo is UTC:
        return moment
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
