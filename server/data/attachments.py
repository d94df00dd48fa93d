"""Attachments: brought to the blob store with an edit, and resources of their own."""

import asyncio
import re
from collections.abc import AsyncIterator, Collection, Mapping, Sequence

from aiohttp import hdrs, web

from replication.blobs.protocol import BlobStore
from replication.core.attachment import Attachment
from replication.core.document import Edit, StoredRevision, check_document_id
from replication.core.errors import (
    AttachmentMissing,
    BlobMismatch,
    Conflict,
    DocumentMissing,
    Invalid,
)
from replication.core.revision import Revision
from replication.store.protocol import Database
from replication.wire.document_json import InlineAttachment, ParsedDocument, encode
from server import keys
from server.data import access, reading, size_limits
from server.data.accepting import accepts_gzip
from server.data.answers import json_answer, location, sole_outcome
from server.data.dialect import DataDialect
from webdav.model.errors import RangeUnsatisfiable
from webdav.wire.ranges import parse_range

AT_ONCE = 8
"""Blobs on their way to the disk at a time for one request."""

WORTH_COMPRESSING = 1024
"""Bytes from which on an answer is compressed."""
_COMPRESSIBLE = ("text/", "application/javascript", "application/json", "application/xml")
_NOT_IN_A_HEADER = re.compile(r"[^\x20-\x7e]")


async def settled(request: web.Request, parsed: Sequence[ParsedDocument | Edit]) -> list[Edit]:
    """Bring inline attachments to the blob store, durably, and return the edits that name them.

    Raises TooLarge, and then nothing was brought there.
    """
    size_limits.check_documents(request, parsed)
    gate, blobs = asyncio.Semaphore(AT_ONCE), request[keys.INSTANCE].blobs
    return [
        document
        if isinstance(document, Edit)
        else document.with_attachments(await _stored(document.inline, blobs, gate))
        if document.inline
        else document.edit
        for document in parsed
    ]


async def _stored(
    inline: Mapping[str, InlineAttachment], blobs: BlobStore, gate: asyncio.Semaphore
) -> dict[str, Attachment]:
    async def store(found: InlineAttachment) -> Attachment:
        async with gate:
            staged = await blobs.stage(_one_piece(found.data), length=len(found.data))
            await staged.commit()
        return Attachment(found.content_type, staged.md5, staged.digest, staged.size, found.revpos)

    stored = await asyncio.gather(*(store(found) for found in inline.values()))
    return dict(zip(inline, stored, strict=True))


async def _one_piece(data: bytes) -> AsyncIterator[bytes]:
    yield data


async def contents(
    stored: StoredRevision, blobs: BlobStore, names: Collection[str]
) -> dict[str, bytes]:
    """Read attachments of a revision by their names, for sending them inside its JSON."""
    return {
        name: b"".join([piece async for piece in blobs.read(attachment.blob)])
        for name, attachment in stored.attachments.items()
        if name in names
    }


async def get(request: web.Request) -> web.StreamResponse:
    """GET /{database}/{id}/{attachment}."""
    database = await access.reading(request)
    rev = request.query.get("rev")
    document_id, name = request.match_info["id"], request.match_info["attachment"]
    stored = await database.get(document_id, Revision.parse(rev) if rev else None)
    if name not in stored.attachments:
        raise AttachmentMissing(document_id, name)
    attachment = stored.attachments[name]
    if f'"{attachment.md5}"' == request.headers.get(hdrs.IF_NONE_MATCH):
        return web.Response(status=304, headers={"ETag": f'"{attachment.md5}"'})
    return await _sent(request, attachment)


async def _sent(request: web.Request, attachment: Attachment) -> web.StreamResponse:
    response = web.StreamResponse(headers=_headers(attachment))
    if _goes_compressed(request, attachment):
        response.headers[hdrs.VARY] = hdrs.ACCEPT_ENCODING
        response.enable_compression(web.ContentCoding.gzip)
        return await _whole(request, response, attachment)
    try:
        part = parse_range(request.headers.get(hdrs.RANGE), attachment.length)
    except RangeUnsatisfiable:
        raise web.HTTPRequestRangeNotSatisfiable(
            text="Requested range not satisfiable",
            headers={"Content-Range": f"bytes */{attachment.length}"},
        ) from None
    start, stop = part or (0, attachment.length)
    if part is not None:
        response.set_status(206)
        response.headers["Content-Range"] = f"bytes {start}-{stop - 1}/{attachment.length}"
    else:
        response.headers["Content-MD5"] = attachment.md5
    response.content_length = stop - start
    await response.prepare(request)
    if request.method != hdrs.METH_HEAD:
        async for piece in request[keys.INSTANCE].blobs.read(attachment.blob, start, stop):
            await response.write(piece)
    await response.write_eof()
    return response


def _goes_compressed(request: web.Request, attachment: Attachment) -> bool:
    """Tell whether text goes out compressed: to one who takes it, and wants no part of it."""
    return (
        request.method == hdrs.METH_GET
        and attachment.length >= WORTH_COMPRESSING
        and attachment.content_type.lower().startswith(_COMPRESSIBLE)
        and accepts_gzip(request)
        and hdrs.RANGE not in request.headers
    )


