"""A document's JSON, with its underscore fields, to an edit; and a stored revision back to JSON.

Values are never parsed further than their outermost object: what a client wrote, numbers of any
size included, is stored and given back to the letter.
"""

import base64
import binascii
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

import msgspec

from replication.core.attachment import Attachment, AttachmentStub
from replication.core.document import Edit, LocalDocument, StoredRevision, check_document_id
from replication.core.errors import Invalid, InvalidRevision
from replication.core.revision import Revision, history_of
from replication.wire.plain_json import plain_edits

T = TypeVar("T")
Members = dict[str, msgspec.Raw]

encode = msgspec.json.Encoder().encode
_decode_members = msgspec.json.Decoder(Members).decode

_READ_BY_NAME = frozenset({"_id", "_rev", "_deleted", "_revisions", "_attachments"})
_REPLICATION = frozenset(
    f"_replication_{name}" for name in ("id", "state", "state_time", "state_reason", "stats")
)
"""Fields that a replicator notes on its jobs: part of the body, whatever they look like."""
_IGNORED = frozenset({"_revs_info", "_conflicts", "_deleted_conflicts", "_local_seq"})
_KEPT = _REPLICATION | {"_access"}
"""Underscore fields that stay in the body; CouchDB 3.5 keeps `_access` and heeds it in none."""
_SPECIAL = _READ_BY_NAME | _IGNORED | _KEPT


@dataclass(frozen=True, slots=True)
class InlineAttachment:
    """An attachment whose bytes came inside the document."""

    content_type: str
    data: bytes
    revpos: int = 0


@dataclass(frozen=True, slots=True)
class ParsedDocument:
    """An edit whose inline attachments still have to be brought to the blob store."""

    edit: Edit
    inline: Mapping[str, InlineAttachment] = field(default_factory=dict)

    def with_attachments(self, stored: Mapping[str, Attachment]) -> Edit:
        """Return the edit with the inline attachments as the blob store has them now."""
        return self.edit._replace(attachments={**self.edit.attachments, **stored})


class _Revisions(msgspec.Struct):
    start: int
    ids: list[str]


class _AttachmentJson(msgspec.Struct):
    content_type: str = "application/octet-stream"
    data: str | None = None
    stub: bool = False
    follows: bool = False
    revpos: int = 0
    digest: str | None = None


def parse_members(text: bytes) -> Members:
    """Split a JSON object into its members. Raises Invalid: not JSON, not UTF-8, not an object."""
    try:
        text.decode()  # members are kept as they are, so nobody looks inside them later
        return _decode_members(text)
    except msgspec.ValidationError:
        raise Invalid("bad_request", "Document must be a JSON object") from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise Invalid("bad_request", "invalid UTF-8 JSON") from None


def parse_document(
    members: Members,
    *,
    document_id: str | None = None,
    base: Revision | None = None,
    replicated: bool = False,
    new_id: str | None = None,
) -> ParsedDocument:
    """Turn a document's members into an edit.

    `document_id` and `base` are what the URL says, and win over silence in the body; `new_id`
    serves where neither names one. With `replicated` (`new_edits=false`) the history is read, and
    a revision must be named. Raises Invalid with CouchDB's words.
    """
    special = _special_members(members)
    inside = _member(members, "_id", str, None)
    if inside is not None:
        check_document_id(inside)
    checked = check_document_id(next((n for n in (document_id, inside, new_id) if n), ""))
    rev = _member(members, "_rev", str, None)
    revision = base if rev is None else Revision.parse(rev)
    listed = _member(members, "_revisions", _Revisions, None)
    history = _history(listed, revision) if replicated else None
    attachments, inline = _attachments(members, replicated=replicated)
    edit = Edit(
        document_id=checked,
        body=_body(members, special),
        deleted=bool(_member(members, "_deleted", bool, False)),
        base=None if replicated else revision,
        history=history,
        attachments=attachments,
    )
    return ParsedDocument(edit, inline)


def parse_texts(
    documents: Sequence[bytes], text: bytes, *, replicated: bool, new_id: Callable[[], str]
) -> list[ParsedDocument | Edit]:
    """Turn the texts of documents, valid JSON, into edits; those without an id get a new one.

    `text` is the request that they stand in. Raises Invalid with CouchDB's words.
    """
    return [
        _parse_text(document, replicated=replicated, new_id=new_id) if edit is None else edit
        for document, edit in zip(
            documents, plain_edits(documents, text, replicated=replicated), strict=True
        )
    ]


def _parse_text(text: bytes, *, replicated: bool, new_id: Callable[[], str]) -> ParsedDocument:
    members = parse_members(text)
    made = None if "_id" in members else new_id()
    return parse_document(members, replicated=replicated, new_id=made)


def _special_members(members: Members) -> list[str]:
    special = [name for name in members if name.startswith("_")]
    for name in special:
        if name not in _SPECIAL:
            raise Invalid("doc_validation", f"Bad special document member: {name}")
    return special


def _body(members: Members, special: Iterable[str]) -> bytes:
    kept = members.copy()
    for name in special:
        if name not in _KEPT:
            del kept[name]
    return encode(kept)


def _member(members: Members, name: str, kind: type[T], otherwise: T | None) -> T | None:
    if name not in members:
        return otherwise
    try:
        return msgspec.json.decode(members[name], type=kind)
    except msgspec.DecodeError:
        if name == "_id":
            raise Invalid("illegal_docid", "Document id must be a string") from None
        if name == "_rev":
            raise InvalidRevision(bytes(members[name])) from None
        raise Invalid("doc_validation", f"Bad special document member: {name}") from None


