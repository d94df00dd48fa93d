"""Documents that travel with their attachments as MIME parts (CouchDB API, multipart/related).

The first part is the document's JSON; attachments that say `"follows": true` come as parts of their
own, in the JSON's order or by the file name in their Content-Disposition. They are streamed to the
blob store as they come, and streamed out of it without being held whole.
"""

import secrets
import zlib
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import replace

import msgspec
from aiohttp import BodyPartReader, web

from replication.blobs.protocol import BlobStore
from replication.core.attachment import Attachment
from replication.core.document import StoredRevision
from replication.core.errors import BlobMismatch, Invalid, TooLarge
from replication.wire.document_json import Members, Shown, encode, parse_members, render_document
from server import keys
from server.data import reading, size_limits
from server.data.answers import HEADERS
from server.data.part_reader import parts_of

PIECE = 256 * 1024  # bytes
LARGEST_DOCUMENT_PART = 64 * 1024 * 1024  # bytes


class Announced(msgspec.Struct):
    """What a document's JSON says of an attachment that follows it; lengths in bytes."""

    follows: bool = False
    content_type: str = "application/octet-stream"
    length: int | None = None
    encoded_length: int | None = None
    encoding: str | None = None
    digest: str | None = None
    revpos: int = 0


async def read_related(
    request: web.Request, *, replicated: bool
) -> tuple[Members, dict[str, Attachment]]:
    """Read a document and the attachments that follow it, bringing those to the blob store.

    Raises Invalid for parts missing or too many, BlobMismatch where a length or MD5 announced is
    not what came.
    """
    try:
        return await _read_parts(request, replicated=replicated)
    except (ValueError, EOFError) as error:  # what the parser of parts has for bad framing
        raise Invalid("bad_request", f"Not a multipart body: {error}") from None
    except web.RequestPayloadError:
        raise Invalid("bad_request", reading.UNREADABLE) from None


async def _read_parts(
    request: web.Request, *, replicated: bool
) -> tuple[Members, dict[str, Attachment]]:
    if (request.content_length or 0) > size_limits.of(request).request:
        raise TooLarge("request")
    reader = parts_of(request)
    head = await reader.next()
    if not isinstance(head, BodyPartReader):
        raise Invalid("bad_request", "The first part must be the document")
    members = parse_members(await _read_capped(head))
    announced = _announced(members)
    waiting = [name for name, found in announced.items() if found.follows]
    stored: dict[str, Attachment] = {}
    while waiting:
        part = await reader.next()
        if not isinstance(part, BodyPartReader):
            raise Invalid("bad_request", f"Attachments are missing: {', '.join(waiting)}")
        name = part.filename if part.filename in waiting else waiting[0]
        waiting.remove(name)
        revpos = announced[name].revpos if replicated else 0
        pieces = _unpacked(part, announced[name])
        pieces = size_limits.attachment_of(request, name, pieces)
        blobs = request[keys.INSTANCE].blobs
        stored[name] = await _received(blobs, pieces, announced[name], revpos)
    return members, stored


def _announced(members: Members) -> dict[str, Announced]:
    listed = members.get("_attachments")
    if listed is None:
        return {}
    try:
        return msgspec.json.decode(listed, type=dict[str, Announced])
    except msgspec.DecodeError as error:
        raise Invalid("bad_request", f"_attachments: {error}") from None


async def _read_capped(part: BodyPartReader) -> bytes:
    pieces = bytearray()
    while piece := await part.read_chunk(PIECE):
        pieces += piece
        if len(pieces) > LARGEST_DOCUMENT_PART:
            raise TooLarge("request")
    return bytes(pieces)


async def _received(
    blobs: BlobStore, pieces: AsyncIterator[bytes], announced: Announced, revpos: int
) -> Attachment:
    staged = await blobs.stage(pieces, length=announced.length)
    encoded = announced.encoding == "gzip"
    expected = None if encoded else announced.digest  # of the encoded bytes, where there are any
    if expected is not None and expected != f"md5-{staged.md5}":
        await staged.discard()
        raise BlobMismatch("md5", expected, staged.md5)
    await staged.commit()
    return Attachment(announced.content_type, staged.md5, staged.digest, staged.size, revpos)


