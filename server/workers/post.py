"""The boxes between processes: each has one to read, and all of them may write to it.

They are pairs of datagram sockets that the parent made, so what was sent to a process that crashed
waits for the one that follows it. Unix alone passes descriptors (unix(7), SCM_RIGHTS).
"""

import asyncio
import logging
import os
import secrets
import socket
from collections import deque
from collections.abc import Callable, Iterable

from server.workers.parcels import LARGEST, Arrived, Assembly, Door, News, Piece, pieces, read, told

_ROOM = LARGEST * 8
_HEADER = 64
_log = logging.getLogger(__name__)


def box() -> tuple[socket.socket, socket.socket]:
    """Return the end of a new box that is read, and the one that is written to."""
    reading, writing = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
    for end in (reading, writing):
        end.setblocking(False)
        end.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _ROOM)
        end.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _ROOM)
    return reading, writing


class Outbox:
    """Sends to one process: at once, or in order as soon as it has room again."""

    def __init__(self, writing: socket.socket) -> None:
        self._writing = writing
        self._waiting: deque[tuple[bytes, int | None]] = deque()

    def tell(self, news: News) -> None:
        """Send news of a home."""
        self._send(told(news), None)

    def hand_over(self, door: Door, connection: int, data: bytes) -> None:
        """Send a connection and what was read of it; the caller closes its own descriptor."""
        descriptor: int | None = os.dup(connection)
        for message in pieces(door, secrets.randbits(64), data):
            self._send(message, descriptor)
            descriptor = None

    @property
    def is_empty(self) -> bool:
        """Tell whether all was sent."""
        return not self._waiting

    def _send(self, message: bytes, descriptor: int | None) -> None:
        if self._waiting or not self._sent(message, descriptor):
            if not self._waiting:
                asyncio.get_running_loop().add_writer(self._writing, self._go_on)
            self._waiting.append((message, descriptor))

    def _go_on(self) -> None:
        while self._waiting and self._sent(*self._waiting[0]):
            self._waiting.popleft()
        if not self._waiting:
            asyncio.get_running_loop().remove_writer(self._writing)

    def _sent(self, message: bytes, descriptor: int | None) -> bool:
        try:
            if descriptor is None:
                self._writing.send(message)
            else:
                socket.send_fds(self._writing, [message], [descriptor])
        except (BlockingIOError, InterruptedError):
            return False
        except OSError as error:  # nobody reads there any more: the client sees its connection end
            _log.warning("message to another process lost", extra={"why": str(error)})
        if descriptor is not None:
            os.close(descriptor)
        return True


class Inbox:
    """Reads what the others sent; `arrived` takes connections, `heard` news."""

    def __init__(
        self,
        reading: socket.socket,
        arrived: Callable[[Arrived], None],
        heard: Callable[[News], None],
    ) -> None:
        self._reading = reading
        self._arrived = arrived
        self._heard = heard
        self._assembly = Assembly()
        self._open = False

    def open(self) -> None:
        """Begin to read, whenever something came."""
        self._open = True
        asyncio.get_running_loop().add_reader(self._reading, self.read_now)

    def close(self) -> None:
        """Read no more; what comes from now on is for who follows."""
        if self._open:
            asyncio.get_running_loop().remove_reader(self._reading)
            self._open = False

    def read_now(self) -> None:
        """Take in all that is there: whoever sent it may have told somebody since."""
        while self._open and (message := self._received()) is not None:
            self._take(*message)

    def _received(self) -> tuple[bytes, list[int]] | None:
        try:
            message, descriptors, _, _ = socket.recv_fds(self._reading, LARGEST + _HEADER, 1)
        except (BlockingIOError, InterruptedError):
            return None
        return message, descriptors

    def _take(self, message: bytes, descriptors: Iterable[int]) -> None:
        came = [socket.socket(fileno=descriptor) for descriptor in descriptors]
        try:
            match read(message):
                case News() as news:
                    self._heard(news)
                case Piece() as piece:
                    whole = self._assembly.add(piece, came[0] if came else None)
                    if whole is not None:
                        self._arrived(whole)
        except ValueError as error:
            _log.warning("message of another process not understood", extra={"why": str(error)})