def _history(listed: _Revisions | None, revision: Revision | None) -> tuple[Revision, ...]:
    if listed is not None:  # and what _rev says beside it does not count, as in CouchDB
        return history_of(listed.start, listed.ids)
    if revision is None:
        raise Invalid(
            "bad_request",
            "When `new_edits: false`, the document needs `_rev` or `_revisions` specified",
        )
    return (revision,)


def _attachments(
    members: Members, *, replicated: bool
) -> tuple[dict[str, AttachmentStub], dict[str, InlineAttachment]]:
    listed = _member(members, "_attachments", dict[str, _AttachmentJson], None) or {}
    stubs: dict[str, AttachmentStub] = {}
    inline: dict[str, InlineAttachment] = {}
    for name, found in listed.items():
        if name.startswith("_"):
            reason = f"Attachment name '{name}' starts with prohibited character '_'"
            raise Invalid("bad_request", reason)
        if found.data is None and not (found.stub or found.follows):
            raise Invalid("bad_request", f"Invalid attachment data for {name}")
        if found.data is None:
            stubs[name] = AttachmentStub(found.content_type, found.digest, found.revpos)
        else:
            revpos = found.revpos if replicated else 0  # bytes that come with an edit are new
            inline[name] = InlineAttachment(found.content_type, _bytes(name, found.data), revpos)
    return stubs, inline


def _bytes(name: str, text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise Invalid("bad_request", f"Invalid attachment data for {name}") from None


@dataclass(frozen=True, slots=True)
class Shown:
    """Which underscore fields a reader asked to see beside `_id` and `_rev`.

    `revs_info` are the revisions whose bodies are kept, and which are tombstones. `data` are the
    bytes of attachments to send along, by name; `follow` names those that come as parts behind the
    document; all others are shown as stubs.
    """

    revisions: bool = False
    conflicts: bool = False
    deleted_conflicts: bool = False
    local_sequence: int | None = None
    revs_info: Mapping[Revision, bool] | None = None
    data: Mapping[str, bytes] = field(default_factory=dict)
    follow: frozenset[str] = frozenset()


PLAIN = Shown()


def render_document(stored: StoredRevision, shown: Shown = PLAIN) -> bytes:
    """Splice the underscore fields in front of a stored body."""
    head: list[bytes] = [
        b'{"_id":' + encode(stored.document_id) + b',"_rev":' + encode(str(stored.revision))
    ]
    if stored.deleted:
        head.append(b'"_deleted":true')
    if shown is not PLAIN:
        head.extend(_asked_for(stored, shown))
    if stored.attachments:
        head.append(b'"_attachments":' + _render_attachments(stored.attachments, shown))
    if len(stored.body) > len(b"{}"):
        head.append(stored.body[1:-1])
    return b",".join(head) + b"}"


def _asked_for(stored: StoredRevision, shown: Shown) -> Iterable[bytes]:
    if shown.revisions:
        branch = stored.tree.branch_of(stored.revision)
        digests = branch.digests if branch else (stored.revision.digest,)
        yield b'"_revisions":' + encode({"start": stored.revision.generation, "ids": digests})
    if shown.revs_info is not None:
        yield b'"_revs_info":' + encode(_revs_info(stored, shown.revs_info))
    others = [branch for branch in stored.tree.branches if branch.leaf != stored.revision]
    for wanted, word, deleted in (
        (shown.conflicts, b"_conflicts", False),
        (shown.deleted_conflicts, b"_deleted_conflicts", True),
    ):
        leaves = [str(branch.leaf) for branch in others if branch.deleted is deleted]
        if wanted and leaves:
            yield b'"' + word + b'":' + encode(leaves)
    if shown.local_sequence is not None:
        yield b'"_local_seq":' + encode(shown.local_sequence)


def _revs_info(stored: StoredRevision, kept: Mapping[Revision, bool]) -> list[dict[str, str]]:
    branch = stored.tree.branch_of(stored.revision)
    words = {True: "deleted", False: "available", None: "missing"}
    return [
        {"rev": str(revision), "status": words[kept.get(revision)]}
        for revision in (branch.history() if branch else (stored.revision,))
    ]


def _render_attachments(attachments: Mapping[str, Attachment], shown: Shown) -> bytes:
    return encode({name: _facts(name, found, shown) for name, found in attachments.items()})


def _facts(name: str, attachment: Attachment, shown: Shown) -> dict[str, object]:
    facts: dict[str, object] = {
        "content_type": attachment.content_type,
        "revpos": attachment.revpos,
        "digest": f"md5-{attachment.md5}",
    }
    if name in shown.follow:
        return {**facts, "length": attachment.length, "follows": True}
    data = shown.data.get(name)
    if data is None:
        return {**facts, "length": attachment.length, "stub": True}
    return {**facts, "data": base64.b64encode(data).decode()}


def render_local(document: LocalDocument) -> bytes:
    """Splice id and revision in front of a `_local/` document's body."""
    head = (
        b'{"_id":' + encode(document.document_id) + b',"_rev":"' + str(document.revision).encode()
    )
    rest = document.body[1:-1]
    return head + (b'",' + rest if rest else b'"') + b"}"