def _unpacked(part: BodyPartReader, announced: Announced) -> AsyncIterator[bytes]:
    return _unzipped(_pieces(part)) if announced.encoding == "gzip" else _pieces(part)


async def _pieces(part: BodyPartReader) -> AsyncIterator[bytes]:
    while piece := await part.read_chunk(PIECE):
        yield bytes(piece)


async def _unzipped(pieces: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """Undo gzip: attachments are kept as they are, and compressed on the way if at all."""
    unzip = zlib.decompressobj(zlib.MAX_WBITS | 16)
    try:
        async for piece in pieces:
            rest = piece
            while rest:
                yield unzip.decompress(rest, PIECE)
                rest = unzip.unconsumed_tail
        yield unzip.flush()
        if not unzip.eof:
            raise Invalid("bad_request", "Attachment's gzip ends too early")
    except zlib.error:
        raise Invalid("bad_request", "Attachment is not gzip, as it says it is") from None


def new_boundary() -> str:
    """Return a boundary that no content holds by chance."""
    return secrets.token_hex(16)


async def send_related(
    request: web.Request,
    stored: StoredRevision,
    shown: Shown,
    names: frozenset[str],
    headers: Mapping[str, str],
) -> web.StreamResponse:
    """Answer with one document, its attachments of these names following it."""
    boundary = new_boundary()
    kind = f'multipart/related; boundary="{boundary}"'
    response = web.StreamResponse(headers={**HEADERS, **headers, "Content-Type": kind})
    await response.prepare(request)
    async for piece in related(stored, shown, request[keys.INSTANCE].blobs, boundary, names):
        await response.write(piece)
    await response.write_eof()
    return response


async def related(
    stored: StoredRevision, shown: Shown, blobs: BlobStore, boundary: str, names: frozenset[str]
) -> AsyncIterator[bytes]:
    """Write a document and its attachments of these names as a multipart/related body."""
    following = replace(shown, follow=names)
    mark = f"--{boundary}".encode()
    yield mark + b"\r\nContent-Type: application/json\r\n\r\n"
    yield render_document(stored, following)
    for name, attachment in stored.attachments.items():
        if name not in names:
            continue
        yield b"\r\n" + mark + _part_head(name, attachment)
        async for piece in blobs.read(attachment.blob):
            yield piece
    yield b"\r\n" + mark + b"--"


def _part_head(name: str, attachment: Attachment) -> bytes:
    lines = (
        "",
        f'Content-Disposition: attachment; filename="{in_a_header(name)}"',
        f"Content-Type: {in_a_header(attachment.content_type)}",
        f"Content-Length: {attachment.length}",
        "",
        "",
    )
    return "\r\n".join(lines).encode()


def in_a_header(text: str) -> str:
    """Return text as one line of a part's head can hold it: quotes and controls as in JSON."""
    return encode(text).decode()[1:-1]


async def send_mixed(
    request: web.Request, found: Sequence[StoredRevision | str], shown: Shown
) -> web.StreamResponse:
    """Answer `open_revs` with a part for each revision; of one that is missing, its name."""
    outer = new_boundary()
    kind = f'multipart/mixed; boundary="{outer}"'
    response = web.StreamResponse(headers={**HEADERS, "Content-Type": kind})
    await response.prepare(request)
    mark = f"--{outer}".encode()
    for row in found:
        await response.write(b"\r\n" + mark + b"\r\n")
        async for piece in _mixed_part(request, row, shown):
            await response.write(piece)
    await response.write(b"\r\n" + mark + b"--")
    await response.write_eof()
    return response


async def _mixed_part(
    request: web.Request, row: StoredRevision | str, shown: Shown
) -> AsyncIterator[bytes]:
    if isinstance(row, str):
        yield b'Content-Type: application/json; error="true"\r\n\r\n' + encode({"missing": row})
    elif not row.attachments:
        yield b"Content-Type: application/json\r\n\r\n" + render_document(row, shown)
    else:
        inner, names = new_boundary(), frozenset(row.attachments)
        yield f'Content-Type: multipart/related; boundary="{inner}"\r\n\r\n'.encode()
        async for piece in related(row, shown, request[keys.INSTANCE].blobs, inner, names):
            yield piece
