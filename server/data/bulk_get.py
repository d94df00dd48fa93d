"""`_bulk_get`: many documents in one request; winners are read together, others one by one."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, replace

from aiohttp import web

from replication.core.document import DocumentText, StoredRevision
from replication.core.errors import DocumentMissing, Invalid
from replication.store.protocol import Database
from replication.wire import bulk_json
from replication.wire.bulk_json import BulkGetItem, NotGiven, Wanted, wanted_by
from replication.wire.document_json import PLAIN, Shown, encode
from server.data import access, bulk_get_parts, reading
from server.data.accepting import accepts
from server.data.answers import HEADERS
from server.data.documents import rendered, revisions, shown_fields
from server.data.sent_attachments import sent_attachments

READ_TOGETHER = 500
"""Documents read with one statement; so many bodies are in memory at once."""

_WITH_HISTORY = Shown(revisions=True)

NOT_TAKEN = ("open_revs", "new_edits", "w", "rev", "atts_since")
"""Parameters that mean one document, or a write."""


@dataclass(frozen=True, slots=True)
class Found:
    """What one item asked for came to."""

    wanted: Wanted
    documents: Sequence[StoredRevision | NotGiven]


async def handle(request: web.Request) -> web.StreamResponse:
    """POST /{database}/_bulk_get: streamed, since a batch may hold many attachments."""
    database = await access.reading(request)
    for name in NOT_TAKEN:
        if name in request.query:
            raise Invalid("bad_request", f'"{name}" query parameter is not acceptable')
    items = bulk_json.parse_bulk_get(await reading.json_body(request))
    if accepts(request, "application/json"):
        return await _send_json(request, database, items)
    wanted = [wanted_by(item) for item in items]
    found = _found(database, wanted, latest=reading.wants(request, "latest"))
    for kind in ("multipart/mixed", "multipart/related"):
        if accepts(request, kind):
            parts = ((one.wanted.document_id, one.documents) async for one in found)
            return await bulk_get_parts.send(request, kind, parts, shown_fields(request))
    return await _send_json(request, database, items)


async def _send_json(
    request: web.Request, database: Database, items: Sequence[object]
) -> web.StreamResponse:
    response = web.StreamResponse(headers=HEADERS)
    await response.prepare(request)
    opening = b'{"results":['
    for start in range(0, len(items), READ_TOGETHER):
        rows = await _rows(request, database, items[start : start + READ_TOGETHER])
        await response.write(opening + b",".join(rows))
        opening = b","
    await response.write_eof((b"" if items else opening) + b"]}\n")
    return response


async def _rows(request: web.Request, database: Database, batch: Sequence[object]) -> list[bytes]:
    """Return the results of some items in order: as the engine writes them where it does."""
    shown = shown_fields(request)
    texts: Mapping[str, DocumentText] = {}
    if shown in (PLAIN, _WITH_HISTORY):
        names = [item.id for item in batch if isinstance(item, BulkGetItem)]
        texts = await database.documents_text(names, history=shown.revisions)
    written = [_written(item, texts) for item in batch]
    rest = [wanted_by(item) for item, row in zip(batch, written, strict=True) if row is None]
    read = _read_rows(request, database, rest, shown)
    return [await anext(read) if row is None else row for row in written]


def _written(item: object, texts: Mapping[str, DocumentText]) -> bytes | None:
    """Return an item's result if it asks for a winner that was written, and nothing beside."""
    if not isinstance(item, BulkGetItem) or item.atts_since is not None or item.id not in texts:
        return None
    found = texts[item.id]
    if item.rev is not None and item.rev != found.revision:
        return None
    return b'{"id":%s,"docs":[{"ok":%s}]}' % (encode(item.id), found.text)


async def _read_rows(
    request: web.Request, database: Database, wanted: Sequence[Wanted], shown: Shown
) -> AsyncIterator[bytes]:
    sent = sent_attachments(request)
    async for one in _found(database, wanted, latest=reading.wants(request, "latest")):
        since = one.wanted.since
        of_item = replace(sent, since=since) if since else sent
        documents = [
            stored
            if isinstance(stored, NotGiven)
            else await rendered(request, stored, shown, of_item)
            for stored in one.documents
        ]
        yield bulk_json.render_bulk_get_row(one.wanted.document_id, documents)


async def _found(
    database: Database, wanted: Sequence[Wanted], *, latest: bool
) -> AsyncIterator[Found]:
    for start in range(0, len(wanted), READ_TOGETHER):
        batch = wanted[start : start + READ_TOGETHER]
        winners = await database.get_many([item.document_id or "" for item in batch])
        for item, winner in zip(batch, winners, strict=True):
            if item.wrong is not None:
                yield Found(item, [item.wrong])
                continue
            try:
                yield Found(item, await _revisions(database, item, winner, latest=latest))
            except DocumentMissing:
                rev = str(item.revision) if item.revision else "undefined"
                yield Found(item, [NotGiven(rev, "not_found", "missing")])


async def _revisions(
    database: Database, wanted: Wanted, winner: StoredRevision | None, *, latest: bool
) -> Sequence[StoredRevision]:
    """Return the revisions that one item asks for. Raises DocumentMissing."""
    if winner is None:
        raise DocumentMissing(wanted.document_id or "")
    if wanted.revision is None:
        alone = len(winner.tree.branches) == 1
        return [winner] if alone else await database.leaves(winner.document_id)
    if wanted.revision == winner.revision:  # a leaf, so `latest` leads nowhere else
        return [winner]
    return await revisions(database, winner.document_id, wanted.revision, latest=latest)
