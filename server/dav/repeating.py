"""Reading and writing small files the short way: what a request leaves for others like it.

All is asked of a handler that is made anew, so what it rests on besides the caller (locks, what is
left out of a device) is looked at as ever; spared is the way to it.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from http import HTTPMethod, HTTPStatus
from pathlib import Path

from aiohttp import web

from server import keys
from server.audit.counting import count_change
from server.auth.standing import Standing
from server.http.at_once import at_once
from server.http.short_way import REPEATABLE, ShortAnswer
from webdav.handler import DavHandler
from webdav.message import Body, DavRequest, DavResponse, FileSlice

LARGEST = 1 << 16
"""Bytes of a file that is read for an answer on the spot."""

HandlerOf = Callable[[web.Request], Awaitable[DavHandler]]

_ANSWERED = frozenset({HTTPStatus.OK, HTTPStatus.CREATED, HTTPStatus.NO_CONTENT})


@dataclass(frozen=True, slots=True)
class RepeatedFiles:
    """Files of one folder, as `request` was answered about one of them.

    `asked` is that one as the library had it, and `folder` its path up to the name, with the slash.
    """

    request: web.Request
    standing: Standing
    handler_of: HandlerOf
    asked: DavRequest
    folder: str
    own: frozenset[str]

    def holds(self) -> bool:
        """Tell whether the caller may still do what they did."""
        return self.standing.holds()

    def read(self, name: str, body: bytes) -> ShortAnswer | None:
        """Read a file that is not large."""
        del body  # a GET has none
        response = at_once(self._answer(name, self.asked.headers))
        content = _content(response.body) if response.status is HTTPStatus.OK else None
        return None if content is None else ShortAnswer(_lines(response), content, response.status)

    async def write(self, name: str, body: bytes) -> ShortAnswer | None:
        """Give a file its content, or make it."""
        headers = {**self.asked.headers, "content-length": str(len(body))}
        response = await self._answer(name, headers, body)
        if response.status not in _ANSWERED or response.body:
            return None
        count_change(self.request, response.status)
        return ShortAnswer(_lines(response), b"", response.status)

    async def _answer(
        self, name: str, headers: Mapping[str, str], body: bytes = b""
    ) -> DavResponse:
        handler = await self.handler_of(self.request)
        asked = replace(self.asked, target=self.folder + name, headers=headers, body=_pieces(body))
        return await handler.handle(asked)


def offer(
    request: web.Request, handler_of: HandlerOf, asked: DavRequest, response: DavResponse
) -> None:
    """Leave word how requests like this one, which was answered, are answered for other files."""
    standing = request.get(keys.STANDING)
    if standing is None or response.status not in _ANSWERED or "?" in asked.target:
        return
    if asked.method == HTTPMethod.GET and not isinstance(response.body, FileSlice):
        return
    own = frozenset(name.lower() for name in response.headers)
    folder = asked.target[: asked.target.rfind("/") + 1]
    request[REPEATABLE] = RepeatedFiles(request, standing, handler_of, asked, folder, own)


def _content(body: Body) -> bytes | None:
    """Return the bytes of a body that is not large; None for one that is, or comes in pieces."""
    if not isinstance(body, FileSlice):
        return body if isinstance(body, bytes) else None
    size = body.stop - body.start
    if size > LARGEST:
        return None
    with Path(body.path).open("rb", buffering=0) as file:
        file.seek(body.start)
        content = file.read(size)
    return content if len(content) == size else None


def _lines(response: DavResponse) -> bytes:
    """Return the headers of an answer as they are sent, but for its length."""
    lines = [
        f"{name}: {value}\r\n"
        for name, value in response.headers.items()
        if name != "Content-Length"
    ]
    return "".join(lines).encode()


async def _pieces(body: bytes) -> AsyncIterator[bytes]:
    if body:
        yield body
