"""The table of the order of strings in memory: what each character adds to a key.

Kept as a few arrays of bytes, under a megabyte, and read when the first text comes that is not
ASCII. `docs/formats/collation.md` tells how the file is laid out.
"""

import lzma
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_FILE = Path(__file__).parent / "tables" / "unicode_order.bin"
_HEAD = struct.Struct("16sBBB256s128s128s")
_EXPANSION = 1
_PAGE = 256
_HANGUL = range(0xAC00, 0xD7A4)
_SURROGATES = range(0xD800, 0xE000)
_REPLACEMENT = 0xFFFD

Levels = tuple[bytes, bytes, bytes]
"""What something adds to the three levels of a key."""


@dataclass(frozen=True, slots=True)
class Head:
    """The beginning of the file: enough for ASCII, and small."""

    version: str
    unassigned: int
    """First byte of characters without a place; their code points follow."""

    common_second: bytes
    common_third: bytes
    """What most characters add to the second and third levels."""

    widths: bytes
    """Length of a code on the first level, by its first byte."""

    ascii_first: bytes
    ascii_third: bytes
    """What ASCII adds to the first and third levels, 0 for nothing."""


def read_head() -> Head:
    """Return what the file begins with."""
    with _FILE.open("rb") as file:
        name, unassigned, second, third, *rest = _HEAD.unpack(file.read(_HEAD.size))
    return Head(name.decode().strip(), unassigned, bytes((second,)), bytes((third,)), *rest)


class Table:
    """What characters and contractions add to keys."""

    def __init__(self, head: Head, packed: bytes) -> None:
        sections = _sections(lzma.decompress(packed))
        self._head = head
        pages, *planes, begins, additions, contractions, marks, firsts, lasts = sections
        self._pages = struct.unpack(f">{len(pages) // 2}H", pages)
        self._planes = planes
        self._begins = struct.unpack(f">{len(begins) // 2}H", begins)
        self._additions = additions
        strings = contractions.decode().split("\n")
        expansions = len(self._begins) - len(strings)
        self.contractions = {string: place for place, string in enumerate(strings, expansions)}
        """Strings that do not sort as their characters one by one would, and their places."""

        classes = zip(firsts, lasts, strict=True)
        self.marks = dict(zip(marks.decode(), classes, strict=True))
        """Characters that begin with a combining mark: classes of their first and last marks."""

    def character(self, point: int) -> Levels:
        """Return what a character adds. What is half a character counts as U+FFFD."""
        if point in _HANGUL:
            return self._syllable(point)
        if point in _SURROGATES:
            point = _REPLACEMENT
        at = self._pages[point // _PAGE] * _PAGE + point % _PAGE
        entry = bytes(plane[at] for plane in self._planes)
        lead = entry[0]
        if lead == _EXPANSION:
            return self.addition(entry[1] << 8 | entry[2])
        if lead:
            return self._plain(entry[: self._head.widths[lead]])
        return self._plain(bytes((self._head.unassigned,)) + point.to_bytes(3, "big"))

    def addition(self, place: int) -> Levels:
        """Return what stands at a place in the list of expansions and contractions."""
        at = self._begins[place]
        parts = []
        for _ in range(3):
            length = self._additions[at]
            parts.append(self._additions[at + 1 : at + 1 + length])
            at += 1 + length
        first, second, third = parts
        return first, second, third

    def _plain(self, code: bytes) -> Levels:
        return code, self._head.common_second, self._head.common_third

    def _syllable(self, point: int) -> Levels:
        """Return what the two or three letters of a Hangul syllable add."""
        letters = _letters(point - _HANGUL.start)
        first, second, third = zip(*map(self.character, letters), strict=True)
        return b"".join(first), b"".join(second), b"".join(third)


def _letters(number: int) -> Iterator[int]:
    """Take a syllable apart, as chapter 3.12 of the Unicode Standard says."""
    yield 0x1100 + number // 588
    yield 0x1161 + number % 588 // 28
    if number % 28:
        yield 0x11A7 + number % 28


def _sections(content: bytes) -> Iterator[bytes]:
    at = 0
    while at < len(content):
        (length,) = struct.unpack_from(">I", content, at)
        yield content[at + 4 : at + 4 + length]
        at += 4 + length


def load_table(head: Head) -> Table:
    """Read the table."""
    return Table(head, _FILE.read_bytes()[_HEAD.size :])
