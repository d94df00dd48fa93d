"""The short way: requests that repeat one answered before on their connection, of another document.

Between the socket and aiohttp. The first request of its kind goes the whole way, through routing
and all middlewares, which decide who asks and what they may. Its handler may leave word how the
same is done for another document, or another question (`Repeatable`). The next request whose bytes
are the same, head and folder and method, is then answered from here, as long as all stands that the
decision rested on.

Nothing is decided here, and nothing is refused: whatever is not a plain success goes the whole way
from its beginning, so errors have one spelling. Each request is a line in the log and counts in the
figures like any other.
"""

import asyncio
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from enum import Enum, auto
from functools import lru_cache
from http import HTTPStatus
from typing import Protocol

from aiohttp import web

from server import keys
from server.http.plain_request import LONGEST_BODY, PlainRequest, body_to_come, read_plain
from server.observe.request_context import RequestContext

FRESH = 20.0
"""Seconds after which a request goes the whole way again, also so that its home is seen in use."""

_SENT = 0.01
"""Seconds until it is looked again whether an answer was taken."""

_MOST_KINDS = 8
"""Kinds of requests that one connection repeats."""

OF_DOCUMENT = frozenset({"etag", "location", "x-couch-request-id"})
"""Headers of CouchDB's answers that are about one document; the others are about the caller."""

_OF_EACH = frozenset({"content-length", "date"})
"""Headers that each answer gets here."""


@dataclass(frozen=True, slots=True)
class ShortAnswer:
    """What an answer has of its own: header lines, each with its end, a body, and a status."""

    headers: bytes
    body: bytes
    status: int = HTTPStatus.OK


class Repeatable(Protocol):
    """Does for other documents, or questions, what was done for one."""

    @property
    def own(self) -> AbstractSet[str]:
        """Headers that are not the same in all answers, in lower case."""

    def holds(self) -> bool:
        """Tell whether all still stands that the first answer rested on."""

    def read(self, name: str, body: bytes) -> ShortAnswer | None:
        """Answer a GET, or a question, at once; None for what waits or is no plain success."""

    async def write(self, name: str, body: bytes) -> ShortAnswer | None:
        """Answer a PUT once it is on the disk; None when nothing was written."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of request that was answered on a connection, and how it is answered again.

    `shared` are the header lines that all answers have; `folder` is that of the request, as it is
    logged; `until` counts the loop's time.
    """

    repeatable: Repeatable
    context: RequestContext
    folder: str
    shared: bytes
    until: float


@dataclass(frozen=True, slots=True)
class Told:
    """What came of a request: the status, the seconds it took, the bytes that were sent."""

    status: int
    seconds: float
    size: int


class Desk(Protocol):
    """What the short way needs of the house around it."""

    def date(self) -> bytes:
        """Return the time as a header line, with its end."""

    def count(self, kind: Kind, asked: PlainRequest, told: Told) -> None:
        """Take note of a request that was answered from here."""

    async def written(self, kind: Kind, asked: PlainRequest) -> ShortAnswer | None:
        """Write what is asked, while those who stop the server know of it. Raises nothing."""


class Look(Enum):
    """Whose a connection is: ours, not to be told yet, or no more ours."""

    OURS = auto()
    UNCLEAR = auto()
    GONE = auto()


class Porter(Protocol):
    """Looks at a connection between two requests, where others serve on the same port."""

    leaving: bool
    """This process serves no more: all connections go to who follows it."""

    def look(self, transport: asyncio.Transport, data: bytes) -> Look:
        """Say what becomes of a connection whose next request begins with these bytes."""


