"""The files of the home that a request is for, and the locks on them."""

import uuid
from datetime import UTC, datetime

from aiohttp import web

from server import keys
from server.dav.file_resource import FileTreeBackend
from server.files.asking import author_of
from server.media.describing import describer
from server.media.media import MEDIA
from webdav.handler import DavHandler
from webdav.model.lock_manager import LockManager
from webdav.model.lock_store import MemoryLockStore


class HomeFiles:
    """Finds, for each request, who answers it.

    Locks live here and not with the open instance: an idle home is closed, and its locks hold on.
    They end with the process; what they protected is then as free as after their time.
    """

    def __init__(self) -> None:
        self._locks: dict[str, LockManager] = {}

    def __call__(self, request: web.Request) -> DavHandler:
        """Return the handler of the request's home, for its caller."""
        instance = request[keys.INSTANCE]
        # OPTIONS is answered to anybody, and touches nothing.
        principal = request.get(keys.PRINCIPAL)
        name = "" if principal is None else principal.name
        who = "" if principal is None else author_of(principal)
        describe = describer(request.app[MEDIA], instance) if MEDIA in request.app else None
        backend = FileTreeBackend(instance.files, who, describe)
        return DavHandler(backend, self._locks_of(instance.domain), name)

    def _locks_of(self, domain: str) -> LockManager:
        locks = self._locks.get(domain)
        if locks is None:
            locks = LockManager(MemoryLockStore(), _now, _new_token)
            self._locks[domain] = locks
        return locks


def _now() -> datetime:
    return datetime.now(UTC)


def _new_token() -> str:
    return uuid.uuid4().urn
