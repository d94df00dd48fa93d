"""`_stats`: sum, count, least, greatest and sum of squares of numbers, or of arrays of numbers.

A partial result is a list of five numbers under a name, or a list of such; a value that a map
function gives as an object of the five is taken for one (CouchDB, `couch_query_servers`).
"""

from collections.abc import Sequence
from functools import reduce as fold
from typing import Any

from replication.core.errors import Refused
from replication.index.sums import NUMBERS

_NAMES = ("sum", "count", "min", "max", "sumsqr")
_PARTIAL = "stats"
NOTHING = {_PARTIAL: [0, 0, 0, 0, 0]}


def statistics_of(values: Sequence[Any]) -> Any:  # noqa: ANN401  # JSON
    """Return the partial result of the values of some rows. Raises Refused for other values."""
    if not values:
        return NOTHING
    if NUMBERS.issuperset(map(type, values)):
        squares = sum(value * value for value in values)
        return {_PARTIAL: [sum(values), len(values), min(values), max(values), squares]}
    return fold(add_statistics, map(_begun, values))


def add_statistics(left: Any, right: Any) -> Any:  # noqa: ANN401  # JSON
    """Return two partial results as one. Raises Refused where they have different forms."""
    if isinstance(left, list) and isinstance(right, list) and len(left) == len(right):
        return [add_statistics(one, other) for one, other in zip(left, right, strict=True)]
    if isinstance(left, dict) and isinstance(right, dict):
        (sum_, count, least, greatest, squares), more = left[_PARTIAL], right[_PARTIAL]
        return {
            _PARTIAL: [
                sum_ + more[0],
                count + more[1],
                min(least, more[2]),
                max(greatest, more[3]),
                squares + more[4],
            ]
        }
    raise _refusal(right)


def pack_statistics(partial: Any) -> Any:  # noqa: ANN401  # JSON
    """Return a partial result as readers are shown it."""
    if isinstance(partial, list):
        return [pack_statistics(part) for part in partial]
    return dict(zip(_NAMES, partial[_PARTIAL], strict=True))


def _begun(value: Any) -> Any:  # noqa: ANN401  # JSON
    if isinstance(value, list):
        return [_begun(part) for part in value]
    if _is_number(value):
        return {_PARTIAL: [value, 1, value, value, value * value]}
    if isinstance(value, dict):
        return {_PARTIAL: [_member(value, name) for name in _NAMES]}
    raise _refusal(value)


def _member(value: dict[str, Any], name: str) -> Any:  # noqa: ANN401  # a number
    if name not in value:
        raise Refused("invalid_value", f"user _stats input missing required field {name}")
    if not _is_number(value[name]):
        raise Refused("invalid_value", f"non-numeric _stats input received for {name}")
    return value[name]


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _refusal(value: object) -> Refused:
    return Refused(
        "invalid_value",
        "The _stats function requires that map values be numbers or arrays of numbers, "
        f"not '{value}'",
    )
