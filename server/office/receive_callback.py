"""The Document Server's reporting door: where saves arrive, and where losing one would begin."""

import contextlib
import logging

from aiohttp import web

from doctypes.files.errors import FileTreeError
from replication.core.errors import ReplicationError
from server import keys
from server.office.answers import told
from server.office.callback import Callback, CallbackMalformed, read_callback
from server.office.download import DownloadUnavailable
from server.office.links import opens_callback
from server.office.office import OFFICE, Office
from server.office.placing import SaveUnsettled
from server.office.save import Answer, Saver
from server.office.session_lock import mirror_session
from server.office.session_store import SessionMissing
from server.office.settings import OfficeSettings
from server.office.signature import BadSignature

_PASSING = (DownloadUnavailable, SaveUnsettled, FileTreeError, ReplicationError)
_REFUSALS = (BadSignature, CallbackMalformed, SessionMissing, *_PASSING)
_log = logging.getLogger(__name__)


async def receive_callback(request: web.Request) -> web.StreamResponse:
    """Take a report of the Document Server, and let it forget its copy only when ours is on disk.

    Anything that another attempt may cure answers 503, which it retries; what it must keep answers
    `error 1`; a report that proves nothing 400 (unreadable), 403 (unsigned) or 404 (unknown key).
    """
    office, instance = request.app[OFFICE], request[keys.INSTANCE]
    if office.settings is None:
        return told(1, status=404)
    try:
        callback = await _verified(request, office.settings, office.now())
        saver = await office.saver(instance, request.app[keys.HTTP_CLIENT])
        await saver.sessions.get(callback.key)
        if not opens_callback(instance.secret, callback.key, request.query.get("secret", "")):
            raise BadSignature("the address is not this key's")
        answer = await _taken(saver, office, instance.domain, callback)
        await mirror_session(instance, saver.sessions, callback.key)
    except _REFUSALS as error:
        status = _status_of(error)
        _log.warning("office callback refused", extra={"status": status, "reason": repr(error)})
        return told(1, status=status)
    return told(answer.value)


async def _verified(request: web.Request, settings: OfficeSettings, now: float) -> Callback:
    body = bytearray()
    async for piece in request.content.iter_any():
        body += piece
        if len(body) > settings.max_callback:
            raise CallbackMalformed("too large")
    header = request.headers.get(settings.jwt_header)
    return read_callback(bytes(body), header, settings.secret, now=now)


async def _taken(saver: Saver, office: Office, domain: str, callback: Callback) -> Answer:
    """Take what brings bytes in turn; a person who joins need not wait for a save to end."""
    if not callback.brings_bytes:
        return await saver.take(callback)
    async with office.locks.held("key", domain, callback.key):
        try:
            return await saver.take(callback)
        except _PASSING as error:
            # The last of the attempts may be this one, after which the editor tells nobody.
            with contextlib.suppress(ReplicationError):
                await saver.note_failure(callback, error)
            raise


def _status_of(error: Exception) -> int:
    match error:
        case CallbackMalformed():
            return 400
        case BadSignature():
            return 403
        case SessionMissing():
            return 404
    return 503
