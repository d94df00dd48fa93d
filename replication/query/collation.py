"""The order of JSON values: null, false, true, numbers, strings, arrays, objects.

It is the order of CouchDB's views, which its selectors compare by as well. Arrays go item by item,
objects member by member in the order they are written in, name before value; what runs out first
sorts first.
"""

from replication.query.sort_key import Json, sort_key
from replication.query.unicode_order import string_key


def compare(left: Json, right: Json) -> int:
    """Return a negative number, 0 or a positive number, as `left` sorts before, with or behind.

    Who compares one value with many does better to keep its `sort_key`.
    """
    if isinstance(left, str) and isinstance(right, str):
        return compare_strings(left, right)
    return _compare_keys(sort_key(left), sort_key(right))


def compare_strings(left: str, right: str) -> int:
    """Order two strings as ICU 72 does; different ones may be equal."""
    return 0 if left == right else _compare_keys(string_key(left), string_key(right))


def _compare_keys(left: bytes, right: bytes) -> int:
    return (left > right) - (left < right)


def identical(left: Json, right: Json) -> bool:
    """Tell whether two values are written alike: 1 is not 1.0, and members stand in one order."""
    if type(left) is not type(right):
        return False
    if isinstance(left, list):
        return (
            isinstance(right, list) and len(left) == len(right) and all(map(identical, left, right))
        )
    if isinstance(left, dict):
        return (
            isinstance(right, dict)
            and list(left) == list(right)
            and all(map(identical, left.values(), right.values()))
        )
    return left == right
