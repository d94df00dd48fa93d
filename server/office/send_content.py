"""The Document Server's reading door: the content that a document key stands for."""

import logging

from aiohttp import web
from msgspec import structs

from doctypes.files.file_tree import FileTree
from replication.core.errors import BlobMissing
from server import keys
from server.office.answers import told
from server.office.links import read_content_token
from server.office.look_up import file_in
from server.office.office import OFFICE
from server.office.reader_check import check_reader
from server.office.session import EditingSession
from server.office.session_store import SessionMissing, SessionStore
from server.office.signature import BadSignature

_log = logging.getLogger(__name__)
_HEADERS = {
    "Content-Type": "application/octet-stream",
    "Content-Disposition": "attachment",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "private, no-store",
}


async def send_content(request: web.Request) -> web.StreamResponse:
    """Stream the content that a session is based on to the Document Server.

    Answers 403 to a token that is forged or has ended and to a signature that is not for this very
    address, 404 when the file or that content of it is gone.
    """
    office, instance = request.app[OFFICE], request[keys.INSTANCE]
    token = request.match_info["token"]
    key = read_content_token(instance.secret, token, office.clock().timestamp())
    if office.settings is None or key is None:
        return told(1, status=403)
    try:
        check_reader(request, office.settings, office.clock().timestamp())
        session = await (await SessionStore.of(instance.store)).get(key)
    except BadSignature as error:
        _log.warning("office content refused", extra={"reason": str(error)})
        return told(1, status=403)
    except SessionMissing:
        return told(1, status=404)
    return await _stream_base(request, instance.files, session)


async def _stream_base(
    request: web.Request, files: FileTree, session: EditingSession
) -> web.StreamResponse:
    """Send the content that the key stands for, even when the file has moved on meanwhile."""
    file = await file_in(files, session.target_file)
    if file is None:
        return told(1, status=404)
    based_on = structs.replace(file, blob=session.base_blob, size=session.base_size)
    pieces = files.read(based_on)
    try:
        first = await anext(pieces, b"")
    except BlobMissing:
        return told(1, status=404)
    response = web.StreamResponse(headers=_HEADERS)
    response.content_length = session.base_size
    await response.prepare(request)
    await response.write(first)
    async for piece in pieces:
        await response.write(piece)
    await response.write_eof()
    return response
