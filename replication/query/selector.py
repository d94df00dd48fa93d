"""Mango selectors read: JSON becomes a tree of conditions on fields, or the reason why it cannot.

The rules, down to their corners, are those of CouchDB 3.5 (`mango_selector`): fields are pushed
down through boolean operators, negations likewise, except inside the operators that look at the
elements of a value, where they stay as written.
"""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from replication.core.errors import Invalid
from replication.query.regex import compile_pattern

DEEPEST = 150
"""Levels of a selector; CouchDB has no limit, a stack has."""

Path = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Every:
    """All of the parts; true when there is none."""

    parts: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Some:
    """At least one of the parts; true when there is none."""

    parts: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Neither:
    """None of the parts."""

    parts: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Not:
    """Not this."""

    part: "Node"


@dataclass(frozen=True, slots=True)
class Anything:
    """A condition on full text, which an index would have to answer; every document passes."""

    argument: Any = None


@dataclass(frozen=True, slots=True)
class Test:
    """One operator on the value at a path; `argument` is a Node for those that look inside."""

    __test__ = False  # for pytest, which collects by name

    path: Path
    operator: str
    argument: Any
    negated: bool = False


Node = Every | Some | Neither | Not | Anything | Test

_BOOLEAN: dict[str, Callable[[tuple[Node, ...]], Node]] = {
    "$and": Every,
    "$or": Some,
    "$nor": Neither,
}
_INSIDE = frozenset({"$elemMatch", "$allMatch", "$keyMapMatch"})
_UNSUPPORTED = frozenset({"$where", "$geoWithin", "$geoIntersects", "$near", "$nearSphere"})
_OPPOSITES = {
    "$lt": "$gte",
    "$gte": "$lt",
    "$lte": "$gt",
    "$gt": "$lte",
    "$eq": "$ne",
    "$ne": "$eq",
    "$in": "$nin",
    "$nin": "$in",
}


def parse_selector(selector: object) -> Node:
    """Read a selector from its JSON value. Raises Invalid with CouchDB's word and sentence."""
    if not isinstance(selector, dict):
        raise Invalid("invalid_selector_json", "Selector must be a JSON object")
    if not selector:
        return Every(())
    node = _settled(_read(selector, (), DEEPEST))
    if isinstance(node, Test) and not node.path:
        raise Invalid("invalid_selector", "One or more conditions is missing a field name.")
    return node


def _read(value: object, path: Path, levels: int) -> Node:
    if levels == 0:
        raise Invalid("invalid_selector", f"Nested deeper than {DEEPEST} levels.")
    if not isinstance(value, dict) or not value:
        return Test(path, "$eq", value)
    read = [_read_member(name, argument, path, levels - 1) for name, argument in value.items()]
    return read[0] if len(read) == 1 else Every(tuple(read))


def _read_member(name: str, argument: Any, path: Path, levels: int) -> Node:  # noqa: ANN401  # JSON
    if name in _BOOLEAN:
        listed = _demand(name, argument, isinstance(argument, list))
        return _BOOLEAN[name](tuple(_read(part, path, levels) for part in listed))
    if name == "$not":
        return Not(_read(_demand(name, argument, isinstance(argument, dict)), path, levels))
    if name in _INSIDE:
        inside = _demand(name, argument, isinstance(argument, dict))
        return Test(path, name, _read(inside, (), levels))
    if name == "$text":
        return _full_text(argument, path)
    if name.startswith("$"):
        return Test(path, name, _checked(name, argument))
    return _read(argument, path + parse_field(name), levels)


def _full_text(argument: object, path: Path) -> Node:
    _demand("$text", argument, isinstance(argument, str | bool | int | float))
    if path:
        reason = f"Invalid field normalization on selector: {json.dumps({'$text': argument})}"
        raise Invalid("bad_field", reason)
    return Anything(argument)


def _checked(operator: str, argument: Any) -> Any:  # noqa: ANN401  # JSON
    if operator in _UNSUPPORTED:
        raise Invalid("not_supported", f"Unsupported operator: {operator}")
    if operator not in _ARGUMENTS or (operator, isinstance(argument, str)) == _TAKES_TEXT_ALONE:
        raise Invalid("invalid_operator", f"Invalid operator: {operator}")
    fits = _ARGUMENTS[operator]
    _demand(operator, argument, fits(argument))
    return argument


_TAKES_TEXT_ALONE = ("$beginsWith", False)
"""With anything but a string behind it, CouchDB does not know this operator at all."""


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_pattern(value: object) -> bool:
    return isinstance(value, str) and compile_pattern(value) is not None


def _is_division(value: object) -> bool:
    # CouchDB takes a divisor of 0, and stumbles over the first document
    return (
        isinstance(value, list)
        and [_is_count(number) for number in value] == [True, True]
        and value[0] != 0
    )


_ARGUMENTS: dict[str, Callable[[Any], bool]] = {
    **dict.fromkeys(("$lt", "$lte", "$eq", "$ne", "$gte", "$gt"), lambda _: True),
    **dict.fromkeys(("$in", "$nin", "$all"), lambda value: isinstance(value, list)),
    **dict.fromkeys(("$type", "$beginsWith"), lambda value: isinstance(value, str)),
    "$exists": lambda value: isinstance(value, bool),
    "$mod": _is_division,
    "$regex": _is_pattern,
    "$size": lambda value: _is_count(value) and value >= 0,
}
"""What each operator takes."""


def _demand(operator: str, argument: Any, fits: bool) -> Any:  # noqa: ANN401, FBT001  # JSON
    if not fits:
        reason = f"Bad argument for operator {operator}: {json.dumps(argument)}"
        raise Invalid("bad_arg", reason)
    return argument


_DOT = re.compile(r"(?<!\\)\.")


def parse_field(name: str) -> Path:
    r"""Split a field's name at its dots, but not at those behind a backslash (`a\.b`).

    Raises Invalid for a part that is empty.
    """
    parts = _DOT.split(name)
    if "" in parts:
        raise Invalid("invalid_field_name", f"Invalid field name: {name}")
    return tuple(part.replace("\\", "") for part in parts)


def _settled(node: Node) -> Node:
    """Push negations down to the conditions."""
    match node:
        case Not(part):
            return _negated(part)
        case Neither(parts):
            return Every(tuple(_negated(part) for part in parts))
        case Every(parts):
            return Every(tuple(_settled(part) for part in parts))
        case Some(parts):
            return Some(tuple(_settled(part) for part in parts))
        case _:
            return node


def _negated(node: Node) -> Node:
    match node:
        case Not(part):
            return _settled(part)
        case Neither(parts):
            return Some(tuple(_settled(part) for part in parts))
        case Every(parts):
            return Some(tuple(_negated(part) for part in parts))
        case Some(parts):
            return Every(tuple(_negated(part) for part in parts))
        case Test():
            return _opposite(node)
        case _:
            raise Invalid("bad_arg", "Bad argument for operator $not: $text")


def _opposite(test: Test) -> Test:
    if test.operator in _OPPOSITES:
        return Test(test.path, _OPPOSITES[test.operator], test.argument)
    if test.operator == "$exists":
        return Test(test.path, "$exists", not test.argument)
    return Test(test.path, test.operator, test.argument, negated=True)


def has_patterns(node: Node) -> bool:
    """Tell whether any condition is a regular expression, whose cost nobody can foresee."""
    match node:
        case Every(parts) | Some(parts) | Neither(parts):
            return any(map(has_patterns, parts))
        case Not(part):
            return has_patterns(part)
        case Test(_, operator, argument):
            return operator == "$regex" or (operator in _INSIDE and has_patterns(argument))
        case _:
            return False
