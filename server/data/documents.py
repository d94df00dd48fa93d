"""One document at a time: read it, write it, delete it."""

import secrets
from collections.abc import Sequence
from dataclasses import replace

from aiohttp import hdrs, web

from replication.core.attachment import Attachment
from replication.core.document import Edit, StoredRevision, Written
from replication.core.errors import DocumentMissing, Invalid
from replication.core.revision import Revision
from replication.store.protocol import Database
from replication.wire import bulk_json
from replication.wire.document_json import (
    PLAIN,
    Members,
    ParsedDocument,
    Shown,
    encode,
    parse_document,
    parse_members,
    render_document,
)
from server import keys
from server.data import access, attachments, multipart, reading, repeating
from server.data.accepting import accepts
from server.data.answers import json_answer, location, sole_outcome, tagged
from server.data.dialect import DataDialect
from server.data.sent_attachments import NONE, SentAttachments, sent_attachments

_SHOWN_BY = {"revs", "revs_info", "conflicts", "deleted_conflicts", "meta", "local_seq"}


def new_document_id() -> str:
    """Return 32 random hexadecimal digits."""
    return secrets.token_hex(16)


def shown_fields(request: web.Request) -> Shown:
    """Read which underscore fields the query asks for; PLAIN when it asks for none."""
    query = request.query
    if not query.keys() & _SHOWN_BY:
        return PLAIN
    everything = reading.wants(request, "meta")
    return Shown(
        revisions=reading.wants(request, "revs"),
        conflicts=everything or reading.wants(request, "conflicts"),
        deleted_conflicts=everything or reading.wants(request, "deleted_conflicts"),
    )


async def rendered(
    request: web.Request,
    stored: StoredRevision,
    shown: Shown,
    sent: SentAttachments | None = None,
) -> bytes:
    """Write a document's JSON, with the bytes of its attachments if somebody asked for them.

    `sent` says which; without, the query does.
    """
    if stored.attachments:
        names = (sent or sent_attachments(request)).names(stored)
        data = await attachments.contents(stored, request[keys.INSTANCE].blobs, names)
        shown = replace(shown, data=data) if data else shown
    return render_document(stored, shown)


async def get(request: web.Request) -> web.StreamResponse:
    """GET /{database}/{id}."""
    database = await access.reading(request)
    if request.query.get("open_revs", "[]") != "[]":  # CouchDB overlooks an empty list
        return await _open_revisions(request, database)
    rev = request.query.get("rev")
    stored = await database.get(
        request.match_info["id"],
        None if rev is None else Revision.parse(rev),
        latest=reading.wants(request, "latest"),
    )
    shown = shown_fields(request)
    headers = {} if _says_more(stored, shown, request) else tagged(stored.revision)
    if headers and request.headers.get("If-None-Match") == headers["ETag"]:
        return web.Response(status=304, headers=headers)
    if reading.wants(request, "revs_info") or reading.wants(request, "meta"):
        shown = replace(shown, revs_info=await database.bodies_of(stored.document_id))
    if reading.wants(request, "local_seq"):
        shown = replace(shown, local_sequence=stored.sequence)
    sent = sent_attachments(request) if stored.attachments else NONE
    names = sent.names(stored)
    if names and _takes_parts(request, "multipart/related"):
        return await multipart.send_related(request, stored, shown, names, headers)
    body = await rendered(request, stored, shown, sent)
    repeating.offer(request, database)
    return json_answer(body, headers=headers)


def _takes_parts(request: web.Request, kind: str) -> bool:
    """Tell whether parts are to be streamed: HEAD has no body, and streams would send one."""
    return request.method != hdrs.METH_HEAD and accepts(request, kind)


def _says_more(stored: StoredRevision, shown: Shown, request: web.Request) -> bool:
    """Tell whether the answer depends on more than the revision: then no ETag stands for it."""
    if shown is PLAIN:
        return False
    if any(reading.wants(request, name) for name in ("revs_info", "meta", "local_seq")):
        return True
    others = [branch for branch in stored.tree.branches if branch.leaf != stored.revision]
    return any(shown.deleted_conflicts if branch.deleted else shown.conflicts for branch in others)


async def _open_revisions(request: web.Request, database: Database) -> web.StreamResponse:
    document_id = request.match_info["id"]
    if request.query["open_revs"] == "all":
        found: list[StoredRevision | str] = [*await database.leaves(document_id)]
    else:
        asked = bulk_json.decode(request.query["open_revs"].encode(), list[str])
        latest = reading.wants(request, "latest")
        named: dict[object, StoredRevision | str] = {}
        for rev in asked:
            for row in await _revisions_or_name(database, document_id, rev, latest=latest):
                named.setdefault(row if isinstance(row, str) else row.revision, row)
        found = list(named.values())
    shown = shown_fields(request)
    if _takes_parts(request, "multipart/mixed"):
        return await multipart.send_mixed(request, found, shown)
    rows = [
        encode({"missing": row})
        if isinstance(row, str)
        else b'{"ok":' + await rendered(request, row, shown) + b"}"
        for row in found
    ]
    return json_answer(b"[" + b",".join(rows) + b"]")


