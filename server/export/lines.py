"""A document as a line of JSON, as CouchDB has it, with its history; and an edit of such a line.

The bytes of attachments are members of their own, named by `sha256` in the stub.
"""

from collections.abc import Mapping
from typing import NamedTuple

import msgspec

from replication.core.attachment import Attachment
from replication.core.document import Edit, LocalDocument, StoredRevision
from replication.core.revision import Revision, history_of
from replication.wire.document_json import encode

_SPECIAL = frozenset({"_id", "_rev", "_deleted", "_revisions", "_attachments"})
_BREAKS = bytes.maketrans(b"\r\n", b"  ")  # between values; inside a text JSON escapes them


class _Stub(msgspec.Struct):
    content_type: str
    digest: str
    length: int
    revpos: int
    sha256: str
    stub: bool = True


class _Revisions(msgspec.Struct):
    start: int
    ids: list[str]


class _Line(msgspec.Struct, rename={"id": "_id", "rev": "_rev", "deleted": "_deleted"}):
    id: str
    rev: str
    deleted: bool = False
    revisions: _Revisions | None = msgspec.field(default=None, name="_revisions")
    attachments: dict[str, _Stub] = msgspec.field(default_factory=dict, name="_attachments")


class Told(NamedTuple):
    """A revision in a line, and its ancestors, newest first."""

    stored: StoredRevision
    history: tuple[Revision, ...]


def history_in(stored: StoredRevision, revision: Revision) -> tuple[Revision, ...]:
    """Return a revision of a document's tree and its ancestors, newest first."""
    for branch in stored.tree.branches:
        if branch.holds(revision):
            history = branch.history()
            return history[history.index(revision) :]
    return (revision,)


def line_of(told: Told) -> bytes:
    """Return a line, with its end."""
    stored = told.stored
    head: dict[str, object] = {"_id": stored.document_id, "_rev": str(stored.revision)}
    if stored.deleted:
        head["_deleted"] = True
    ids = [revision.digest for revision in told.history]
    head["_revisions"] = {"start": stored.revision.generation, "ids": ids}
    if stored.attachments:
        head["_attachments"] = {name: _stub(one) for name, one in stored.attachments.items()}
    return _spliced(head, stored.body)


def edit_in(line: bytes) -> Edit:
    """Return the edit that writes a line's revision as it stood. Raises MsgspecError, Invalid."""
    told = msgspec.json.decode(line, type=_Line)
    revision = Revision.parse(told.rev)
    listed = told.revisions
    history = history_of(listed.start, listed.ids) if listed else (revision,)
    return Edit(
        told.id,
        _body(line),
        deleted=told.deleted,
        history=history,
        attachments={name: _attachment(stub) for name, stub in told.attachments.items()},
    )


def local_line_of(document: LocalDocument) -> bytes:
    """Return a local document as a line, with its end."""
    return _spliced({"_id": document.document_id, "_rev": str(document.revision)}, document.body)


def local_in(line: bytes) -> tuple[str, bytes]:
    """Return the id and the body of a local document. Raises MsgspecError."""
    return msgspec.json.decode(line, type=_Line).id, _body(line)


def _spliced(head: Mapping[str, object], body: bytes) -> bytes:
    rest = body.strip()[1:-1].translate(_BREAKS)
    comma = b"," if rest.strip() else b""
    return encode(head)[:-1] + comma + rest + b"}\n"


def _body(line: bytes) -> bytes:
    members = msgspec.json.decode(line, type=dict[str, msgspec.Raw])
    return encode({name: value for name, value in members.items() if name not in _SPECIAL})


def _stub(attachment: Attachment) -> _Stub:
    return _Stub(
        attachment.content_type,
        f"md5-{attachment.md5}",
        attachment.length,
        attachment.revpos,
        attachment.blob,
    )


def _attachment(stub: _Stub) -> Attachment:
    md5 = stub.digest.removeprefix("md5-")
    return Attachment(stub.content_type, md5, stub.sha256, stub.length, stub.revpos)
