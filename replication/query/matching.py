"""Selectors applied: a tree of conditions becomes a predicate over a document's JSON value."""

import operator
import re
from collections.abc import Callable, Mapping
from typing import Any

from replication.query.collation import identical
from replication.query.equality import equal_to
from replication.query.regex import compile_pattern
from replication.query.selector import Anything, Every, Neither, Node, Not, Path, Some, Test
from replication.query.sort_key import sort_key

Predicate = Callable[[Any], bool]
Key = Callable[[Any], bytes]
Comparison = Callable[[bytes, bytes], bool]

_MISSING, _NO_WAY = object(), object()
_ID: Path = ("_id",)
_INDEX = re.compile(r"[+-]?[0-9]+\Z")


class _Unsettled(Exception):
    """A `$nor` among the elements of a value: CouchDB fails there, and so nothing matches."""


def matcher(node: Node) -> Predicate:
    """Return a predicate over documents, given as parsed JSON.

    A document nested deeper than the stack reaches does not match.
    """
    return _quiet(_compiled(node))


def _compiled(node: Node) -> Predicate:
    match node:
        case Every(parts):
            return _all_pass([_compiled(part) for part in parts])
        case Some(parts):
            some = [_compiled(part) for part in parts]
            return lambda value: not some or any(part(value) for part in some)
        case Not(part):
            inner = _compiled(part)
            return lambda value: not inner(value)
        case Neither():
            return _fails
        case Anything():
            return lambda _: True
        case Test():
            return _test(node)


def _all_pass(parts: list[Predicate]) -> Predicate:
    if len(parts) == 1:
        return parts[0]

    def every(value: Any) -> bool:  # noqa: ANN401  # JSON
        for part in parts:  # noqa: SIM110  # half again as fast as all()
            if not part(value):
                return False
        return True

    return every


def _fails(_: object) -> bool:
    raise _Unsettled


def _test(test: Test) -> Predicate:
    condition = _condition(test)
    path, negated = test.path, test.negated
    wants_nothing = test.operator == "$exists" and test.argument is False
    only = path[0] if len(path) == 1 else None

    def passes(document: Any) -> bool:  # noqa: ANN401  # JSON
        if only is not None and type(document) is dict:
            value = document.get(only, _MISSING)
        else:
            value = value_at(document, path)
        if value is _MISSING:
            return wants_nothing
        return value is not _NO_WAY and condition(value) is not negated

    return passes


def _condition(test: Test) -> Predicate:
    key = id_key if test.path == _ID else sort_key
    if test.operator == "$eq" and key is sort_key:
        return equal_to(test.argument)
    if test.operator in _COMPARISONS:
        return _comparison(_COMPARISONS[test.operator], test.argument, key)
    if test.operator in _MEMBERSHIPS:
        return _MEMBERSHIPS[test.operator](test.argument, key)
    return _CONDITIONS[test.operator](test.argument)


def value_at(value: Any, path: Path) -> Any:  # noqa: ANN401  # JSON
    """Follow a path through objects by name and arrays by index.

    Returns one marker for a member that an object lacks, another where the path cannot go on.
    """
    for name in path:
        if isinstance(value, dict):
            value = value.get(name, _MISSING)
            if value is _MISSING:
                return value
        elif isinstance(value, list):
            index = int(name) if _INDEX.match(name) else -1
            if not 0 <= index < len(value):
                return _NO_WAY
            value = value[index]
        else:
            return _NO_WAY
    return value


def is_nothing(value: object) -> bool:
    """Tell whether `value_at` found nothing."""
    return value is _MISSING or value is _NO_WAY


def id_key(value: Any) -> bytes:  # noqa: ANN401  # JSON
    """Return the place of a value among ids: by code point, behind all that is no string."""
    return b"\x01" + value.encode() if isinstance(value, str) else b"\x00" + sort_key(value)


