"""Which blocks of a content are there, and which a read still needs. Pure."""

from collections.abc import Iterator

BLOCK = 1 << 20
"""Bytes: what is fetched at once at least."""
_BITS = 8


def count(size: int) -> int:
    """Return of how many blocks a content is."""
    return -(-size // BLOCK)


def touched(size: int, start: int, stop: int) -> range:
    """Return the blocks that hold bytes from `start` to before `stop`."""
    stop = min(stop, size)
    return range(start // BLOCK, count(stop)) if start < stop else range(0)


def ranges(blocks: Iterator[int] | range, size: int) -> Iterator[tuple[int, int]]:
    """Yield spans of bytes that blocks make, neighbours together; blocks are in order."""
    begun: int | None = None
    before = -1
    for block in blocks:
        if begun is not None and block != before + 1:
            yield begun * BLOCK, min((before + 1) * BLOCK, size)
            begun = None
        begun, before = block if begun is None else begun, block
    if begun is not None:
        yield begun * BLOCK, min((before + 1) * BLOCK, size)


class Have:
    """A bit for each block that is there."""

    def __init__(self, blocks: int, bits: bytes = b"") -> None:
        self.blocks = blocks
        length = -(-blocks // _BITS)
        self._bits = bytearray(bits[:length].ljust(length, b"\0"))

    def add(self, block: int) -> None:
        """Note that a block is there."""
        self._bits[block // _BITS] |= 1 << block % _BITS

    def __contains__(self, block: int) -> bool:
        return bool(self._bits[block // _BITS] & 1 << block % _BITS)

    def __bytes__(self) -> bytes:
        return bytes(self._bits)

    def __len__(self) -> int:
        return sum(bits.bit_count() for bits in self._bits)

    @property
    def is_whole(self) -> bool:
        """Tell whether all blocks are there."""
        return len(self) == self.blocks

    def missing(self, wanted: range) -> Iterator[int]:
        """Yield those of some blocks that are not there."""
        return (block for block in wanted if block not in self)
