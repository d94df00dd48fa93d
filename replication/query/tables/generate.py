"""Make the table of the order of strings: `python -m replication.query.tables.generate`.

Needs the library of ICU 72, which Debian 12 has as libicu72. `docs/formats/collation.md` tells how
the file is laid out. The result depends on ICU alone: made twice, it is the same file.
"""

import lzma
import struct
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from replication.query.tables.icu import Element, RootCollator
from replication.query.tables.weights import (
    UNASSIGNED,
    Primaries,
    Weights,
    lower_codes,
    primary_codes,
)

TARGET = Path(__file__).with_name("unicode_order.bin")
NAME = b"icu-72-root-1"
_NAME_LENGTH = 16
_COMMON = 0x0500
EXPANSION = 1
"""Begins the entry of a character with more to say than one plain primary."""

_PAGE = 256
_HANGUL = range(0xAC00, 0xD7A4)
_SURROGATES = range(0xD800, 0xE000)
_CHARACTERS = [
    chr(point) for point in range(0x110000) if point not in _HANGUL and point not in _SURROGATES
]

# the reader takes as much memory as the dictionary
_COMPRESSION = {
    "id": lzma.FILTER_LZMA2,
    "preset": 9 | lzma.PRESET_EXTREME,
    "dict_size": 1 << 20,
}

Elements = tuple[Element, ...]


@dataclass(frozen=True, slots=True)
class Codes:
    """The codes of all weights, on three levels."""

    primary: Primaries
    secondary: Weights
    tertiary: Weights

    def levels(self, elements: Elements) -> tuple[bytes, bytes, bytes]:
        """Return what elements add to each level of a key."""
        return (
            b"".join(self.primary.codes[one.primary] for one in elements if one.primary),
            b"".join(self.secondary[one.secondary] for one in elements if one.secondary),
            b"".join(self.tertiary[one.tertiary] for one in elements if one.tertiary),
        )


def generate(collator: RootCollator) -> bytes:
    """Return the file's contents."""
    elements = {text: tuple(collator.elements(text)) for text in _CHARACTERS}
    contractions = {text: tuple(collator.elements(text)) for text in collator.contractions()}
    codes = _codes([*elements.values(), *contractions.values()], elements)
    places = {text: found for text, found in elements.items() if not _is_unassigned(found)}
    expansions = sorted({found for found in places.values() if not _is_plain(found)})
    sections = (
        *_pages(places, {found: place for place, found in enumerate(expansions)}, codes),
        *_additions([codes.levels(found) for found in [*expansions, *contractions.values()]]),
        "\n".join(contractions).encode(),
        *_marks(collator),
    )
    content = b"".join(struct.pack(">I", len(section)) + section for section in sections)
    return _header(elements, codes) + lzma.compress(content, filters=[_COMPRESSION])


def _codes(everything: Iterable[Elements], elements: Mapping[str, Elements]) -> Codes:
    found = {one for some in everything for one in some}
    ascii_weights = {one.primary for point in range(128) for one in elements[chr(point)]}
    return Codes(
        primary_codes({one.primary for one in found if one.primary}, frozenset(ascii_weights)),
        lower_codes({one.secondary for one in found if one.secondary}),
        lower_codes({one.tertiary for one in found if one.tertiary}),
    )


def _is_unassigned(elements: Elements) -> bool:
    return len(elements) == 1 and elements[0].primary in UNASSIGNED


def _is_plain(elements: Elements) -> bool:
    return len(elements) == 1 and elements[0] == Element(elements[0].primary, _COMMON, _COMMON)


def _pages(
    places: Mapping[str, Elements], expansions: Mapping[Elements, int], codes: Codes
) -> Iterator[bytes]:
    """Yield the number of each page, 0 for none; then all pages, one byte of an entry at a time."""
    used = sorted({ord(text) // _PAGE for text in places})
    numbers = {page: number for number, page in enumerate(used, 1)}
    yield b"".join(struct.pack(">H", numbers.get(page, 0)) for page in range(0x110000 // _PAGE))
    planes = [bytearray(_PAGE * (len(used) + 1)) for _ in range(3)]
    for text, elements in places.items():
        if _is_plain(elements):
            entry = codes.primary.codes[elements[0].primary].ljust(3, b"\0")
        else:
            entry = struct.pack(">BH", EXPANSION, expansions[elements])
        for plane, byte in zip(planes, entry, strict=True):
            plane[_PAGE * numbers[ord(text) // _PAGE] + ord(text) % _PAGE] = byte
    yield from map(bytes, planes)


def _additions(levels: Sequence[tuple[bytes, ...]]) -> tuple[bytes, bytes]:
    """Return where each begins, and what they add to the levels, each behind its length."""
    begins, joined = bytearray(), bytearray()
    for level in levels:
        begins += struct.pack(">H", len(joined))
        joined += b"".join(bytes((len(part),)) + part for part in level)
    return bytes(begins), bytes(joined)


def _marks(collator: RootCollator) -> Iterator[bytes]:
    """Yield the characters that begin with a mark; the classes of their first and last marks."""
    classes = {text: collator.combining_classes(text) for text in _CHARACTERS}
    marks = {text: pair for text, pair in classes.items() if pair[0]}
    yield "".join(marks).encode()
    yield bytes(first for first, _ in marks.values())
    yield bytes(last for _, last in marks.values())


def _header(elements: Mapping[str, Elements], codes: Codes) -> bytes:
    widths = bytearray(256)
    for code in codes.primary.codes.values():
        widths[code[0]] = len(code)
    first, third = bytearray(128), bytearray(128)
    for point in range(128):
        for one in elements[chr(point)]:
            (first[point],) = codes.primary.codes[one.primary]
            (third[point],) = codes.tertiary[one.tertiary]
    (second,), (last,) = codes.secondary[_COMMON], codes.tertiary[_COMMON]
    fixed = struct.pack(">BBB", codes.primary.unassigned, second, last)
    return NAME.ljust(_NAME_LENGTH) + fixed + widths + first + third


if __name__ == "__main__":
    TARGET.write_bytes(generate(RootCollator()))