def _comparison(compared: Comparison, argument: Any, key: Key) -> Predicate:  # noqa: ANN401
    bound = key(argument)
    return lambda value: compared(key(value), bound)


def _among(arguments: list[Any], key: Key) -> Predicate:
    """One of these; of an array, any element may be."""
    bounds = frozenset(map(key, arguments))

    def among(value: Any) -> bool:  # noqa: ANN401  # JSON
        found = value if isinstance(value, list) else [value]
        return any(key(one) in bounds for one in found)

    return among


def _not_among(arguments: list[Any], key: Key) -> Predicate:
    among = _among(arguments, key)
    return lambda value: not among(value)


def _all_of(arguments: list[Any]) -> Predicate:
    """Every argument is an element, written alike; or the one argument is the array itself."""

    def all_of(value: Any) -> bool:  # noqa: ANN401  # JSON
        if not arguments or not isinstance(value, list):
            return False
        if len(arguments) == 1 and identical(arguments[0], value):
            return True
        return all(any(identical(argument, one) for one in value) for argument in arguments)

    return all_of


def _some_element(argument: Node) -> Predicate:
    inner = _compiled(argument)
    return _quiet(lambda value: isinstance(value, list) and any(map(inner, value)))


def _each_element(argument: Node) -> Predicate:
    inner = _compiled(argument)
    return _quiet(lambda value: isinstance(value, list) and bool(value) and all(map(inner, value)))


def _some_key(argument: Node) -> Predicate:
    inner = _compiled(argument)
    return _quiet(lambda value: isinstance(value, dict) and any(map(inner, value)))


def _quiet(predicate: Predicate) -> Predicate:
    """Take what CouchDB fails at for something that does not match."""

    def matches(value: Any) -> bool:  # noqa: ANN401  # JSON
        try:
            return predicate(value)
        except (_Unsettled, RecursionError):
            return False

    return matches


def _exists(argument: bool) -> Predicate:  # noqa: FBT001
    return lambda _: argument


_TYPES: Mapping[type, str] = {
    type(None): "null",
    bool: "boolean",
    int: "number",
    float: "number",
    str: "string",
    list: "array",
    dict: "object",
}


def _of_type(argument: str) -> Predicate:
    return lambda value: _TYPES[type(value)] == argument


def _remainder(argument: list[int]) -> Predicate:
    divisor, remainder = argument

    def leaves(value: Any) -> bool:  # noqa: ANN401  # JSON
        if not isinstance(value, int) or isinstance(value, bool):
            return False
        left = abs(value) % abs(divisor)  # the remainder has the sign of the value, as in Erlang
        return (-left if value < 0 else left) == remainder

    return leaves


def _pattern(argument: str) -> Predicate:
    pattern = compile_pattern(argument)

    def found(value: Any) -> bool:  # noqa: ANN401  # JSON
        return isinstance(value, str) and pattern is not None and bool(pattern.search(value))

    return found


def _prefix(argument: str) -> Predicate:
    return lambda value: isinstance(value, str) and value.startswith(argument)


def _size(argument: int) -> Predicate:
    return lambda value: isinstance(value, list) and len(value) == argument


_COMPARISONS: Mapping[str, Comparison] = {
    "$lt": operator.lt,
    "$lte": operator.le,
    "$eq": operator.eq,
    "$ne": operator.ne,
    "$gte": operator.ge,
    "$gt": operator.gt,
}
_MEMBERSHIPS: Mapping[str, Callable[[list[Any], Key], Predicate]] = {
    "$in": _among,
    "$nin": _not_among,
}
_CONDITIONS: Mapping[str, Callable[[Any], Predicate]] = {
    "$all": _all_of,
    "$elemMatch": _some_element,
    "$allMatch": _each_element,
    "$keyMapMatch": _some_key,
    "$exists": _exists,
    "$type": _of_type,
    "$mod": _remainder,
    "$regex": _pattern,
    "$beginsWith": _prefix,
    "$size": _size,
}
