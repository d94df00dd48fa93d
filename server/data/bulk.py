"""Many documents in one request: `_bulk_docs`, `_revs_diff` and its kin, and `_bulk_get`."""

from collections.abc import Sequence

from aiohttp import web

from replication.core.document import LOCAL_PREFIX, Edit
from replication.store.protocol import Database, Outcome
from replication.wire import bulk_json
from replication.wire.document_json import parse_texts
from server.data import access, attachments, bulk_get, local_documents, reading
from server.data.answers import json_answer
from server.data.dialect import DataDialect
from server.data.documents import new_document_id


class BulkRoutes:
    """Bulk writes and reads, in either dialect."""

    def __init__(self, dialect: DataDialect) -> None:
        self._dialect = dialect

    async def bulk_docs(self, request: web.Request) -> web.Response:
        """POST /{database}/_bulk_docs."""
        database = await access.writing(request, self._dialect)
        text = await reading.json_body(request)
        bulk = bulk_json.parse_bulk_docs(text)
        documents = [bytes(document) for document in bulk.docs]
        parsed = parse_texts(documents, text, replicated=not bulk.new_edits, new_id=new_document_id)
        edits = await attachments.settled(request, parsed)
        outcomes = await write_all(database, edits)
        ids = [edit.document_id for edit in edits]
        answer = bulk_json.render_outcomes(ids, outcomes, failures_only=not bulk.new_edits)
        return json_answer(answer, status=201)

    def routes(self) -> list[web.RouteDef]:
        """Return the routes of bulk requests."""
        database = self._dialect.prefix + "/{database}"
        return [
            web.post(database + "/_bulk_docs", self.bulk_docs),
            web.post(database + "/_bulk_get", bulk_get.handle),
            web.post(database + "/_revs_diff", revs_diff),
            web.post(database + "/_missing_revs", missing_revs),
            web.post(database + "/_ensure_full_commit", ensure_full_commit),
        ]


async def write_all(database: Database, edits: Sequence[Edit]) -> list[Outcome]:
    """Write edits, those of `_local/` documents among them, and return an outcome for each."""
    replicated = [edit for edit in edits if not edit.document_id.startswith(LOCAL_PREFIX)]
    if len(replicated) == len(edits):
        return await database.write(edits)
    written = iter(await database.write(replicated))
    return [
        await local_documents.write(database, edit)
        if edit.document_id.startswith(LOCAL_PREFIX)
        else next(written)
        for edit in edits
    ]


async def revs_diff(request: web.Request) -> web.Response:
    """POST /{database}/_revs_diff."""
    database = await access.reading(request)
    asked = bulk_json.parse_revisions(await reading.json_body(request))
    return json_answer(bulk_json.render_missing(await database.revs_diff(asked)))


async def missing_revs(request: web.Request) -> web.Response:
    """POST /{database}/_missing_revs: `_revs_diff` without the ancestors."""
    database = await access.reading(request)
    asked = bulk_json.parse_revisions(await reading.json_body(request))
    return json_answer(bulk_json.render_missing_alone(await database.revs_diff(asked)))


async def ensure_full_commit(request: web.Request) -> web.Response:
    """POST /{database}/_ensure_full_commit: every answer already waited for the disk."""
    await access.reading(request)
    return json_answer(b'{"ok":true,"instance_start_time":"0"}', status=201)
