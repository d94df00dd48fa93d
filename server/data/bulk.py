"""Many documents in one request: `_bulk_docs`, `_bulk_get`, `_revs_diff`, `_all_docs`."""

from aiohttp import web

from replication.core.document import StoredRevision
from replication.core.errors import DocumentMissing
from replication.store.protocol import Database, IdRange
from replication.wire import bulk_json
from replication.wire.document_json import encode, parse_document
from server import keys
from server.data import access, attachments, reading
from server.data.answers import HEADERS, json_answer
from server.data.dialect import DataDialect
from server.data.documents import new_document_id, rendered, shown_fields


class BulkRoutes:
    """Bulk writes and reads, in either dialect."""

    def __init__(self, dialect: DataDialect) -> None:
        self._dialect = dialect

    async def bulk_docs(self, request: web.Request) -> web.Response:
        """POST /{database}/_bulk_docs."""
        database = await access.writing(request, self._dialect)
        bulk = bulk_json.decode(await reading.json_body(request), bulk_json.BulkDocs)
        parsed = [
            parse_document(members, replicated=not bulk.new_edits, new_id=new_document_id())
            for members in bulk.docs
        ]
        edits = await attachments.settled(parsed, request[keys.INSTANCE].blobs)
        outcomes = await database.write(edits)
        ids = [edit.document_id for edit in edits]
        answer = bulk_json.render_outcomes(ids, outcomes, failures_only=not bulk.new_edits)
        return json_answer(answer, status=201)

    def routes(self) -> list[web.RouteDef]:
        """Return the routes of bulk requests."""
        database = self._dialect.prefix + "/{database}"
        return [
            web.post(database + "/_bulk_docs", self.bulk_docs),
            web.post(database + "/_bulk_get", bulk_get),
            web.post(database + "/_revs_diff", revs_diff),
            web.post(database + "/_ensure_full_commit", ensure_full_commit),
            web.get(database + "/_all_docs", all_docs),
            web.post(database + "/_all_docs", all_docs_of_keys),
        ]


async def bulk_get(request: web.Request) -> web.StreamResponse:
    """POST /{database}/_bulk_get: streamed, since a batch may hold many attachments."""
    database = await access.reading(request)
    wanted = bulk_json.parse_bulk_get(await reading.json_body(request))
    response = web.StreamResponse(headers=HEADERS)
    await response.prepare(request)
    separator = b'{"results":['
    for item in wanted:
        await response.write(separator + await _bulk_get_row(request, database, item))
        separator = b","
    await response.write(b"]}\n" if wanted else b'{"results":[]}\n')
    await response.write_eof()
    return response


async def _bulk_get_row(
    request: web.Request, database: Database, wanted: bulk_json.Wanted
) -> bytes:
    shown = shown_fields(request)
    try:
        found = await _revisions(request, database, wanted)
    except DocumentMissing:
        missing = (wanted.revision, "not_found", "missing")
        return bulk_json.render_bulk_get_row(wanted.document_id, [missing])
    documents = [await rendered(request, stored, shown) for stored in found]
    return bulk_json.render_bulk_get_row(wanted.document_id, documents)


async def _revisions(
    request: web.Request, database: Database, wanted: bulk_json.Wanted
) -> list[StoredRevision]:
    if wanted.revision is None:
        return await database.leaves(wanted.document_id)
    latest = reading.flag(request, "latest")
    return [await database.get(wanted.document_id, wanted.revision, latest=latest)]


async def revs_diff(request: web.Request) -> web.Response:
    """POST /{database}/_revs_diff."""
    database = await access.reading(request)
    asked = bulk_json.parse_revisions(await reading.json_body(request))
    return json_answer(bulk_json.render_missing(await database.revs_diff(asked)))


async def ensure_full_commit(request: web.Request) -> web.Response:
    """POST /{database}/_ensure_full_commit: every answer already waited for the disk."""
    await access.reading(request)
    return json_answer(b'{"ok":true,"instance_start_time":"0"}', status=201)


async def all_docs(request: web.Request) -> web.Response:
    """GET /{database}/_all_docs."""
    if "keys" in request.query:
        listed: list[str] = reading.json_parameter(request, "keys", list[str])
        return await _rows_of(request, listed)
    database = await access.reading(request)
    single = _id_parameter(request, "key")
    ids = IdRange(
        start=single or _id_parameter(request, "startkey", "start_key"),
        end=single or _id_parameter(request, "endkey", "end_key"),
        inclusive_end=request.query.get("inclusive_end") != "false",
        descending=reading.flag(request, "descending"),
        skip=reading.number(request, "skip") or 0,
        limit=reading.number(request, "limit"),
    )
    found, offset = await database.all_docs(ids)
    rows = [await _row(request, stored.document_id, stored) for stored in found]
    return await _listing(database, rows, offset)


async def all_docs_of_keys(request: web.Request) -> web.Response:
    """POST /{database}/_all_docs with `{"keys": […]}`."""

    class Keys(bulk_json.msgspec.Struct):
        keys: list[str] | None = None

    asked = bulk_json.decode(await reading.json_body(request), Keys)
    return await all_docs(request) if asked.keys is None else await _rows_of(request, asked.keys)


def _id_parameter(request: web.Request, *names: str) -> str | None:
    for name in names:
        if name in request.query:
            return str(reading.json_parameter(request, name, str))
    return None


async def _rows_of(request: web.Request, listed: list[str]) -> web.Response:
    database = await access.reading(request)
    found = await database.get_many(listed)
    rows = [
        await _row(request, document_id, stored)
        for document_id, stored in zip(listed, found, strict=True)
    ]
    return await _listing(database, rows, None)


async def _listing(database: Database, rows: list[bytes], offset: int | None) -> web.Response:
    total = (await database.info()).document_count
    head = encode({"total_rows": total, "offset": offset})[:-1]
    return json_answer(head + b',"rows":[\n' + b",\n".join(rows) + b"\n]}")


async def _row(request: web.Request, key: str, stored: StoredRevision | None) -> bytes:
    if stored is None:
        return encode({"key": key, "error": "not_found"})
    value: dict[str, object] = {"rev": str(stored.revision)}
    if stored.deleted:
        value["deleted"] = True
    row = encode({"id": key, "key": key, "value": value})
    if not reading.flag(request, "include_docs"):
        return row
    document = b"null"
    if not stored.deleted:
        document = await rendered(request, stored, shown_fields(request))
    return row[:-1] + b',"doc":' + document + b"}"
