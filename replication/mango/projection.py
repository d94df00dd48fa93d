"""The part of a document that `fields` ask for."""

import json
from collections.abc import Sequence
from typing import Any

import msgspec

from replication.query.matching import is_nothing, value_at
from replication.query.selector import Path

Json = Any


def readable(text: bytes) -> Json:
    """Read a document to be written again; numbers too large for any stay as they stand."""
    try:
        return msgspec.json.decode(text)
    except msgspec.DecodeError:
        return json.loads(text, parse_int=_as_it_stands, parse_float=_as_it_stands)


def _as_it_stands(number: str) -> msgspec.Raw:
    return msgspec.Raw(number.encode())


def projected(document: Json, fields: Sequence[Path]) -> dict[str, Json]:
    """Return the fields that a document has, each inside objects as deep as its path."""
    found: dict[str, Json] = {}
    for path in fields:
        value = value_at(document, path)
        if not is_nothing(value):
            put(found, path, value)
    return found


def put(target: Json, path: Path, value: Json) -> None:
    """Put a value in its place; where a value that is no object stands in the way, it stays."""
    for name in path[:-1]:
        if not isinstance(target, dict):
            return
        target = target.setdefault(name, {})
    if isinstance(target, dict):
        target[path[-1]] = value
