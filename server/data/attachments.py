"""Attachments on their way between documents and the blob store."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from urllib.parse import quote

from aiohttp import web

from replication.blobs.protocol import BlobStore
from replication.core.attachment import Attachment
from replication.core.document import Edit, StoredRevision
from replication.core.errors import AttachmentMissing
from replication.core.revision import Revision
from replication.wire.document_json import InlineAttachment, ParsedDocument
from server import keys
from server.data import access

AT_ONCE = 8
"""Blobs on their way to the disk at a time for one request."""


async def settled(parsed: Sequence[ParsedDocument], blobs: BlobStore) -> list[Edit]:
    """Bring inline attachments to the blob store, durably, and return the edits that name them."""
    gate = asyncio.Semaphore(AT_ONCE)
    return [
        document.with_attachments(await _stored(document.inline, blobs, gate))
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


async def contents(stored: StoredRevision, blobs: BlobStore) -> dict[str, bytes]:
    """Read all attachments of a revision, for sending them inside its JSON."""
    return {
        name: b"".join([piece async for piece in blobs.read(attachment.blob)])
        for name, attachment in stored.attachments.items()
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
    response = web.StreamResponse(headers=_headers(attachment))
    response.content_length = attachment.length
    if f'"{attachment.md5}"' == request.headers.get("If-None-Match"):
        return web.Response(status=304, headers={"ETag": f'"{attachment.md5}"'})
    await response.prepare(request)
    if request.method != "HEAD":
        async for piece in request[keys.INSTANCE].blobs.read(attachment.blob):
            await response.write(piece)
    await response.write_eof()
    return response


def _headers(attachment: Attachment) -> dict[str, str]:
    return {
        "Content-Type": quote(attachment.content_type, safe="/;=+-. \"'_,*!#$&^"),
        "ETag": f'"{attachment.md5}"',
        "Content-MD5": attachment.md5,
        "Accept-Ranges": "none",
        # what an app attached must not script the home it is served from
        "Content-Security-Policy": "sandbox",
        "X-Content-Type-Options": "nosniff",
    }
