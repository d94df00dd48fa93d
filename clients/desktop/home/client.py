"""One request to a home with the device's token, which is refreshed when it is no longer good."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiohttp import ClientError, ClientResponse, ClientSession, ClientTimeout, hdrs
from multidict import CIMultiDict
from yarl import URL

from clients.desktop.home.answers import json_of, member
from clients.desktop.home.credentials import Credentials
from clients.desktop.home.port import Revoked, Unreachable
from clients.desktop.home.refusals import is_token_refused, refusal

SILENCE = 60.0
"""Seconds without a byte after which nobody is there any more."""
_LARGEST_ANSWER = 64 << 20
_OK = frozenset({200, 201, 204, 206})

Body = Callable[[], AsyncIterator[bytes]]


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked: a path below the home's address, encoded, and what goes with it.

    `patience` is how many seconds more than usual the answer may take. `body` is asked for anew
    when the request is made again with another token.
    """

    method: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    json: object = None
    body: Body | None = None
    patience: float = 0.0


@dataclass(frozen=True, slots=True)
class Answer:
    """A success; headers are found in any case."""

    headers: CIMultiDict[str]
    body: bytes


class HomeClient:
    """Asks one home. `kept` is told of new credentials, and is to write them down."""

    def __init__(
        self, session: ClientSession, credentials: Credentials, kept: Callable[[Credentials], None]
    ) -> None:
        self._session = session
        self._kept = kept
        self._refreshing = asyncio.Lock()
        self.credentials = credentials

    async def ask(self, request: Request) -> Answer:
        """Return the answer, if it is a success. Raises HomeError's kinds."""
        async with self.opened(request) as response:
            with connection_named():
                return Answer(CIMultiDict(response.headers), await _body(response))

    @asynccontextmanager
    async def opened(self, request: Request) -> AsyncIterator[ClientResponse]:
        """Open an answer whose body is yet to be read, if it is a success. Raises HomeError."""
        token = self.credentials.access_token
        response = await self._send(request, token)
        if response.status in (400, 401) and is_token_refused(response.headers):
            response.close()
            await self._refresh(token)
            response = await self._send(request, self.credentials.access_token)
        try:
            if response.status not in _OK:
                with connection_named():
                    told = await _body(response)
                has_body = request.method != hdrs.METH_HEAD
                raise refusal(response.status, response.headers, told, has_body=has_body)
            yield response
        finally:
            response.close()

    async def _send(self, request: Request, token: str) -> ClientResponse:
        url = URL(self.credentials.address + request.path, encoded=True)
        silence = SILENCE + request.patience
        body = _Watched(request.body()) if request.body is not None else None
        try:
            with connection_named():
                return await self._session.request(
                    request.method,
                    url.with_query(dict(request.query)) if request.query else url,
                    headers={hdrs.AUTHORIZATION: f"Bearer {token}", **request.headers},
                    json=request.json,
                    data=body.pieces() if body else None,
                    timeout=ClientTimeout(None, sock_connect=30, sock_read=silence),
                    allow_redirects=False,  # the token is for this home alone
                )
        except Unreachable:
            if body is not None and body.failure is not None:
                raise body.failure from None
            raise

    async def _refresh(self, refused: str) -> None:
        """Get another access token, unless somebody did meanwhile. Raises Revoked, Unreachable."""
        async with self._refreshing:
            if self.credentials.access_token != refused:
                return
            held = self.credentials
            form = {
                "grant_type": "refresh_token",
                "refresh_token": held.refresh_token,
                "client_id": held.client_id,
                "client_secret": held.client_secret,
            }
            url = f"{held.address}/auth/access_token"
            with connection_named():
                async with self._session.post(
                    url, data=form, allow_redirects=False, timeout=ClientTimeout(SILENCE)
                ) as response:
                    status, headers, body = response.status, response.headers, await _body(response)
            token = member(json_of(body), "access_token")
            if status == 200 and isinstance(token, str):  # noqa: PLR2004
                self.credentials = held.with_access(token)
                self._kept(self.credentials)
            elif status in (400, 401, 403):
                raise Revoked("this device is no longer let in")
            else:
                raise refusal(status, headers, body)


class _Watched:
    """A body that remembers what broke it: aiohttp tells of a lost connection only."""

    def __init__(self, body: AsyncIterator[bytes]) -> None:
        self._body = body
        self.failure: Exception | None = None

    async def pieces(self) -> AsyncIterator[bytes]:
        try:
            async for piece in self._body:
                yield piece
        except Exception as error:
            self.failure = error
            raise


class connection_named:  # noqa: N801  # reads as what it does
    """Raise Unreachable in place of what can go wrong with a connection."""

    def __enter__(self) -> None:
        """Begin."""

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        """Name what went wrong."""
        if isinstance(error, ClientError | TimeoutError | OSError | asyncio.IncompleteReadError):
            raise Unreachable(f"{type(error).__name__}: {error}".rstrip(": ")) from error


async def _body(response: ClientResponse) -> bytes:
    pieces, size = [], 0
    async for piece in response.content.iter_any():
        size += len(piece)
        if size > _LARGEST_ANSWER:
            raise Unreachable("the answer is too large")
        pieces.append(piece)
    return b"".join(pieces)
