"""One request to a CouchDB, and which answers mean to come again later."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import TypeVar

import msgspec
from aiohttp import ClientError, ClientResponse, ClientSession, ClientTimeout
from yarl import URL

from replication.couch.address import Address
from replication.couch.related import RelatedBody
from replication.replicator.peer import PeerRefused, PeerUnreachable

T = TypeVar("T")

LARGEST_ANSWER = 512 * 1024 * 1024
"""Bytes of one JSON answer: a batch of documents, whose attachments travel apart when large."""

PIECE = 256 * 1024
_SILENCE = 90.0  # seconds without a byte after which nobody is there any more
_ANSWERS = frozenset({200, 201, 202, 404, 409, 412, 413})
_LATER = frozenset({408, 423, 425, 429})


@dataclass(frozen=True, slots=True)
class Answer:
    """A status that the caller knows what to do with, and the body."""

    status: int
    body: bytes


class _Error(msgspec.Struct):
    error: str = ""
    reason: str = ""


class CouchClient:
    """Asks one database."""

    def __init__(self, session: ClientSession, address: Address) -> None:
        self._session = session
        self.address = address

    async def ask(
        self,
        method: str,
        *path: str,
        parameters: Mapping[str, str] | None = None,
        body: bytes | RelatedBody | None = None,
        patience: float = 0.0,
        also: frozenset[int] = frozenset(),
    ) -> Answer:
        """Return the answer, when it is good, missing, a conflict, too large, or in `also`.

        The server may take `patience` seconds more than usual. Raises PeerUnreachable, PeerRefused.
        """
        url = _url(self.address.path(*path), parameters)
        try:
            async with self._session.request(
                method,
                url,
                data=_data(body),
                headers=self._headers(body),
                timeout=ClientTimeout(total=None, sock_connect=30, sock_read=patience + _SILENCE),
                allow_redirects=False,  # a login is for this host alone
            ) as response:
                answer = Answer(response.status, await self._read(response))
        except (ClientError, TimeoutError, asyncio.IncompleteReadError, OSError) as error:
            raise self.unreachable(f"{type(error).__name__}: {error}") from None
        except ValueError:  # a host that no name server would be asked for
            raise self._unspeakable() from None
        if answer.status in _ANSWERS or answer.status in also:
            return answer
        raise self._error(answer)

    async def stream(
        self, *path: str, parameters: Mapping[str, str] | None = None
    ) -> AsyncIterator[bytes]:
        """Give the body of a GET piece by piece. Raises PeerUnreachable, PeerRefused."""
        url = _url(self.address.path(*path), parameters)
        timeout = ClientTimeout(total=None, sock_connect=30, sock_read=_SILENCE)
        try:
            async with self._session.get(
                url, headers=self.address.headers, timeout=timeout, allow_redirects=False
            ) as response:
                if response.status != 200:  # noqa: PLR2004  # the one status with the bytes
                    raise self._error(Answer(response.status, await self._read(response)))
                async for piece in response.content.iter_chunked(PIECE):
                    yield piece
        except (ClientError, TimeoutError, OSError) as error:
            raise self.unreachable(f"{type(error).__name__}: {error}") from None
        except ValueError:  # a host that no name server would be asked for
            raise self._unspeakable() from None

    def decode(self, answer: Answer, kind: type[T]) -> T:
        """Read an answer. Raises PeerUnreachable for what no CouchDB would answer."""
        try:
            return msgspec.json.decode(answer.body, type=kind)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            raise self.unreachable("the answer is not what a CouchDB would say") from None

    def unreachable(self, why: str) -> PeerUnreachable:
        """Return the error for an answer that may be better next time."""
        return PeerUnreachable(self.address.url, why)

    def _headers(self, body: bytes | RelatedBody | None) -> dict[str, str]:
        headers = {"Accept": "application/json", **self.address.headers}
        if isinstance(body, RelatedBody):
            headers["Content-Type"] = body.content_type
            headers["Content-Length"] = str(body.length)
        elif body is not None:
            headers["Content-Type"] = "application/json"
        return headers

    def _unspeakable(self) -> PeerRefused:
        return PeerRefused(self.address.url, 400, "bad_request", "No request can be made of this.")

    async def _read(self, response: ClientResponse) -> bytes:
        pieces: list[bytes] = []
        size = 0
        async for piece in response.content.iter_chunked(PIECE):
            size += len(piece)
            if size > LARGEST_ANSWER:
                raise PeerRefused(
                    self.address.url, response.status, "too_large", "The answer is too large."
                )
            pieces.append(piece)
        return b"".join(pieces)

    def _error(self, answer: Answer) -> PeerRefused | PeerUnreachable:
        try:
            said = msgspec.json.decode(answer.body, type=_Error)
        except (msgspec.DecodeError, UnicodeDecodeError):
            said = _Error()
        if answer.status >= 500 or answer.status in _LATER:  # noqa: PLR2004
            return self.unreachable(f"{answer.status} {said.error}: {said.reason}")
        return PeerRefused(
            self.address.url, answer.status, said.error or "error", said.reason or "no reason given"
        )


def document_path(document_id: str) -> tuple[str, ...]:
    """Return the parts of a document's path; the slash of a design document's id is one."""
    if document_id.startswith("_design/"):
        return ("_design", document_id.removeprefix("_design/"))
    return (document_id,)


def _data(body: bytes | RelatedBody | None) -> BytesIO | AsyncIterator[bytes] | None:
    if isinstance(body, RelatedBody):
        return body.pieces()
    return None if body is None else BytesIO(body)


def _url(path: str, parameters: Mapping[str, str] | None) -> URL:
    url = URL(path, encoded=True)
    return url.with_query(dict(parameters)) if parameters else url