async def _whole(
    request: web.Request, response: web.StreamResponse, attachment: Attachment
) -> web.StreamResponse:
    await response.prepare(request)
    async for piece in request[keys.INSTANCE].blobs.read(attachment.blob):
        await response.write(piece)
    await response.write_eof()
    return response


def _headers(attachment: Attachment) -> dict[str, str]:
    return {
        "Content-Type": _NOT_IN_A_HEADER.sub("", attachment.content_type),
        "ETag": f'"{attachment.md5}"',
        "Accept-Ranges": "bytes",
        "Cache-Control": "must-revalidate",
        # what an app attached must not script the home it is served from
        "Content-Security-Policy": "sandbox",
        "X-Content-Type-Options": "nosniff",
    }


class AttachmentRoutes:
    """Writing and removing single attachments, in either dialect."""

    def __init__(self, dialect: DataDialect) -> None:
        self._dialect = dialect

    async def put(self, request: web.Request) -> web.Response:
        """PUT /{database}/{id}/{attachment}: the body is its bytes, streamed to the blob store."""
        database = await access.writing(request, self._dialect)
        name = request.match_info["attachment"]
        if name.startswith("_"):
            reason = f"Attachment name '{name}' starts with prohibited character '_'"
            raise Invalid("bad_request", reason)
        base = await _base(request, database)
        attachment = await _received(request)
        attachments = {**(base.attachments if base else {}), name: attachment}
        return await self._write(request, database, base, attachments)

    async def delete(self, request: web.Request) -> web.Response:
        """DELETE /{database}/{id}/{attachment}."""
        database = await access.writing(request, self._dialect)
        name = request.match_info["attachment"]
        base = await _base(request, database)
        if base is None:
            raise DocumentMissing(request.match_info["id"])
        if name not in base.attachments:
            raise AttachmentMissing(base.document_id, name)
        attachments = {other: kept for other, kept in base.attachments.items() if other != name}
        return await self._write(request, database, base, attachments)

    async def _write(
        self,
        request: web.Request,
        database: Database,
        base: StoredRevision | None,
        attachments: Mapping[str, Attachment],
    ) -> web.Response:
        edit = Edit(
            request.match_info["id"],
            base.body if base else b"{}",
            base=base.revision if base else None,
            attachments=attachments,
        )
        written = sole_outcome(await database.write([edit]))
        answer = encode(self._dialect.written(database.name, written, edit.body))
        headers = {"ETag": f'"{written.revision}"'}
        if request.method == hdrs.METH_DELETE:
            return json_answer(answer, headers=headers)
        name = request.match_info["attachment"]
        place = location(request, self._dialect, database.name, written.document_id, name)
        return json_answer(answer, status=201, headers={**headers, "Location": place})


async def _base(request: web.Request, database: Database) -> StoredRevision | None:
    """Return the revision to change: the one named, or none where there is no document yet.

    Raises Invalid for an id that no document may bear, and Conflict.
    """
    document_id = check_document_id(request.match_info["id"])
    revision = reading.revision_parameter(request)
    if revision is None:
        (found,) = await database.get_many([document_id])
        if found is not None and not found.deleted:
            raise Conflict(document_id, None, found.revision)
        return None
    try:
        return await database.get(document_id, revision)
    except DocumentMissing:
        raise Conflict(document_id, revision) from None


async def _received(request: web.Request) -> Attachment:
    """Stream a body to the blob store, checked against the length and MD5 that were announced.

    A body that comes compressed is kept as what it unpacks to, which the server does while it
    reads; its length and MD5 say nothing of that.
    """
    packed = _is_packed(request)
    blobs = request[keys.INSTANCE].blobs
    pieces = size_limits.attachment_of(
        request, request.match_info["attachment"], reading.pieces_of(request)
    )
    staged = await blobs.stage(pieces, length=None if packed else request.content_length)
    expected = None if packed else request.headers.get("Content-MD5")
    if expected is not None and expected != staged.md5:
        await staged.discard()
        raise BlobMismatch("md5", expected, staged.md5)
    await staged.commit()
    content_type = request.headers.get(hdrs.CONTENT_TYPE, "application/octet-stream")
    return Attachment(content_type, staged.md5, staged.digest, staged.size, 0)


def _is_packed(request: web.Request) -> bool:
    encoding = request.headers.get(hdrs.CONTENT_ENCODING, "").strip().lower() or "identity"
    if encoding not in ("identity", "gzip"):
        reason = "Only gzip and identity content-encodings are supported"
        raise web.HTTPUnsupportedMediaType(text=reason)
    return encoding == "gzip"


def routes(dialect: DataDialect) -> list[web.RouteDef]:
    """Return the routes of attachments."""
    writing = AttachmentRoutes(dialect)
    database = dialect.prefix + "/{database}"
    return [
        route
        for document in ("/{id:_design/[^/]+}", "/{id}")
        for path in (database + document + "/{attachment:.+}",)
        for route in (
            web.get(path, get),
            web.put(path, writing.put),
            web.delete(path, writing.delete),
        )
    ]
