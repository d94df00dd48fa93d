"""The Document Server's reporting door: where saves arrive, and where losing one would begin."""

import logging

from aiohttp import web

from doctypes.files.errors import FileTreeError
from replication.core.errors import ReplicationError
from server import keys
from server.office.answers import told
from server.office.callback import Callback, CallbackMalformed, read_callback
from server.office.download import Download, DownloadUnavailable
from server.office.key_locks import KeyLocks
from server.office.links import opens_callback
from server.office.office import OFFICE
from server.office.save import Answer, Saver, SaveUnsettled
from server.office.session_store import SessionMissing, SessionStore
from server.office.settings import OfficeSettings
from server.office.signature import BadSignature

_REFUSALS = (
    BadSignature,
    CallbackMalformed,
    SessionMissing,
    DownloadUnavailable,
    SaveUnsettled,
    FileTreeError,
    ReplicationError,
)
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
        callback = await _verified(request, office.settings, office.clock().timestamp())
        sessions = await SessionStore.of(instance.store)
        await sessions.get(callback.key)
        if not opens_callback(instance.secret, callback.key, request.query.get("secret", "")):
            raise BadSignature("the address is not this key's")
        download = Download(request.app[keys.HTTP_CLIENT], office.settings)
        saver = Saver(instance.files, sessions, download)
        answer = await _taken(saver, office.locks, instance.domain, callback)
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


async def _taken(saver: Saver, locks: KeyLocks, domain: str, callback: Callback) -> Answer:
    """Take what brings bytes in turn; a person who joins need not wait for a save to end."""
    if not callback.brings_bytes:
        return await saver.take(callback)
    async with locks.held("key", domain, callback.key):
        return await saver.take(callback)


def _status_of(error: Exception) -> int:
    match error:
        case CallbackMalformed():
            return 400
        case BadSignature():
            return 403
        case SessionMissing():
            return 404
    return 503
