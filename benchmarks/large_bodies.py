"""Bodies of a GiB, sent and received by the system's own calls, so that the client costs little."""

import socket
import time
from pathlib import Path

from benchmarks.http_client import Place

_PIECE = 1 << 20
_GOOD = range(200, 300)


def upload(place: Place, head: bytes, body: Path) -> float:
    """Send a request whose body is a file; return the seconds until it is answered.

    `head` was rendered with an empty body. Raises ValueError for an answer that is an error.
    """
    size = body.stat().st_size
    head = head.replace(b"Content-Length: 0\r\n", f"Content-Length: {size}\r\n".encode())
    with socket.create_connection((place.host, place.port)) as connection, body.open("rb") as file:
        begun = time.perf_counter()
        connection.sendall(head)
        connection.sendfile(file)
        answer = connection.recv(_PIECE)
        seconds = time.perf_counter() - begun
    _check(answer)
    return seconds


def download(place: Place, request: bytes) -> tuple[float, int]:
    """Send a request, and throw away what comes; return the seconds, and the size of the body."""
    buffer = bytearray(_PIECE)
    with socket.create_connection((place.host, place.port)) as connection:
        begun = time.perf_counter()
        connection.sendall(request)
        start = b""
        while b"\r\n\r\n" not in start:
            start += connection.recv(_PIECE)
        head, _, rest = start.partition(b"\r\n\r\n")
        _check(head)
        size = int(head.lower().partition(b"content-length:")[2].split(b"\r\n")[0])
        received = len(rest)
        while received < size:
            received += connection.recv_into(buffer) or size
        return time.perf_counter() - begun, received


def _check(answer: bytes) -> None:
    if int(answer[9:12]) not in _GOOD:
        raise ValueError(f"answered {answer[:300]!r}")
