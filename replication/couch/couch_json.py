"""What travels between us and a CouchDB: documents with history and attachments, as JSON."""

import base64
from collections.abc import AsyncIterator, Callable, Mapping
from functools import partial

import msgspec

from replication.core.errors import Invalid
from replication.core.revision import Revision
from replication.replicator.peer import Travelling, TravellingAttachment
from replication.wire.document_json import encode, parse_document, parse_members


class Stub(msgspec.Struct):
    """What a document says of an attachment whose bytes are not in it."""

    content_type: str = "application/octet-stream"
    length: int = 0
    revpos: int = 0
    data: str | None = None


Reader = Callable[[str], AsyncIterator[bytes]]
"""Gives the bytes of the attachment of this name."""


def stubs_of(text: bytes) -> dict[str, Stub]:
    """Return what a document's JSON says of its attachments. Raises Invalid."""
    listed = parse_members(text).get("_attachments")
    if listed is None:
        return {}
    try:
        return msgspec.json.decode(listed, type=dict[str, Stub])
    except msgspec.DecodeError:
        raise Invalid("bad_request", "_attachments are not what they should be") from None


def parse_travelling(text: bytes, reader_of: Callable[[str, Revision], Reader]) -> Travelling:
    """Read a document; `reader_of` id and revision reads the attachments that are not inside.

    Raises Invalid.
    """
    stubs = stubs_of(text)
    parsed = parse_document(parse_members(text), replicated=True)
    edit = parsed.edit
    history = edit.history or ()
    read = reader_of(edit.document_id, history[0])
    attachments = {
        name: _attachment(stub, partial(read, name))
        if name not in parsed.inline
        else _inside(stub, parsed.inline[name].data)
        for name, stub in stubs.items()
    }
    return Travelling(edit.document_id, history, edit.deleted, edit.body, attachments)


def _attachment(stub: Stub, read: Callable[[], AsyncIterator[bytes]]) -> TravellingAttachment:
    return TravellingAttachment(stub.content_type, stub.revpos, stub.length, read)


def _inside(stub: Stub, data: bytes) -> TravellingAttachment:
    return TravellingAttachment(
        stub.content_type, stub.revpos, len(data), partial(_one_piece, data)
    )


async def _one_piece(data: bytes) -> AsyncIterator[bytes]:
    yield data


async def render_travelling(document: Travelling) -> bytes:
    """Write a document with its history, and the bytes of its attachments inside."""
    return render_head(document, await _with_bytes(document.attachments))


def render_head(document: Travelling, attachments: Mapping[str, Mapping[str, object]]) -> bytes:
    """Write a document with its history, and these facts of its attachments."""
    head: dict[str, object] = {
        "_id": document.document_id,
        "_rev": str(document.history[0]),
        "_revisions": {
            "start": document.history[0].generation,
            "ids": [revision.digest for revision in document.history],
        },
    }
    if document.deleted:
        head["_deleted"] = True
    if attachments:
        head["_attachments"] = attachments
    rest = document.body[1:-1]
    return encode(head)[:-1] + (b"," + rest if rest.strip() else b"") + b"}"


async def _with_bytes(
    attachments: Mapping[str, TravellingAttachment],
) -> dict[str, dict[str, object]]:
    return {
        name: {
            "content_type": attachment.content_type,
            "revpos": attachment.revpos,
            "data": base64.b64encode(
                b"".join([piece async for piece in attachment.read()])
            ).decode(),
        }
        for name, attachment in attachments.items()
    }
