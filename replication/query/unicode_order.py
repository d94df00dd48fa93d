"""The order of strings, as keys: that of ICU 72's root collation, which CouchDB's views have.

    06  letters  01                  nothing but common weights behind the letters
    06  letters  00 cases 01         the first uncommon case is below the common one
    06  letters  02 accents 01       as above, with accents
    06  letters  02 accents 02 cases 01,  02 accents 00 cases 01

Letters, accents and cases are the three levels of the Unicode Collation Algorithm (UTS 10), in the
codes of `replication.query.tables.weights`, none of which begins with 00, 01 or 02. Strings that
ICU finds equal, for they differ in characters that it ignores, have one key, as in CouchDB.
"""

from functools import cache, lru_cache

from replication.query.contractions import Contractions
from replication.query.unicode_table import Levels, Table, load_table, read_head

_HEAD = read_head()
VERSION = _HEAD.version
"""Names the order: ICU's version, and that of the table."""

_FIRST, _THIRD = _HEAD.ascii_first.ljust(256, b"\0"), _HEAD.ascii_third.ljust(256, b"\0")
_IGNORED = bytes(byte for byte in range(128) if not _FIRST[byte])
_COMMON_SECOND, _COMMON_THIRD = _HEAD.common_second, _HEAD.common_third
_TAG, _END = b"\x06", b"\x01"
_BELOW, _ABOVE = b"\x00", b"\x02"
_REMEMBERED = 8192


def string_key(text: str) -> bytes:
    """Return bytes that sort as the string does, and that no other string's key begins with."""
    if not text.isascii():
        return _key(*_levels(text))
    encoded = text.encode()
    third = encoded.translate(_THIRD, _IGNORED)
    if third.strip(_COMMON_THIRD):
        # no ASCII is below the common case
        return _TAG + encoded.translate(_FIRST, _IGNORED) + _ABOVE + _ABOVE + third + _END
    return _TAG + encoded.translate(_FIRST, _IGNORED) + _END


def _key(first: bytes, second: bytes, third: bytes) -> bytes:
    # A level without anything uncommon is left out: where the levels before are equal, it stands
    # for a run of common weights that is as long as the other's, or a part of it.
    uncommon = third.strip(_COMMON_THIRD)
    accents = _ABOVE + second if second.strip(_COMMON_SECOND) else b""
    if not uncommon:
        return _TAG + first + accents + _END
    if uncommon < _COMMON_THIRD:
        return _TAG + first + accents + _BELOW + third + _END
    return _TAG + first + (accents or _ABOVE) + _ABOVE + third + _END


@cache
def _table() -> Table:
    return load_table(_HEAD)


@cache
def _contractions() -> Contractions:
    return Contractions(_table().contractions, _table().marks)


class _Level(dict[int, str]):
    """What characters add to one level, for `str.translate`; looked up when first asked for."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self._number = number

    def __missing__(self, point: int) -> str:
        if len(self) >= _REMEMBERED:
            self.clear()
        added = self[point] = _table().character(point)[self._number].decode("latin-1")
        return added


_CHARACTERS = tuple(map(_Level, range(3)))


def _levels(text: str) -> Levels:
    if _contractions().may_be_in(text):
        return _with_contractions(text)
    first, second, third = (text.translate(level).encode("latin-1") for level in _CHARACTERS)
    return first, second, third


def _with_contractions(text: str) -> Levels:
    added = map(_unit, _contractions().split(text))
    first, second, third = map(b"".join, zip(*added, strict=True))
    return first, second, third


@lru_cache(_REMEMBERED)
def _unit(unit: str) -> Levels:
    if len(unit) == 1:
        return _table().character(ord(unit))
    return _table().addition(_table().contractions[unit])
