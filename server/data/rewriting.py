"""Rules of `rewrites`: which path of a design document's own stands for another one.

No I/O. Source: CouchDB's documentation of `_rewrite`, and what `chttpd_rewrite` does where that is
silent.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import msgspec

from replication.core.errors import Invalid, Refused
from replication.wire.document_json import encode

Json = Any
Bindings = Mapping[str, Json]
Query = Sequence[tuple[str, str]]

_REST = "*"
_CLIMBS = 2  # how often a rule may go up: to the database, and no further
_OF_KEYS = frozenset({"key", "startkey", "start_key", "endkey", "end_key", "keys"})
"""Parameters whose values are JSON."""


@dataclass(frozen=True, slots=True)
class Variable:
    """A part of a path that stands for something: for all the rest, if it is called `*`."""

    name: str


Parts = Sequence[str | Variable]


@dataclass(frozen=True, slots=True)
class Rule:
    """What requests it is about, and where these lead."""

    source: Parts
    method: str
    target: Parts
    query: Mapping[str, Json]
    formats: Mapping[str, Json]


@dataclass(frozen=True, slots=True)
class Target:
    """Where a request leads: a path from the design document on, and its query."""

    path: str
    query: Query


def read_rules(given: Sequence[Json]) -> list[Rule]:
    """Read the rules of a design document. Raises Refused for one that leads nowhere or too far."""
    return [_rule(rule) for rule in given if isinstance(rule, dict)]


def _rule(given: Mapping[str, Json]) -> Rule:
    if not isinstance(given.get("to"), str):
        raise Refused("error", "invalid_rewrite_target")
    source = given.get("from", _REST)
    return Rule(
        source=_parts(source if isinstance(source, str) else _REST),
        method=str(given.get("method", _REST)),
        target=_parts(given["to"]),
        query=_object(given.get("query")),
        formats=_object(given.get("formats")),
    )


def _object(value: Json) -> Mapping[str, Json]:
    return value if isinstance(value, dict) else {}


def _parts(path: str) -> Parts:
    steps = [step for step in path.split("/") if step]
    if steps.count("..") > _CLIMBS:
        raise Refused("insecure_rewrite_rule", "too many ../.. segments")
    return [_part(step) for step in steps]


def _part(step: str) -> str | Variable:
    if step == _REST:
        return Variable(_REST)
    return Variable(step[1:]) if step.startswith(":") else step


def find_target(
    rules: Sequence[Rule], method: str, steps: Sequence[str], query: Query
) -> Target | None:
    """Return where the first rule that fits leads; None if none fits.

    `steps` are the parts of the path behind `_rewrite`. Raises Invalid for a key in the query that
    is no JSON.
    """
    given = {name: _decoded(name, value) for name, value in query}
    for rule in rules:
        if rule.method not in (_REST, method):
            continue
        bound = bind(rule.source, steps)
        if bound is not None:
            return _target(rule, *bound, given)
    return None


def bind(source: Parts, steps: Sequence[str]) -> tuple[dict[str, str], Sequence[str]] | None:
    """Lay a path upon a pattern; return what its variables stand for, and the rest for `*`."""
    bound: dict[str, str] = {}
    for place, part in enumerate(source):
        if part == Variable(_REST) and place == len(source) - 1:
            return bound, steps[place:]
        if place >= len(steps) or (isinstance(part, str) and part != steps[place]):
            return None
        if isinstance(part, Variable):
            bound[part.name] = steps[place]
    return (bound, ()) if len(steps) == len(source) else None


def _target(rule: Rule, bound: Bindings, rest: Sequence[str], given: Bindings) -> Target:
    known = {**given, **bound}
    written = {name: _filled(value, known, rule.formats) for name, value in rule.query.items()}
    known = {**known, **written}
    steps: list[str] = []
    for part in rule.target:
        if part == Variable(_REST):
            steps += rest
            break
        steps.append(part if isinstance(part, str) else _step(known.get(part.name, "undefined")))
    path = "/".join(quote(step, safe="") for step in steps)
    query = [(name, _encoded(name, value)) for name, value in known.items() if name != _REST]
    return Target(path, query)


def _step(value: Json) -> str:
    return value if isinstance(value, str) else _text(value)


def _filled(value: Json, known: Bindings, formats: Mapping[str, Json]) -> Json:
    """Put what variables stand for in their place: alone, or among the items of an array."""
    if isinstance(value, list):
        return [_filled(item, known, formats) if _is_variable(item) else item for item in value]
    if not _is_variable(value) and value != _REST:
        return value
    name = value.removeprefix(":")
    return _formatted(known.get(name, value), formats.get(name))


def _is_variable(value: Json) -> bool:
    return isinstance(value, str) and value.startswith(":")


def _formatted(value: Json, form: Json) -> Json:
    read = _FORMATS.get(form) if isinstance(form, str) else None
    return read(value) if read is not None and isinstance(value, str) else value


def _integer(value: str) -> Json:
    digits = value.removeprefix("-").removeprefix("+")
    return int(value) if digits.isascii() and digits.isdigit() else value


def _boolean(value: str) -> Json:
    return {"true": True, "false": False}.get(value.lower(), value)


_FORMATS: Mapping[str, Callable[[str], Json]] = {"int": _integer, "bool": _boolean}


def _decoded(name: str, value: str) -> Json:
    if name not in _OF_KEYS:
        return value
    try:
        return msgspec.json.decode(value.encode())
    except msgspec.DecodeError:
        raise Invalid("bad_request", "invalid UTF-8 JSON") from None


def _encoded(name: str, value: Json) -> str:
    return _text(value) if name in _OF_KEYS else _step(value)


def _text(value: Json) -> str:
    return encode(value).decode()


def resolved(base: Sequence[str], path: str) -> str | None:
    """Return a path that is written from some place on, without dots; None if it leads outside.

    `base` are the steps to that place. Steps are taken as they are, percent signs and all.
    """
    steps = list(base)
    for step in path.split("/"):
        if step == ".." and not steps:
            return None
        if step == "..":
            steps.pop()
        elif step not in ("", "."):
            steps.append(step)
    return "/" + "/".join(steps)
