"""The order of JSON values: null, false, true, numbers, strings, arrays, objects.

Strings go by code point; `compare_strings` is the one place where that is decided.
"""

from collections.abc import Iterable, Mapping

Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]

_NULL, _FALSE, _TRUE, _NUMBER, _STRING, _ARRAY, _OBJECT = range(7)
_RANKS: Mapping[type, int] = {
    type(None): _NULL,
    int: _NUMBER,
    float: _NUMBER,
    str: _STRING,
    list: _ARRAY,
    dict: _OBJECT,
}


def compare(left: Json, right: Json) -> int:
    """Return a negative number, 0 or a positive number, as `left` sorts before, with or behind.

    Arrays go item by item, objects member by member in the order they are written in; what runs
    out first sorts first.
    """
    ranks = _rank(left), _rank(right)
    if ranks[0] != ranks[1]:
        return ranks[0] - ranks[1]
    if isinstance(left, str) and isinstance(right, str):
        return compare_strings(left, right)
    if isinstance(left, list) and isinstance(right, list):
        return _compare_in_turn(left, right)
    if isinstance(left, dict) and isinstance(right, dict):
        return _compare_in_turn(_flat(left), _flat(right))
    if isinstance(left, int | float) and isinstance(right, int | float):
        return (left > right) - (left < right)
    return 0


def compare_strings(left: str, right: str) -> int:
    """Order two strings by code point."""
    return (left > right) - (left < right)


def identical(left: Json, right: Json) -> bool:
    """Tell whether two values are written alike: 1 is not 1.0, and members stand in one order."""
    if type(left) is not type(right):
        return False
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(identical, left, right))
    if isinstance(left, dict) and isinstance(right, dict):
        return list(left) == list(right) and all(
            identical(left[name], right[name]) for name in left
        )
    return left == right


def _rank(value: Json) -> int:
    if isinstance(value, bool):
        return _TRUE if value else _FALSE
    return _RANKS[type(value)]


def _flat(members: Mapping[str, Json]) -> Iterable[Json]:
    for name, value in members.items():
        yield name
        yield value


def _compare_in_turn(left: Iterable[Json], right: Iterable[Json]) -> int:
    lefts, rights = list(left), list(right)
    for one, other in zip(lefts, rights, strict=False):
        found = compare(one, other)
        if found:
            return found
    return len(lefts) - len(rights)
