"""Writing to one database: edits that CouchDB itself decides, and revisions as they stand.

An edit by itself, without a trace, is CouchDB's to decide, whoever else writes at that moment. All
else is decided here (`planning`), in turn, and then written as it stands.
"""

from collections.abc import Sequence
from itertools import islice

from replication.core.document import Edit, Written
from replication.core.errors import (
    Conflict,
    DatabaseMissing,
    Invalid,
    Refused,
    ReplicationError,
    StorageUnreachable,
)
from replication.core.revision import Revision
from replication.store.couch.answers import WriteRow
from replication.store.couch.documents import Rendered
from replication.store.couch.feed import CouchFeed
from replication.store.couch.link import MISSING, CouchLink
from replication.store.couch.planning import Step, runs
from replication.store.protocol import Outcome
from replication.wire.document_json import encode

AT_ONCE = 1000
_TOO_FEW_COPIES = 202
_REFUSED = frozenset({"forbidden", "unauthorized"})
_BAD = frozenset({"bad_request", "doc_validation", "illegal_docid", "document_too_large"})


class CouchWriter:
    """Writes to one database."""

    def __init__(self, link: CouchLink, feed: CouchFeed, name: str) -> None:
        self._link = link
        self._feed = feed
        self._name = name

    async def edit(self, edits: Sequence[Edit]) -> list[Outcome]:
        """Write edits without attachments, of documents that differ, on top of their bases."""
        rendered = [Rendered(e.document_id, e.body, e.deleted, e.base, None, {}) for e in edits]
        rows = await self._write(rendered, new_edits=True)
        numbers = await self._numbers([row.id for row in rows if not row.error])
        return [
            _refusal(row, edit)
            or Written(edit.document_id, Revision.parse(row.rev), numbers.get(row.id, 0))
            for edit, row in zip(edits, rows, strict=True)
        ]

    async def graft(self, steps: Sequence[Step]) -> list[int | ReplicationError]:
        """Write revisions as they stand, in order; return the sequence of each, or its error.

        May be asked again.
        """
        results: list[int | ReplicationError] = []
        for run in runs(steps):
            rows = await self._write([step.revision for step in run], new_edits=False)
            refused = {row.id: _refused(row) for row in rows if row.error}
            names = [step.revision.document_id for step in run]
            numbers = await self._numbers([name for name in names if name not in refused])
            results += [refused.get(name) or numbers.get(name, 0) for name in names]
        return results

    async def _numbers(self, document_ids: Sequence[str]) -> dict[str, int]:
        """Return the sequences that documents have now."""
        if not document_ids:
            return {}
        return await self._feed.sequences_of(document_ids)

    async def _write(self, rendered: Sequence[Rendered], *, new_edits: bool) -> list[WriteRow]:
        rows: list[WriteRow] = []
        waiting = iter(rendered)
        while some := list(islice(waiting, AT_ONCE)):
            docs = b",".join(one.text() for one in some)
            said = encode(new_edits)
            body = b'{"new_edits":' + said + b',"docs":[' + docs + b"]}"
            rows += await self._send(body, again=not new_edits)
        return rows

    async def _send(self, body: bytes, *, again: bool) -> list[WriteRow]:
        ask = self._link.read if again else self._link.once
        answer = await ask("POST", "_bulk_docs", body=body)
        if answer.status == MISSING:
            raise DatabaseMissing(self._name)
        if answer.status == _TOO_FEW_COPIES:
            raise StorageUnreachable(self._name, "too few copies were written")
        return self._link.decode(answer, list[WriteRow])


def _refusal(row: WriteRow, edit: Edit) -> ReplicationError | None:
    if row.error == "conflict":
        return Conflict(edit.document_id, edit.base)
    return _refused(row) if row.error else None


def _refused(row: WriteRow) -> ReplicationError:
    if row.error in _REFUSED:
        return Refused(row.error, row.reason)
    if row.error in _BAD:
        return Invalid(row.error, row.reason)
    return StorageUnreachable(row.id, f"{row.error}: {row.reason}")
