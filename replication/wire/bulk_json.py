"""Requests and answers that carry many documents: `_bulk_docs`, `_bulk_get`, `_revs_diff`."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import msgspec

from replication.core.document import Written, check_document_id
from replication.core.errors import (
    Conflict,
    DocumentMissing,
    Invalid,
    InvalidRevision,
    Refused,
    ReplicationError,
    StubMissing,
)
from replication.core.revision import Revision
from replication.store.protocol import MissingRevisions, Outcome
from replication.wire.document_json import encode

T = TypeVar("T")


class BulkDocs(msgspec.Struct):
    """The body of `_bulk_docs`; documents as they were sent, valid JSON of any kind."""

    docs: list[msgspec.Raw]
    new_edits: bool = True


class BulkGetItem(msgspec.Struct):
    """One item of `_bulk_get` of the usual form; what it says is not looked at yet."""

    id: str
    rev: str | None = None
    atts_since: list[str] | None = None


class _BulkGet(msgspec.Struct):
    docs: list[BulkGetItem]


class _AnyBulkGet(msgspec.Struct):
    docs: list[Any] | None = None


@dataclass(frozen=True, slots=True)
class NotGiven:
    """Why one item of `_bulk_get` is not answered with a document; `rev` as it was asked."""

    rev: object
    word: str
    reason: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """One document asked of `_bulk_get`; without a revision, all its leaves.

    Of its attachments, those are wanted that came after the revisions `since`; `wrong` is set for
    an item that asks for nothing there could be.
    """

    document_id: str | None
    revision: Revision | None = None
    since: tuple[Revision, ...] = ()
    wrong: NotGiven | None = None


def decode(text: bytes, kind: type[T]) -> T:
    """Read a request body. Raises Invalid: not JSON, not UTF-8, or not of this shape."""
    try:
        text.decode()
        return msgspec.json.decode(text, type=kind)
    except msgspec.ValidationError as error:
        told = str(error)
        if told.startswith("Expected `object`") and " at `" not in told:
            told = "Request body must be a JSON object"
        raise Invalid("bad_request", told) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise Invalid("bad_request", "invalid UTF-8 JSON") from None


def parse_bulk_docs(text: bytes) -> BulkDocs:
    """Read the body of `_bulk_docs`. Raises Invalid, saying what is wrong in CouchDB's words."""
    try:
        return decode(text, BulkDocs)
    except Invalid:
        raise Invalid("bad_request", _wrong_with_bulk_docs(decode(text, object))) from None


def _wrong_with_bulk_docs(body: object) -> str:
    if not isinstance(body, dict):
        return "Request body must be a JSON object"
    if "docs" not in body:
        return "POST body must include `docs` parameter."
    if not isinstance(body["docs"], list):
        return "`docs` parameter must be an array."
    return "`new_edits` parameter must be a boolean."


def parse_bulk_get(text: bytes) -> Sequence[object]:
    """Read the body of `_bulk_get`: its items, most of them BulkGetItem, as `wanted_by` takes them.

    Raises Invalid.
    """
    try:
        return decode(text, _BulkGet).docs
    except Invalid:
        listed = decode(text, _AnyBulkGet).docs
        if listed is None:
            raise Invalid("bad_request", "Missing JSON list of 'docs'.") from None
        return listed


def wanted_by(item: object) -> Wanted:
    """Return what an item asks for; one that says nothing sensible is wrong by itself alone."""
    if isinstance(item, BulkGetItem):
        return _wanted_of(item.id, item.rev, item.atts_since)
    if not isinstance(item, dict) or not item:
        wrong = NotGiven(None, "bad_request", "document must be a JSON object")
        return Wanted(None, wrong=wrong)
    if "id" not in item:
        return Wanted(None, wrong=NotGiven(None, "bad_request", "document id missed"))
    return _wanted_of(item["id"], item.get("rev"), item.get("atts_since"))


def _wanted_of(document_id: object, rev: object, since: object) -> Wanted:
    named = document_id if isinstance(document_id, str) else None
    try:
        checked = check_document_id(document_id)
    except Invalid as error:
        return Wanted(named, wrong=NotGiven(None, error.word, error.reason))
    if since is not None and not isinstance(since, list):
        reason = "att_since value must be array of revs."
        return Wanted(checked, wrong=NotGiven(since, "bad_request", reason))
    try:
        revision = None if rev is None else Revision.parse(rev)
        known = tuple(Revision.parse(one) for one in since or ())
    except InvalidRevision as error:
        return Wanted(checked, wrong=NotGiven(error.text, error.word, error.reason))
    return Wanted(checked, revision, known)


def parse_revisions(text: bytes) -> dict[str, list[Revision]]:
    """Read the body of `_revs_diff`: revisions by document id. Raises Invalid."""
    asked = decode(text, dict[str, list[str]])
    return {name: [Revision.parse(rev) for rev in revs] for name, revs in asked.items()}


def error_words(error: ReplicationError) -> tuple[str, str]:
    """Return CouchDB's word and sentence for an edit that failed."""
    if isinstance(error, Conflict):
        return "conflict", "Document update conflict."
    if isinstance(error, StubMissing):
        return "missing_stub", f"Invalid attachment stub in {error.document_id} for {error.name}"
    if isinstance(error, Invalid | Refused):
        return error.word, error.reason
    if isinstance(error, DocumentMissing):
        return "not_found", "deleted" if error.deleted else "missing"
    return "internal_server_error", "The document could not be written."


def render_outcomes(
    ids: Iterable[str], outcomes: Sequence[Outcome], *, failures_only: bool
) -> bytes:
    """Answer `_bulk_docs`: a row a document, in order; if so asked, only those that failed."""
    rows: list[dict[str, object]] = []
    for document_id, outcome in zip(ids, outcomes, strict=True):
        if not isinstance(outcome, Written):
            word, reason = error_words(outcome)
            rows.append({"id": document_id, "error": word, "reason": reason})
        elif not failures_only:
            rows.append({"ok": True, "id": document_id, "rev": str(outcome.revision)})
    return encode(rows)


def render_missing(answer: Mapping[str, MissingRevisions]) -> bytes:
    """Answer `_revs_diff`."""
    rows: dict[str, dict[str, list[str]]] = {}
    for document_id, lacking in answer.items():
        rows[document_id] = {"missing": [str(revision) for revision in lacking.missing]}
        if lacking.possible_ancestors:
            ancestors = [str(revision) for revision in lacking.possible_ancestors]
            rows[document_id]["possible_ancestors"] = ancestors
    return encode(rows)


def render_missing_alone(answer: Mapping[str, MissingRevisions]) -> bytes:
    """Answer `_missing_revs`."""
    missing = {
        document_id: [str(revision) for revision in lacking.missing]
        for document_id, lacking in answer.items()
    }
    return encode({"missing_revs": missing})


def render_bulk_get_row(document_id: str | None, documents: Sequence[bytes | NotGiven]) -> bytes:
    """Write one result of `_bulk_get`: documents as rendered, or why there is none."""
    parts = [
        b'{"ok":' + found + b"}"
        if isinstance(found, bytes)
        else b'{"error":' + render_not_given(document_id, found) + b"}"
        for found in documents
    ]
    return b'{"id":' + encode(document_id) + b',"docs":[' + b",".join(parts) + b"]}"


def render_not_given(document_id: str | None, why: NotGiven) -> bytes:
    """Write why an item of `_bulk_get` is not answered with a document."""
    return encode({"id": document_id, "rev": why.rev, "error": why.word, "reason": why.reason})
