"""Whether a value is equal to a given one, as the order of values sees it, decided quickly.

Most values are told apart by a look; only strings with characters that sort oddly need a key.
"""

from collections.abc import Callable
from typing import Any

from replication.query.sort_key import sort_key
from replication.query.unicode_order import string_key

_NUMBERS = frozenset({int, float})


def equal_to(argument: Any) -> Callable[[Any], bool]:  # noqa: ANN401  # JSON
    """Return a predicate that tells whether a value has the sort key of the argument."""
    kind = type(argument)
    if kind is str:
        return _equal_to_text(argument)
    if kind in _NUMBERS:
        return lambda value: type(value) in _NUMBERS and bool(value == argument)
    if argument is None or kind is bool:
        return lambda value: value is argument
    key = sort_key(argument)
    return lambda value: type(value) is kind and sort_key(value) == key


def _equal_to_text(argument: str) -> Callable[[Any], bool]:
    key, plain = string_key(argument), _is_plain(argument)

    def equal(value: Any) -> bool:  # noqa: ANN401  # JSON
        if value == argument:
            return True
        if not isinstance(value, str) or (plain and _is_plain(value)):
            return False
        return string_key(value) == key

    return equal


def _is_plain(text: str) -> bool:
    """Tell whether each character counts, so that different texts have different keys."""
    return text.isascii() and text.isprintable()
