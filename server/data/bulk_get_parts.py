"""`_bulk_get` answered in MIME parts, so that attachments travel as the bytes that they are."""

from collections.abc import AsyncIterator, Sequence

from aiohttp import web

from replication.core.document import StoredRevision
from replication.wire.bulk_json import NotGiven, render_not_given
from replication.wire.document_json import Shown, render_document
from server import keys
from server.data import multipart
from server.data.answers import HEADERS

Item = tuple[str | None, Sequence[StoredRevision | NotGiven]]
"""A document's id, and the revisions of it that were asked for."""

_ERROR = b'Content-Type: application/json; error="true"\r\n\r\n'
_JSON = b"Content-Type: application/json\r\n\r\n"


async def send(
    request: web.Request, kind: str, items: AsyncIterator[Item], shown: Shown
) -> web.StreamResponse:
    """Answer with a part for each revision, one after the other; `kind` is what holds the parts."""
    boundary = multipart.new_boundary()
    headers = {**HEADERS, "Content-Type": f'{kind}; boundary="{boundary}"'}
    response = web.StreamResponse(headers=headers)
    await response.prepare(request)
    mark, parts = b"\r\n--" + boundary.encode(), 0
    async for document_id, documents in items:
        for found in documents:
            parts += 1
            await response.write(mark + b"\r\n")
            async for piece in _part(request, document_id, found, shown):
                await response.write(piece)
    if parts:
        await response.write(mark + b"--\r\n")
    await response.write_eof()
    return response


async def _part(
    request: web.Request, document_id: str | None, found: StoredRevision | NotGiven, shown: Shown
) -> AsyncIterator[bytes]:
    if isinstance(found, NotGiven):
        yield _ERROR + render_not_given(document_id, found)
    elif not found.attachments:
        yield _JSON + render_document(found, shown)
    else:
        inner = multipart.new_boundary()
        name = multipart.in_a_header(found.document_id)
        yield (
            f"X-Doc-Id: {name}\r\nX-Rev-Id: {found.revision}\r\n"
            f'Content-Type: multipart/related; boundary="{inner}"\r\n\r\n'
        ).encode()
        names = frozenset(found.attachments)
        blobs = request[keys.INSTANCE].blobs
        async for piece in multipart.related(found, shown, blobs, inner, names):
            yield piece
