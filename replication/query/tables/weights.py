"""Weights of ICU written shorter: codes of one to three bytes that stand in the same order.

On the first level a character of ASCII has a byte of its own. What sorts between two of them shares
bytes for a first one, and has a second; Han characters have three. No code is the beginning of
another, and none begins with a byte below `LOWEST`: those end a level.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

LOWEST = 3
HAN = range(0xFA000000, 0xFE000000)
UNASSIGNED = range(0xFE000000, 0xFF000000)
"""Primaries of what has no place of its own; they follow the code points."""

_LAST = 255

Weights = Mapping[int, bytes]


@dataclass(frozen=True, slots=True)
class Primaries:
    """The codes of the first level; `unassigned` begins those that continue with a code point."""

    codes: Weights
    unassigned: int


def primary_codes(weights: Iterable[int], ascii_weights: frozenset[int]) -> Primaries:
    """Give each weight its code. Raises ValueError when the bytes do not suffice."""
    codes: dict[int, bytes] = {}
    lead, unassigned, before = LOWEST - 1, 0, (0, 0)
    places = 0
    for weight in sorted(weights):
        width = _width(weight, ascii_weights)
        # a weight of ASCII stands between others, whatever their width
        group = (width, sum(one < weight for one in ascii_weights))
        if group != before or places == 256 ** (width - 1):
            lead, places, before = lead + 1, 0, group
        if lead > _LAST:
            raise ValueError("first bytes do not suffice")
        if width == _UNASSIGNED_WIDTH:
            unassigned = lead
            codes[weight] = bytes((lead, 0, 0, 0))  # only the mark of their beginning is looked up
        else:
            codes[weight] = bytes((lead,)) + places.to_bytes(width, "big")[1:]
            places += 1
    return Primaries(codes, unassigned)


_UNASSIGNED_WIDTH = 4


def _width(weight: int, ascii_weights: frozenset[int]) -> int:
    if weight in ascii_weights:
        return 1
    if weight in HAN:
        return 3
    return _UNASSIGNED_WIDTH if weight in UNASSIGNED else 2


def lower_codes(weights: Iterable[int]) -> Weights:
    """Give each weight of the second or third level its code, of one byte or 255 and a second."""
    codes: dict[int, bytes] = {}
    for place, weight in enumerate(sorted(weights), LOWEST):
        codes[weight] = bytes((place,)) if place < _LAST else bytes((_LAST, place - _LAST))
    return codes