async def _revisions_or_name(
    database: Database, document_id: str, rev: str, *, latest: bool
) -> Sequence[StoredRevision | str]:
    try:
        return await revisions(database, document_id, Revision.parse(rev), latest=latest)
    except DocumentMissing:
        return [rev]


async def revisions(
    database: Database, document_id: str, revision: Revision, *, latest: bool
) -> Sequence[StoredRevision]:
    """Read a revision; with `latest`, instead all leaves it has grown into, if there are any.

    Raises DocumentMissing.
    """
    if latest:
        leaves = await database.leaves(document_id)
        grown = leaves[0].tree.leaves_of(revision)
        if found := [leaf for leaf in leaves if leaf.revision in grown]:
            return found
    return [await database.get(document_id, revision)]


async def write_one(request: web.Request, database: Database, parsed: ParsedDocument) -> Written:
    """Write one parsed document. Raises what its outcome is, if it is an error."""
    edits = await attachments.settled(request, [parsed])
    return sole_outcome(await database.write(edits))


async def _document_of(
    request: web.Request, *, replicated: bool
) -> tuple[Members, dict[str, Attachment]]:
    """Read a document from the body, with the attachments that follow it if there are parts."""
    if request.content_type == "multipart/related":
        return await multipart.read_related(request, replicated=replicated)
    return parse_members(await reading.body_under_cap(request)), {}


class DocumentRoutes:
    """Writing single documents, in either dialect."""

    def __init__(self, dialect: DataDialect) -> None:
        self._dialect = dialect

    async def put(self, request: web.Request) -> web.Response:
        """PUT /{database}/{id}."""
        database = await access.writing(request, self._dialect)
        replicated = request.query.get("new_edits") == "false"
        members, followed = await _document_of(request, replicated=replicated)
        base = reading.revision_parameter(request)
        parsed = parse_document(
            members,
            document_id=request.match_info["id"],
            base=base,
            replicated=replicated,
        )
        parsed = replace(parsed, edit=parsed.with_attachments(followed))
        if base is not None and parsed.edit.base not in (None, base):
            raise Invalid(
                "bad_request",
                "Document rev from request body and query string have different values",
            )
        if parsed.edit.deleted:
            return await self._write(request, database, parsed, status=200)
        answer = await self._write(request, database, parsed, status=201)
        if not self._dialect.is_cozy:  # whose answers repeat the document
            place = location(request, self._dialect, database.name) + "/"
            repeating.offer(request, database, self._dialect, place)
        return answer

    async def post(self, request: web.Request) -> web.Response:
        """POST /{database}: the body names the id, or gets one."""
        database = await access.writing(request, self._dialect)
        members = parse_members(await reading.json_body(request))
        parsed = parse_document(members, new_id=new_document_id())
        return await self._write(request, database, parsed, status=201)

    async def _write(
        self, request: web.Request, database: Database, parsed: ParsedDocument, *, status: int
    ) -> web.Response:
        written = await write_one(request, database, parsed)
        if request.query.get("batch") == "ok":  # written like any other; answered as batches are
            answer = encode({"ok": True, "id": written.document_id})
            return json_answer(answer, status=202)
        place = location(request, self._dialect, database.name, written.document_id)
        body = None if parsed.edit.deleted else parsed.edit.body
        answer = encode(self._dialect.written(database.name, written, body))
        return json_answer(
            answer,
            status=status,
            headers={**tagged(written.revision), "Location": place},
        )

    async def delete(self, request: web.Request) -> web.Response:
        """DELETE /{database}/{id}: a tombstone without a body."""
        database = await access.writing(request, self._dialect)
        document_id = request.match_info["id"]
        base = reading.revision_parameter(request)
        if base is None or (await database.get_many([document_id]))[0] is None:
            await database.get(document_id)  # 404 where there is nothing to delete
        edit = Edit(document_id, deleted=True, base=base)
        written = sole_outcome(await database.write([edit]))
        answer = encode(self._dialect.written(database.name, written, None))
        return json_answer(answer, headers=tagged(written.revision))

    def usual_routes(self) -> list[web.RouteDef]:
        """Return the routes of documents with usual names, to be looked at first.

        Paths are matched in order, and most requests would be the last to be matched.
        """
        return self._on(self._dialect.prefix + "/{database:[a-z][^/]*}/{id:[^_/][^/]*}")

    def posting_routes(self) -> list[web.RouteDef]:
        """Return the routes of documents that get an id, which are those of their database."""
        database = self._dialect.prefix + "/{database}"
        return [web.post(database, self.post), web.post(database + "/", self.post)]

    def routes(self) -> list[web.RouteDef]:
        """Return the routes of documents."""
        database = self._dialect.prefix + "/{database}"
        return [
            *self._on(database + "/{id:_design/[^/]+}"),
            *self._on(database + "/{id}"),
        ]

    def _on(self, path: str) -> list[web.RouteDef]:
        return [web.get(path, get), web.put(path, self.put), web.delete(path, self.delete)]
