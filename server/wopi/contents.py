"""Reading and writing a file over WOPI: GetFile and PutFile, and CheckFileInfo before both."""

import logging
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

import msgspec
from aiohttp import web

from doctypes.files.errors import StaleRevision
from doctypes.files.node import ROOT_ID, File
from replication.blobs.protocol import StagedBlob
from replication.core.errors import BlobMissing
from server.audit.trail import audited
from server.http.receiving import body_of
from server.office.dav_locks import EditingLocks
from server.office.decision import CopyReason, Head, Placement, SaveCopy
from server.office.formats import extension_of
from server.office.participants import author_of
from server.office.placing import Placing
from server.wopi.asked import Asked, Refusal
from server.wopi.file_info import Around, file_info, last_modified, version_of
from server.wopi.lock_rules import may_write
from server.wopi.locks import WopiLocks
from server.wopi.operations import ITEM_VERSION, LOCK

_DIALECTS = (
    ("X-COOL-WOPI-Timestamp", "COOLStatusCode"),
    ("X-LOOL-WOPI-Timestamp", "LOOLStatusCode"),
)
"""Of Collabora: the header with the time that the editor started from, and the field of 1010."""
DOCUMENT_CHANGED = 1010
SAVE_LOST = "office.save_lost"
_UNNAMED = "recovered"
_CHANGED = "the field that says so"
_log = logging.getLogger(__name__)


async def check_file_info(asked: Asked) -> web.StreamResponse:
    """Answer what the client has to know of a file."""
    file, request = asked.present, asked.request
    present = await WopiLocks(asked.home).present(file.id, asked.now)
    held_by = "" if present else await EditingLocks(asked.home).held_by(file)
    around = Around(
        f"{asked.home.owner.name}@{asked.home.domain}",
        asked.home.domain,
        f"{request.scheme}://{request.host}",
        held_by,
    )
    return _json(file_info(file, asked.access, around))


async def get_file(asked: Asked) -> web.StreamResponse:
    """Stream a file's content; 412 where it is larger than the client takes."""
    file = asked.present
    most = asked.request.headers.get("X-WOPI-MaxExpectedSize", "")
    if most.isascii() and most.isdigit() and len(most) <= _DIGITS and file.size > int(most):
        raise Refusal(412)
    pieces = asked.files.read(file)
    try:
        first = await anext(pieces, b"")
    except BlobMissing:
        raise Refusal(404) from None
    headers = {"Content-Type": "application/octet-stream", ITEM_VERSION: version_of(file)}
    response = web.StreamResponse(headers={**headers, "Cache-Control": "private, no-store"})
    response.content_length = file.size
    await response.prepare(asked.request)
    await response.write(first)
    async for piece in pieces:
        await response.write(piece)
    await response.write_eof()
    return response


async def put_file(asked: Asked) -> web.StreamResponse:
    """Take new content in, under the lock.

    What may not become the file's content any more (it is gone, or who saves lost the right) is
    kept beside it before the refusal: the client forgets what it sent.
    """
    async with asked.in_turn(), _told_where_lost(asked):
        if asked.access.role == "view":
            raise Refusal(401)
        refusal = await _refusal(asked)
        if refusal is not None and refusal.status == 409:  # noqa: PLR2004
            return _conflict(refusal)
        staged = await _staged(asked)
        try:
            if refusal is not None:
                await _rescue(asked, staged, refusal)
                raise refusal
            return await _replaced(asked, asked.present, staged)
        finally:
            await staged.discard()


@asynccontextmanager
async def _told_where_lost(asked: Asked) -> AsyncIterator[None]:
    """Leave word for the owner of a save that could not be kept anywhere.

    ONLYOFFICE asks once and forgets it, whatever the answer (office.md 2.3).
    """
    try:
        yield
    except Refusal:  # kept beside the file, or for the client to say
        raise
    except Exception as error:
        _log.error("wopi save lost", extra={"file": asked.access.file_id, "reason": repr(error)})
        name = asked.file.name if asked.file is not None else _UNNAMED
        await audited(asked.request, SAVE_LOST, name, editor=asked.access.name)
        raise


async def _refusal(asked: Asked) -> Refusal | None:
    """Return why content may not go into the file; None when it may."""
    file = asked.file
    if file is None or file.trashed:
        return Refusal(404)
    if not await asked.still_writes():
        return Refusal(401)
    present = await WopiLocks(asked.home).present(file.id, asked.now)
    if not may_write(present, asked.request.headers.get(LOCK, ""), file.size):
        return Refusal(409, {LOCK: present})
    for header, field in _DIALECTS:
        based_on = asked.request.headers.get(header)
        if based_on is not None and based_on != last_modified(file):
            return Refusal(409, {_CHANGED: field})
    return None


def _conflict(refusal: Refusal) -> web.Response:
    field = refusal.headers.pop(_CHANGED, None)
    if field is None:
        raise refusal
    return _json({field: DOCUMENT_CHANGED}, 409)


async def _staged(asked: Asked) -> StagedBlob:
    length = asked.request.content_length
    if length is not None and length > asked.settings.max_file:
        raise Refusal(413)
    return await asked.files.stage(_bounded(asked), length=length)


async def _bounded(asked: Asked) -> AsyncIterator[bytes]:
    taken = 0
    async for piece in body_of(asked.request):
        taken += len(piece)
        if taken > asked.settings.max_file:
            raise Refusal(413)
        yield piece


async def _replaced(asked: Asked, file: File, staged: StagedBlob) -> web.Response:
    by = author_of(asked.access.user_id, asked.access.name)
    try:
        saved = await asked.files.replace(file.id, staged, expected_blob=file.blob, by=by)
    except StaleRevision:  # somebody wrote while the content came
        changed = await asked.files.get(file.id)
        await _rescue(asked, staged, Refusal(409))
        _log.warning("wopi save kept beside a file that changed", extra={"file": changed.id})
        raise Refusal(409, {LOCK: ""}) from None
    _log.info("wopi save stored", extra={"file": file.id})
    told = {"LastModifiedTime": last_modified(saved)}
    return _json(told, headers={ITEM_VERSION: version_of(saved)})


async def _rescue(asked: Asked, staged: StagedBlob, refusal: Refusal) -> None:
    """Keep content beside the file, or in the root where that is gone."""
    file = asked.file
    name, parent, gone = f"{_UNNAMED}.docx", ROOT_ID, True
    if file is not None:
        name, gone = file.name, file.trashed
        parent = ROOT_ID if gone else file.dir_id
    reason = CopyReason.FILE_GONE if gone else CopyReason.PERMISSION_LOST
    copy = SaveCopy(parent, name, extension_of(name), reason)

    async def decided() -> tuple[Placement, Head | None]:
        return copy, None

    by = author_of(asked.access.user_id, asked.access.name)
    _, kept = await Placing(asked.files).place(staged, decided, by)
    told = {"file": kept.id, "status": refusal.status}
    _log.warning("wopi save kept beside its file", extra=told)


def _json(
    told: Mapping[str, object], status: int = 200, headers: dict[str, str] | None = None
) -> web.Response:
    return web.Response(
        body=msgspec.json.encode(told),
        status=status,
        headers=headers,
        content_type="application/json",
    )


_DIGITS = 18
