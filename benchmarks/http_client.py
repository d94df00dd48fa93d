"""An HTTP client that costs next to nothing, so that it is the server that is measured.

Requests are rendered before the clock starts, answers are taken apart after it has stopped.
"""

import asyncio
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

LAST_CHUNK = b"\r\n0\r\n\r\n"
PATIENCE = 1800.0


@dataclass(frozen=True, slots=True)
class Place:
    """Where a server listens, and what it wants to hear from those who ask."""

    host: str
    port: int
    authorization: str = ""

    def request(self, method: str, path: str, body: bytes = b"") -> bytes:
        """Return a request as it goes over the wire."""
        lines = [f"{method} {path} HTTP/1.1", f"Host: {self.host}:{self.port}"]
        lines.append("Accept: application/json")
        if self.authorization:
            lines.append(f"Authorization: {self.authorization}")
        if body or method in ("PUT", "POST"):
            lines += ["Content-Type: application/json", f"Content-Length: {len(body)}"]
        return "\r\n".join([*lines, "", ""]).encode() + body


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, as it came, and when it had come (`time.perf_counter`)."""

    status: int
    head: bytes
    raw: bytes
    at: float

    @property
    def body(self) -> bytes:
        """The body, put together again if it came in chunks."""
        if b"transfer-encoding: chunked" not in self.head:
            return self.raw
        return b"".join(_chunks(self.raw))


def _chunks(raw: bytes) -> Iterator[bytes]:
    start = 0
    while start < len(raw):
        line, _, _ = raw[start : start + 20].partition(b"\r\n")
        size = int(line, 16)
        start += len(line) + 2
        yield raw[start : start + size]
        start += size + 2


class Connection(asyncio.Protocol):
    """One connection: one request at a time."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []
        self._head: bytes | None = None
        self._missing = 0
        self._chunked = False
        self._tail = b""
        self._answer: asyncio.Future[Answer] | None = None
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport  # type: ignore[assignment]

    def connection_lost(self, exc: Exception | None) -> None:
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(exc or ConnectionError("closed before it answered"))

    def ask(self, request: bytes) -> asyncio.Future[Answer]:
        """Send a request; the answer comes later."""
        self._answer = asyncio.get_running_loop().create_future()
        if self._transport is None or self._transport.is_closing():
            self._answer.set_exception(ConnectionError("closed"))
        else:
            self._transport.write(request)
        return self._answer

    def close(self) -> None:
        """Hang up."""
        if self._transport is not None:
            self._transport.close()

    def data_received(self, data: bytes) -> None:
        if self._head is None:
            self._tail += data
            head, found, data = self._tail.partition(b"\r\n\r\n")
            if not found:
                return
            self._begin(head.lower())
            self._tail = b"\r\n"  # a body of no chunks is its last chunk alone
        self._pieces.append(data)
        if self._chunked:
            self._tail = (self._tail + data)[-len(LAST_CHUNK) :]
            ended = self._tail == LAST_CHUNK
        else:
            self._missing -= len(data)
            ended = self._missing <= 0
        if ended:
            self._end()

    def _begin(self, head: bytes) -> None:
        self._head = head
        self._chunked = b"transfer-encoding: chunked" in head
        _, named, after = head.partition(b"content-length:")
        self._missing = int(after.partition(b"\r\n")[0]) if named else 0

    def _end(self) -> None:
        answer, head = self._answer, self._head or b""
        raw = b"".join(self._pieces)
        self._pieces.clear()
        self._head, self._tail = None, b""
        if answer is not None and not answer.done():
            answer.set_result(Answer(int(head[9:12]), head, raw, time.perf_counter()))


async def connect(place: Place) -> Connection:
    """Open a connection."""
    _, connection = await asyncio.get_running_loop().create_connection(
        Connection, place.host, place.port
    )
    return connection


async def ask(place: Place, method: str, path: str, body: bytes = b"") -> Answer:
    """Ask once, on a connection of its own. Raises ValueError for an answer that is an error."""
    connection = await connect(place)
    try:
        async with asyncio.timeout(PATIENCE):
            return _good(await connection.ask(place.request(method, path, body)))
    finally:
        connection.close()


async def drive(place: Place, requests: Iterable[bytes], clients: int) -> float:
    """Send all requests from so many clients at once; return the seconds that it took."""
    connections = [await connect(place) for _ in range(clients)]
    rest = iter(requests)

    async def work(connection: Connection) -> None:
        for request in rest:
            _good(await connection.ask(request))

    begun = time.perf_counter()
    try:
        async with asyncio.timeout(PATIENCE):
            await asyncio.gather(*(work(connection) for connection in connections))
        return time.perf_counter() - begun
    finally:
        for connection in connections:
            connection.close()


def _good(answer: Answer) -> Answer:
    if answer.status >= 400:
        raise ValueError(f"answered {answer.status}: {answer.body[:300]!r}")
    return answer