class ShortWay(asyncio.Protocol):
    """One connection: passes on to `inner`, aiohttp's protocol, what it does not answer itself.

    `porter` tells whose it is; `begun` is what another process has read of it.
    """

    def __init__(
        self,
        inner: asyncio.Protocol,
        desk: Desk,
        porter: Porter | None = None,
        begun: bytes = b"",
    ) -> None:
        self._inner = inner
        self._desk = desk
        self._porter = porter
        self._begun = begun
        self._loop = asyncio.get_running_loop()
        self._transport: asyncio.Transport | None = None
        self._kinds: dict[tuple[str, bytes, bytes], Kind] = {}
        self._passed: PlainRequest | None = None
        self._unanswered = 0
        self._body_to_come: int | None = 0
        self._held = b""
        self._writing: asyncio.Task[None] | None = None
        self._full = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        self._transport = transport  # type: ignore[assignment]
        self._inner.connection_made(transport)
        if self._begun:
            self.data_received(self._begun)

    def connection_lost(self, exc: Exception | None) -> None:
        """End; what is being written is written all the same."""
        self._transport = None
        self._inner.connection_lost(exc)

    def eof_received(self) -> bool | None:
        """Leave it to aiohttp."""
        return self._inner.eof_received()

    def pause_writing(self) -> None:
        """Answer nothing from here while the other end does not read what it was sent."""
        self._full = True
        self._inner.pause_writing()

    def resume_writing(self) -> None:
        """Go on."""
        self._full = False
        self._inner.resume_writing()

    def data_received(self, data: bytes) -> None:
        """Answer a request, or pass it on."""
        if self._writing is not None:
            self._hold(data)
            return
        data, self._held = self._held + data, b""
        if self._is_between and not self._is_ours(data):
            return
        if self._is_between and not self._full:
            asked = read_plain(data)
            if asked is not None and self._is_done(asked, data):
                return
        self._pass_on(data)

    def answered(self, request: web.BaseRequest, response: web.StreamResponse) -> None:
        """Learn from an answer that went the whole way how to give others like it."""
        self._unanswered -= 1
        if self._porter is not None and self._porter.leaving:
            self._loop.call_soon(self.leave)
        asked, self._passed = self._passed, None
        repeatable = request.get(REPEATABLE)
        if asked is None or repeatable is None or not asked.is_repeatable:
            return
        shared = _shared(response, repeatable.own)
        if shared is not None:
            if len(self._kinds) >= _MOST_KINDS:
                self._kinds.clear()
            self._kinds[_key(asked)] = Kind(
                repeatable,
                request[keys.CONTEXT],
                _folder(request.path) if asked.names_document else request.path,
                shared,
                self._loop.time() + FRESH,
            )

    def leave(self) -> None:
        """Hand the connection on as soon as nothing of it is under way here."""
        if self._is_between and self._writing is None and self._transport is not None:
            if self._transport.get_write_buffer_size():
                self._loop.call_later(_SENT, self.leave)
            elif not self._transport.is_closing():
                self._is_ours(self._held)

    def _is_ours(self, data: bytes) -> bool:
        """Tell whether a request is to be taken up here; keep what is not clear yet."""
        transport = self._transport
        if self._porter is None or transport is None or transport.is_closing():
            return True
        look = self._porter.look(transport, data)
        self._held = data if look is Look.UNCLEAR else b""
        return look is Look.OURS

    @property
    def is_learning(self) -> bool:
        """Tell whether the request under way is one that others may repeat."""
        return self._passed is not None

    @property
    def _is_between(self) -> bool:
        """Tell whether the next byte is the first of a request, and none is under way."""
        return self._unanswered == 0 and self._body_to_come == 0

    def _is_done(self, asked: PlainRequest, data: bytes) -> bool:
        """Do what is asked, or begin to; False when it has to go the whole way."""
        kind = self._kinds.get(_key(asked))
        if kind is None or self._transport is None or self._transport.is_closing():
            return False
        if asked.missing:
            self._held = data
            return True
        begun = self._loop.time()
        if begun > kind.until or not _holds(kind.repeatable):
            del self._kinds[_key(asked)]
            return False
        if asked.method == "PUT":
            self._writing = self._loop.create_task(self._write(kind, asked, data))
            return True
        answer = _read(kind.repeatable, asked)
        if answer is None:
            return False
        self._send(kind, asked, answer, begun)
        return True

    def _send(self, kind: Kind, asked: PlainRequest, answer: ShortAnswer, begun: float) -> None:
        status, length = _status_line(answer.status), b""
        if answer.status != HTTPStatus.NO_CONTENT:  # which has no length (RFC 9110 8.6)
            length = b"Content-Length: %d\r\n" % len(answer.body)
        head = (status, kind.shared, answer.headers, length, self._desk.date(), b"\r\n")
        sent = b"".join((*head, answer.body))
        if self._transport is not None:
            self._transport.write(sent)
        told = Told(answer.status, self._loop.time() - begun, len(sent))
        self._desk.count(kind, asked, told)

    async def _write(self, kind: Kind, asked: PlainRequest, data: bytes) -> None:
        begun = self._loop.time()
        answer = await self._desk.written(kind, asked)
        if answer is None:
            self._pass_on(data)
        else:
            self._send(kind, asked, answer, begun)
        self._writing = None
        if self._transport is None:
            return
        if self._held:
            self._transport.resume_reading()
            self.data_received(b"")
        elif self._porter is not None and self._porter.leaving:
            self.leave()

    def _hold(self, data: bytes) -> None:
        """Keep what comes before an answer was given; no more than a little."""
        self._held += data
        if len(self._held) > LONGEST_BODY and self._transport is not None:
            self._transport.pause_reading()

    def _pass_on(self, data: bytes) -> None:
        if self._body_to_come == 0:
            self._passed = read_plain(data) if self._unanswered == 0 else None
            self._unanswered += 1
            self._body_to_come = body_to_come(data)
        elif self._body_to_come is not None:
            self._body_to_come -= len(data)
            if self._body_to_come < 0:
                self._body_to_come = None  # from here on it is aiohttp's alone
        self._inner.data_received(data)


