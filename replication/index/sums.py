"""`_sum`: of numbers, of arrays of numbers item by item, of objects member by member.

What cannot be added becomes the sum: an object that says so, and takes in all that follows. This is
CouchDB's (`couch_query_servers:sum_values`).
"""

from collections.abc import Sequence
from typing import Any

_CANNOT = (
    "The _sum function requires that map values be numbers, arrays of numbers, or objects. "
    "Objects cannot be mixed with other data structures. Objects can be arbitrarily nested, "
    "provided that the values for all fields are themselves numbers, arrays of numbers, or objects."
)
_ERROR = "builtin_reduce_error"
NUMBERS = frozenset({int, float})
"""The types of JSON's numbers, of which a truth value is none."""


class _Cannot(Exception):
    """Something that cannot be added, and what the sum is for that reason."""

    def __init__(self, answer: dict[str, Any]) -> None:
        super().__init__()
        self.answer = answer


def total(values: Sequence[Any]) -> Any:  # noqa: ANN401  # JSON
    """Return the sum of JSON values."""
    if NUMBERS.issuperset(map(type, values)):
        return sum(values)
    counted: Any = 0
    try:
        for value in values:
            counted = _add(value, counted)
    except _Cannot as failure:
        return failure.answer
    return counted


def _add(value: Any, counted: Any) -> Any:  # noqa: ANN401  # JSON
    if _is_number(value) and _is_number(counted):
        return counted + value
    if isinstance(value, dict):
        if value.get("error") == _ERROR:
            raise _Cannot(value)
        if counted == 0 and _is_number(counted):
            return value
        if isinstance(counted, dict):
            return _add_members(value, counted)
    elif (_is_number(value) or isinstance(value, list)) and not isinstance(counted, dict):
        return _add_items(_listed(counted), _listed(value))
    raise _failure(value)


def _add_members(value: dict[str, Any], counted: dict[str, Any]) -> dict[str, Any]:
    names = sorted({*value, *counted})
    return {
        name: _add(value[name], counted[name])
        if name in value and name in counted
        else value.get(name, counted.get(name))
        for name in names
    }


def _add_items(left: list[Any], right: list[Any]) -> list[Any]:
    shared = min(len(left), len(right))
    for n in range(shared):
        if not (_is_number(left[n]) and _is_number(right[n])):
            raise _failure(left[n:])
    summed = [left[n] + right[n] for n in range(shared)]
    return summed + left[shared:] + right[shared:]


def _listed(value: Any) -> list[Any]:  # noqa: ANN401  # JSON
    return value if isinstance(value, list) else [value]


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _failure(value: object) -> _Cannot:
    return _Cannot({"error": _ERROR, "reason": _CANNOT, "caused_by": value})
