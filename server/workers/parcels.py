"""What processes send each other: connections with what was read of them, and news of homes.

One message is one datagram, with at most one descriptor. What was read of a connection may be more
than fits in one, so it goes in several that carry the connection's number.
"""

import socket
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum

LARGEST = 32 * 1024
"""Bytes of a datagram that any system takes."""

_NUMBER = 8
_CONNECTION, _NEWS, _LEAVING = b"c", b"n", b"g"


class Door(StrEnum):
    """Where a connection came in."""

    HOMES = "h"
    ADMIN = "a"


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of what was read of a connection."""

    door: Door
    number: bytes
    is_last: bool
    data: bytes


@dataclass(frozen=True, slots=True)
class News:
    """The home in this folder came, changed or went; `leave`: its keeper is to let go of it."""

    folder: str
    leave: bool = False


def pieces(door: Door, number: int, data: bytes) -> Iterator[bytes]:
    """Yield the messages that hand a connection over; its descriptor goes with the first."""
    head = _CONNECTION + door.encode() + number.to_bytes(_NUMBER)
    starts = range(0, len(data), LARGEST) or range(1)
    for start in starts:
        last = start + LARGEST >= len(data)
        yield head + (b"\1" if last else b"\0") + data[start : start + LARGEST]


def told(news: News) -> bytes:
    """Return the message that tells news."""
    return (_LEAVING if news.leave else _NEWS) + news.folder.encode()


def read(message: bytes) -> Piece | News:
    """Read a message. Raises ValueError."""
    kind, rest = message[:1], message[1:]
    if kind == _CONNECTION:
        last = 1 + _NUMBER
        door = Door(rest[:1].decode())
        return Piece(door, rest[1:last], rest[last : last + 1] == b"\1", rest[last + 1 :])
    if kind in (_NEWS, _LEAVING):
        return News(rest.decode(), leave=kind == _LEAVING)
    raise ValueError(f"no message of ours: {kind!r}")


@dataclass(frozen=True, slots=True)
class Arrived:
    """A connection that was handed over, and what was read of it."""

    door: Door
    connection: socket.socket
    data: bytes


@dataclass(slots=True)
class _Open:
    connection: socket.socket
    data: list[bytes] = field(default_factory=list)


class Assembly:
    """Puts pieces together; those of one connection come in order, others between them."""

    def __init__(self) -> None:
        self._open: dict[bytes, _Open] = {}

    def add(self, piece: Piece, came: socket.socket | None) -> Arrived | None:
        """Take a piece, with the connection if it came along; return what is complete.

        Raises ValueError for a piece of something that never began.
        """
        if came is not None:
            self._open[piece.number] = _Open(came)
        begun = self._open.get(piece.number)
        if begun is None:
            raise ValueError("a piece of no connection")
        begun.data.append(piece.data)
        if not piece.is_last:
            return None
        del self._open[piece.number]
        return Arrived(piece.door, begun.connection, b"".join(begun.data))