REPEATABLE: web.RequestKey[Repeatable] = web.RequestKey("repeatable")
"""What a handler leaves for requests like the one that it answered."""


def short_way_of(request: web.BaseRequest) -> ShortWay | None:
    """Return the short way in front of a request's connection, if there is one."""
    found = request.transport.get_protocol() if request.transport is not None else None
    return found if isinstance(found, ShortWay) else None


def is_repeatable(request: web.BaseRequest) -> bool:
    """Tell a gate whether it is worth noting what its decision rests on."""
    way = short_way_of(request)
    return way is not None and way.is_learning


def _folder(path: str) -> str:
    return path[: path.rfind("/") + 1]


def _key(asked: PlainRequest) -> tuple[str, bytes, bytes]:
    return asked.method, asked.folder, asked.head


def _holds(repeatable: Repeatable) -> bool:
    try:
        return repeatable.holds()
    except Exception:  # noqa: BLE001  # the whole way finds it too, and says it
        return False


def _read(repeatable: Repeatable, asked: PlainRequest) -> ShortAnswer | None:
    try:
        return repeatable.read(asked.name, asked.body)
    except Exception:  # noqa: BLE001  # the same
        return None


def _shared(response: web.StreamResponse, own: AbstractSet[str]) -> bytes | None:
    """Return what all answers of this kind say; None for one that gave something personal."""
    headers: Mapping[str, str] = response.headers
    if "Set-Cookie" in headers or "Content-Encoding" in headers or response.keep_alive is False:
        return None
    shared = [
        f"{name}: {value}\r\n"
        for name, value in headers.items()
        if name.lower() not in own | _OF_EACH
    ]
    return "".join(shared).encode()


@lru_cache(maxsize=16)
def _status_line(status: int) -> bytes:
    return f"HTTP/1.1 {status} {HTTPStatus(status).phrase}\r\n".encode()
