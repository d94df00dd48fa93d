"""A request of the WOPI client: whose token, for which file, and whether the client sent it."""

import logging
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass

import msgspec
from aiohttp import web

from doctypes.files.errors import FileTreeError, IllegalName, QuotaExceeded, TooDeep
from doctypes.files.file_tree import FileTree
from doctypes.files.node import File
from replication.core.errors import BlobMismatch, ReplicationError
from server import keys
from server.devices.device import devices_of
from server.instances.instance import Instance
from server.office.look_up import file_in
from server.office.office import OFFICE
from server.office.participants import may_still_read, may_still_write
from server.office.rights import VIEW
from server.wopi.discovery import ClientUnreachable
from server.wopi.proof import ProofWrong, check_proof
from server.wopi.settings import WopiSettings
from server.wopi.tokens import Access, AccessTokens, TokenWrong
from server.wopi.wopi import WOPI
from webdav.message import BodyIncomplete

TOKEN = "access_token"  # noqa: S105  # the parameter's name
_log = logging.getLogger(__name__)


class Refusal(Exception):
    """A request is answered with a status, and headers that say more."""

    def __init__(self, status: int, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(str(status))
        self.status = status
        self.headers = dict(headers or {})


@dataclass(frozen=True, slots=True)
class Asked:
    """One request; `file` may be in the trash, or None: gone."""

    request: web.Request
    settings: WopiSettings
    home: Instance
    access: Access
    file: File | None
    now: float

    @property
    def files(self) -> FileTree:
        """The home's files."""
        return self.home.files

    @property
    def present(self) -> File:
        """The file. Raises Refusal 404 where it is gone, or in the trash."""
        if self.file is None or self.file.trashed:
            raise Refusal(404)
        return self.file

    @property
    def base(self) -> str:
        """This home's address as the client reaches it."""
        return base_of(self.request, self.settings)

    def in_turn(self) -> AbstractAsyncContextManager[None]:
        """Wait until no other request about the file is under way, and keep them waiting."""
        locks = self.request.app[OFFICE].locks
        return locks.held("wopi", self.home.domain, self.access.file_id)

    async def still_writes(self) -> bool:
        """Tell whether who has the token may change the file, now too."""
        if self.access.role == VIEW:
            return False
        if self.file is None:
            return True
        return await may_still_write(self.home, self.access.user_id, self.file, self.now)

    async def require_write(self) -> None:
        """Raise Refusal 401 unless the file may be changed."""
        if not await self.still_writes():
            raise Refusal(401)


Handler = Callable[[Asked], Awaitable[web.StreamResponse]]


def wopi_door(handler: Handler) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    """Make a handler of requests: refusals become the statuses that MS-WOPI has for them."""

    async def respond(request: web.Request) -> web.StreamResponse:
        try:
            return await handler(await _asked(request))
        except Refusal as refusal:
            return web.Response(status=refusal.status, headers=refusal.headers)
        except (IllegalName, TooDeep) as error:
            return web.Response(status=400, headers={"X-WOPI-InvalidFileNameError": _plain(error)})
        except QuotaExceeded:
            return web.Response(status=413)
        except (BlobMismatch, BodyIncomplete):
            return web.Response(status=400)
        except (FileTreeError, ReplicationError) as error:
            _log.warning("wopi request failed", extra={"reason": repr(error)})
            return web.Response(status=500)

    return respond


def base_of(request: web.Request, settings: WopiSettings) -> str:
    """Return a home's address as the client reaches it, without a slash at the end."""
    home = request.get(keys.HOME) or request[keys.INSTANCE]
    own = settings.host_base or f"{request.scheme}://{request.host}"
    return own.replace("{domain}", home.domain).rstrip("/")


async def _asked(request: web.Request) -> Asked:
    wopi, home, now = request.app[WOPI], request[keys.INSTANCE], request.app[OFFICE].now()
    if wopi.settings is None or wopi.discovery is None:
        raise Refusal(404)
    token, file_id = request.query.get(TOKEN, ""), request.match_info["id"]
    try:
        access = AccessTokens(home.secret).read(token, file_id, now)
    except (TokenWrong, ValueError, msgspec.MsgspecError):
        raise Refusal(401) from None
    await _check_sender(request, token, now)
    file = await file_in(home.files, file_id)
    if access.device and await devices_of(home.store).get(access.device) is None:
        raise Refusal(401)
    saves = request.method == "POST" and request.path.endswith("/contents")  # never in vain
    if file is not None and not (saves or await may_still_read(home, access.user_id, file, now)):
        raise Refusal(401)
    return Asked(request, wopi.settings, home, access, file, now)


async def _check_sender(request: web.Request, token: str, now: float) -> None:
    """Raise Refusal 500 unless the client signed the request, where it has keys (MS-WOPI)."""
    wopi = request.app[WOPI]
    if wopi.settings is None or wopi.discovery is None or not wopi.settings.check_proof:
        return
    url = base_of(request, wopi.settings) + request.raw_path
    wrong: Exception | None = None
    for doubted in (False, True):
        try:
            keys_of_client = (await wopi.discovery.get(doubted=doubted)).keys
            if keys_of_client is not None:
                check_proof(keys_of_client, request.headers, token, url, now=now)
        except (ProofWrong, ClientUnreachable) as error:
            wrong = error
        else:
            return
    _log.warning("wopi request not proven", extra={"reason": str(wrong)})
    raise Refusal(500)


def _plain(error: Exception) -> str:
    return "".join(each for each in str(error) if " " <= each <= "~")[:200]
