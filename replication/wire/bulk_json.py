"""Requests and answers that carry many documents: `_bulk_docs`, `_bulk_get`, `_revs_diff`."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import msgspec

from replication.core.document import Written
from replication.core.errors import (
    Conflict,
    DocumentMissing,
    Invalid,
    Refused,
    ReplicationError,
    StubMissing,
)
from replication.core.revision import Revision
from replication.store.protocol import MissingRevisions, Outcome
from replication.wire.document_json import Members, encode

T = TypeVar("T")


class BulkDocs(msgspec.Struct):
    """The body of `_bulk_docs`."""

    docs: list[Members]
    new_edits: bool = True


class _BulkGetItem(msgspec.Struct):
    id: str
    rev: str | None = None


class _BulkGet(msgspec.Struct):
    docs: list[_BulkGetItem]


@dataclass(frozen=True, slots=True)
class Wanted:
    """One document asked of `_bulk_get`; without a revision, all its leaves."""

    document_id: str
    revision: Revision | None


def decode(text: bytes, kind: type[T]) -> T:
    """Read a request body. Raises Invalid: not JSON, not UTF-8, or not of this shape."""
    try:
        text.decode()
        return msgspec.json.decode(text, type=kind)
    except msgspec.ValidationError as error:
        raise Invalid("bad_request", str(error)) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise Invalid("bad_request", "invalid UTF-8 JSON") from None


def parse_bulk_get(text: bytes) -> list[Wanted]:
    """Read the body of `_bulk_get`. Raises Invalid."""
    return [
        Wanted(item.id, Revision.parse(item.rev) if item.rev else None)
        for item in decode(text, _BulkGet).docs
    ]


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


def render_bulk_get_row(
    document_id: str, documents: Sequence[bytes | tuple[Revision | None, str, str]]
) -> bytes:
    """Write one result of `_bulk_get`: documents as rendered, or (revision, word, reason)."""
    parts = [
        b'{"ok":' + found + b"}"
        if isinstance(found, bytes)
        else encode({"error": _bulk_get_error(document_id, *found)})
        for found in documents
    ]
    return b'{"id":' + encode(document_id) + b',"docs":[' + b",".join(parts) + b"]}"


def _bulk_get_error(
    document_id: str, revision: Revision | None, word: str, reason: str
) -> dict[str, str]:
    rev = str(revision) if revision else "undefined"
    return {"id": document_id, "rev": rev, "error": word, "reason": reason}
