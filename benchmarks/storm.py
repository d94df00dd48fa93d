"""Wrong passphrases at a steady rate, as cheaply as one process can send them.

Rendered before they are due, sent over open connections, and of the answers nothing is read but
the status: what is measured beside it should wait for the server, and not for this.
"""

import asyncio
import time
from base64 import b64encode
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

CONNECTIONS = 100
TICK = 0.001
"""Seconds between two looks at what is due: a storm does not come in waves."""

GUESS = "guessed-in-the-storm"
_ANSWER = b"HTTP/1.1 "
_STATUS = 3


@dataclass(frozen=True, slots=True)
class Plan:
    """Where to, how many a second, for how long, and from how many addresses."""

    port: int
    rate: int
    seconds: float
    addresses: int
    first: int = 0
    """The number of the first guess: no guess comes twice."""
    undisturbed: bool = False
    """Whether it runs before all other processes."""


@dataclass(frozen=True, slots=True)
class Blown:
    """How often each status came, and how many seconds it blew."""

    statuses: dict[str, int]
    seconds: float

    @property
    def rate(self) -> float:
        """Answers a second."""
        return sum(self.statuses.values()) / self.seconds


class Connection(asyncio.Protocol):
    """One connection that is kept open; `statuses` is shared with the others."""

    def __init__(self, statuses: Counter[str], free: list["Connection"]) -> None:
        self._statuses = statuses
        self._free = free
        self._rest = b""
        self._transport: asyncio.WriteTransport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep where to write."""
        assert isinstance(transport, asyncio.WriteTransport)
        self._transport = transport
        self._free.append(self)

    def send(self, request: bytes) -> None:
        """Ask, and be free again once there is an answer."""
        self._transport.write(request)

    def data_received(self, data: bytes) -> None:
        """Count the answer that begins here, if one does."""
        data = self._rest + data
        at = data.rfind(_ANSWER)
        status = data[at + len(_ANSWER) : at + len(_ANSWER) + _STATUS]
        if at < 0 or len(status) < _STATUS:
            self._rest = data[-len(_ANSWER) - _STATUS :]
            return
        self._rest = b""
        self._statuses[status.decode()] += 1
        self._free.append(self)


async def blow(plan: Plan) -> Blown:
    """Ask as planned; a request for which no connection is free waits its turn."""
    statuses: Counter[str] = Counter()
    free: list[Connection] = []
    loop = asyncio.get_running_loop()
    for _ in range(CONNECTIONS):
        await loop.create_connection(lambda: Connection(statuses, free), "127.0.0.1", plan.port)
    waiting = list(requests(plan))
    waiting.reverse()
    begun = time.monotonic()
    sent, last = 0, len(waiting)
    while (spent := time.monotonic() - begun) < plan.seconds:
        due = min(int(spent * plan.rate), last)
        while sent < due and free:
            free.pop().send(waiting.pop())
            sent += 1
        await asyncio.sleep(TICK)
    return Blown(dict(statuses), time.monotonic() - begun)


def requests(plan: Plan) -> Iterator[bytes]:
    """Return all attempts: in turn by Basic, by the page's script, and as a browser sends forms."""
    doors = (_by_basic, _by_script, _by_form)
    for number in range(plan.first, plan.first + int(plan.rate * plan.seconds)):
        place = number % plan.addresses
        where = f"10.{place >> 16 & 255}.{place >> 8 & 255}.{place & 255}"
        head = f"Host: localhost:{plan.port}\r\nX-Forwarded-For: {where}\r\n"
        head += "X-Forwarded-Proto: https\r\n"
        yield doors[number % len(doors)](head, f"{GUESS}-{number}").encode()


def _by_basic(head: str, guess: str) -> str:
    login = b64encode(f"owner:{guess}".encode()).decode()
    return f"GET /couchdb/_session HTTP/1.1\r\n{head}Authorization: Basic {login}\r\n\r\n"


def _by_script(head: str, guess: str) -> str:
    return _posted(f"{head}Accept: application/json\r\n", guess)


def _by_form(head: str, guess: str) -> str:
    return _posted(f"{head}Accept: text/html,*/*;q=0.8\r\n", guess)


def _posted(head: str, guess: str) -> str:
    token = "t" * 32
    body = f"passphrase={guess}&csrf_token={token}&plain=1"
    return (
        f"POST /auth/login HTTP/1.1\r\n{head}Cookie: _csrf={token}\r\n"
        "Content-Type: application/x-www-form-urlencoded\r\n"
        f"Content-Length: {len(body)}\r\n\r\n{body}"
    )
