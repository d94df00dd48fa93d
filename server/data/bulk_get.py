"""`_bulk_get`: many documents in one request; winners are read together, others one by one."""

from collections.abc import AsyncIterator, Sequence

from aiohttp import web

from replication.core.document import StoredRevision
from replication.core.errors import DocumentMissing
from replication.store.protocol import Database
from replication.wire import bulk_json
from replication.wire.bulk_json import Wanted
from replication.wire.document_json import Shown
from server.data import access, reading
from server.data.answers import HEADERS
from server.data.documents import rendered, revisions, shown_fields

READ_TOGETHER = 200
"""Documents read with one statement; so many bodies are in memory at once."""

WRITTEN_AT_ONCE = 64 * 1024
"""Bytes gathered before they go out: each write is a system call."""


async def handle(request: web.Request) -> web.StreamResponse:
    """POST /{database}/_bulk_get: streamed, since a batch may hold many attachments."""
    database = await access.reading(request)
    wanted = bulk_json.parse_bulk_get(await reading.json_body(request))
    shown, latest = shown_fields(request), reading.flag(request, "latest")
    response = web.StreamResponse(headers=HEADERS)
    await response.prepare(request)
    held, separator = bytearray(b'{"results":['), b""
    async for row in _rows(request, database, wanted, shown, latest=latest):
        held += separator + row
        separator = b","
        if len(held) > WRITTEN_AT_ONCE:
            await response.write(bytes(held))
            held.clear()
    await response.write_eof(bytes(held) + b"]}\n")
    return response


async def _rows(
    request: web.Request,
    database: Database,
    wanted: Sequence[Wanted],
    shown: Shown,
    *,
    latest: bool,
) -> AsyncIterator[bytes]:
    for start in range(0, len(wanted), READ_TOGETHER):
        batch = wanted[start : start + READ_TOGETHER]
        winners = await database.get_many([item.document_id for item in batch])
        for item, winner in zip(batch, winners, strict=True):
            try:
                found = await _found(database, item, winner, latest=latest)
            except DocumentMissing:
                missing = (item.revision, "not_found", "missing")
                yield bulk_json.render_bulk_get_row(item.document_id, [missing])
            else:
                documents = [await rendered(request, stored, shown) for stored in found]
                yield bulk_json.render_bulk_get_row(item.document_id, documents)


async def _found(
    database: Database, wanted: Wanted, winner: StoredRevision | None, *, latest: bool
) -> Sequence[StoredRevision]:
    """Return the revisions that one item asks for. Raises DocumentMissing."""
    if winner is None:
        raise DocumentMissing(wanted.document_id)
    if wanted.revision is None:
        alone = len(winner.tree.branches) == 1
        return [winner] if alone else await database.leaves(wanted.document_id)
    if wanted.revision == winner.revision:  # a leaf, so `latest` leads nowhere else
        return [winner]
    return await revisions(database, wanted.document_id, wanted.revision, latest=latest)
