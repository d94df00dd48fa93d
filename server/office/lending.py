"""The doors for single contents that are lent by a signed address: old versions, pictures, changes.

What is lent goes to the Document Server, which shows its own signature besides, or to its pages in
a browser, which cannot; those addresses end within minutes.
"""

import logging
from collections.abc import AsyncIterator

from aiohttp import web

from doctypes.files.file_tree import FileTree
from doctypes.files.node import File
from replication.core.errors import BlobMissing
from server import keys
from server.office.answers import told
from server.office.history_store import HistoryStore
from server.office.links import Loan, loan_token, read_loan
from server.office.look_up import file_in
from server.office.office import OFFICE
from server.office.reader_check import check_reader
from server.office.settings import OfficeSettings
from server.office.signature import BadSignature

PAST, PICTURE, CHANGES = "past", "picture", "changes"
_LIFETIME = 1800
_HEADERS = {
    "Content-Type": "application/octet-stream",
    "Content-Disposition": "attachment",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "private, no-store",
}
_log = logging.getLogger(__name__)


def lent(
    request: web.Request, settings: OfficeSettings, loan: Loan, *, to_browser: bool = False
) -> str:
    """Return the address under which something is lent for half an hour."""
    home, now = request[keys.HOME], request.app[OFFICE].now()
    own = f"{request.scheme}://{request.host}"
    base = own if to_browser or not settings.callback_base else settings.callback_base
    token = loan_token(home.secret, loan, int(now + _LIFETIME))
    return f"{base.replace('{domain}', home.domain).rstrip('/')}/office/lent/{token}"


async def send_lent(request: web.Request) -> web.StreamResponse:
    """Stream what is lent. Answers 403 to a forged or old address, 404 to what is gone."""
    office, home = request.app[OFFICE], request[keys.INSTANCE]
    loan = read_loan(home.secret, request.match_info["token"], office.now())
    if office.settings is None or loan is None:
        return told(1, status=403)
    if loan.kind == PAST:
        try:
            check_reader(request, office.settings, office.now())
        except BadSignature as error:
            _log.warning("office content refused", extra={"reason": str(error)})
            return told(1, status=403)
    found = await _blob_of(request, loan)
    if found is None:
        return told(1, status=404)
    return await _streamed(request, *found)


async def _blob_of(request: web.Request, loan: Loan) -> tuple[str, int] | None:
    home = request[keys.INSTANCE]
    if loan.kind == CHANGES:
        return await HistoryStore(home.store, home.blobs).changes(loan.file_id, loan.blob)
    file = await file_in(home.files, loan.file_id)
    if file is None or file.trashed:
        return None
    return await _own_content(home.files, file, loan.blob)


async def _own_content(files: FileTree, file: File, blob: str) -> tuple[str, int] | None:
    if file.blob == blob:
        return blob, file.size
    for version in await files.versions_of(file.id):
        if version.blob == blob:
            return blob, version.size
    return None


async def _streamed(request: web.Request, blob: str, size: int) -> web.StreamResponse:
    pieces: AsyncIterator[bytes] = request[keys.INSTANCE].blobs.read(blob)
    try:
        first = await anext(pieces, b"")
    except BlobMissing:
        return told(1, status=404)
    response = web.StreamResponse(headers=_HEADERS)
    response.content_length = size
    await response.prepare(request)
    await response.write(first)
    async for piece in pieces:
        await response.write(piece)
    await response.write_eof()
    return response
