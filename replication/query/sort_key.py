"""Sort keys: bytes that stand in the order in which CouchDB's views put JSON values.

    null    01                  number   04 or 05, magnitude
    false   02                  string   06 levels 00
    true    03                  array    07 items 00
                                object   08 (name value)* 00

No key is the beginning of another, so the keys of an array's items can stand behind one another,
and all arrays that begin alike have keys that begin alike. Nothing may be read back from a key.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from replication.query.number_key import number_key
from replication.query.unicode_order import VERSION, string_key

Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]

COLLATION_VERSION: str = f"1-{VERSION}"
"""Changes whenever keys do: an index that was built with another one is to be built again."""

BEFORE_ALL = b""
"""Before every key."""

HIGHEST = b"\xff"
"""Beyond every key."""

_END = b"\x00"
_NULL, _FALSE, _TRUE = b"\x01", b"\x02", b"\x03"
_ARRAY, _OBJECT = b"\x07", b"\x08"


def sort_key(value: Json) -> bytes:
    """Return the key of a JSON value; values that CouchDB holds for equal have equal keys.

    The depth of a value is limited by memory alone. Raises ValueError for a NaN, and TypeError for
    what is no JSON.
    """
    scalar = _SCALARS.get(type(value))
    return scalar(value) if scalar is not None else b"".join(_parts((value,)))


def array_prefix(values: Iterable[Json]) -> bytes:
    """Return how the keys of all arrays begin whose first items are these."""
    return _ARRAY + b"".join(_parts(values))


def past(prefix: bytes) -> bytes:
    """Return the first bytes after everything that begins with `prefix`: the end, exclusive."""
    kept = prefix.rstrip(HIGHEST)
    return kept[:-1] + bytes([kept[-1] + 1]) if kept else HIGHEST


def _parts(values: Iterable[Json]) -> list[bytes]:
    # no recursion: a value may be nested deeper than the stack
    parts: list[bytes] = []
    unfinished: list[Iterator[Json]] = [iter(values)]
    while unfinished:
        inner = _upto_compound(unfinished[-1], parts)
        if inner is not None:
            unfinished.append(inner)
            continue
        unfinished.pop()
        if unfinished:
            parts.append(_END)
    return parts


def _upto_compound(values: Iterator[Json], parts: list[bytes]) -> Iterator[Json] | None:
    """Append the keys of scalars; at an array or object stop, and return what is inside."""
    for value in values:
        scalar = _SCALARS.get(type(value))
        if scalar is not None:
            parts.append(scalar(value))
        elif isinstance(value, list):
            parts.append(_ARRAY)
            return iter(value)
        elif isinstance(value, dict):
            parts.append(_OBJECT)
            return (part for member in value.items() for part in member)
        else:
            raise TypeError(f"{type(value).__name__} is no JSON")
    return None


_SCALARS: Mapping[type, Callable[[Any], bytes]] = {
    type(None): lambda _: _NULL,
    bool: lambda value: _TRUE if value else _FALSE,
    int: number_key,
    float: number_key,
    str: string_key,
}
