"""Where a content is cut: at places that the bytes before them choose (FastCDC, Xia et al. 2020).

What is put in or taken out in the middle moves no cut but those near it. Lists made with other
sizes, or by another rule, are still right; they only have less in common.
"""

from collections.abc import Iterable, Iterator
from hashlib import sha256
from io import RawIOBase

from pyfastcdc import FastCDC

from replication.chunks.chunk import Chunk

SMALLEST, USUAL, LARGEST = 1 << 16, 1 << 18, 1 << 20
"""Lengths in bytes; only the last chunk of a content may be smaller."""

_AT_ONCE = 16 * LARGEST


class Cutter:
    """Cuts a content that comes piece by piece. How it came does not matter to the cuts."""

    def __init__(self) -> None:
        self._rule = _rule()
        self._waiting = bytearray()

    def feed(self, piece: bytes) -> list[Chunk]:
        """Take the next bytes; returns the chunks that are sure by now."""
        self._waiting += piece
        return self._cut(keeps_last=True) if len(self._waiting) >= _AT_ONCE else []

    def end(self) -> list[Chunk]:
        """Return the chunks that are left, when all bytes have come."""
        return self._cut(keeps_last=False)

    def _cut(self, *, keeps_last: bool) -> list[Chunk]:
        """Cut what waits. Where its last chunk ends is not known before what follows has come."""
        whole = bytes(self._waiting)
        sizes = [found.length for found in self._rule.cut_buf(whole)]
        kept = sizes.pop() if keeps_last else 0
        self._waiting = bytearray(whole[len(whole) - kept :])
        return list(_chunks(memoryview(whole), sizes))


def _rule() -> FastCDC:
    return FastCDC(USUAL, min_size=SMALLEST, max_size=LARGEST)


def _chunks(data: memoryview, sizes: Iterable[int]) -> Iterator[Chunk]:
    start = 0
    for size in sizes:
        yield Chunk(sha256(data[start : start + size]).digest(), size)
        start += size


def cut(pieces: Iterable[bytes]) -> list[Chunk]:
    """Cut a content; an empty one has no chunk."""
    cutter = Cutter()
    return [*(chunk for piece in pieces for chunk in cutter.feed(piece)), *cutter.end()]


def cut_file(file: RawIOBase) -> Iterator[Chunk]:
    """Cut a file from where it stands on; it blocks, a chunk at a time.

    It is read into one buffer again and again, which takes half of what new ones take.
    """
    return (Chunk(sha256(it.data).digest(), it.length) for it in _rule().cut_stream(file))
