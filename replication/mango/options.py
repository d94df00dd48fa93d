"""The members of a request's JSON body, checked one after the other as CouchDB does."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec

from replication.core.errors import Invalid
from replication.query.selector import parse_selector

Json = Any
Check = Callable[[Json], Json]
"""Returns the value of an option as it is meant. Raises Invalid."""

REQUIRED = object()
"""Stands for the default of an option that has none."""

Schema = Mapping[str, tuple[Json, Check]]
"""For each option its default, which is taken unchecked, and its check."""


def read_options(body: Mapping[str, Json], schema: Schema) -> dict[str, Json]:
    """Return a value for every option. Raises Invalid: one is wrong, missing or not known."""
    found = {name: _read(body, name, default, check) for name, (default, check) in schema.items()}
    for name in body:
        if name not in schema:
            raise Invalid("invalid_key", f"Invalid key {name} for this request.")
    return found


def _read(body: Mapping[str, Json], name: str, default: Json, check: Check) -> Json:
    if name in body:
        return check(body[name])
    if default is REQUIRED:
        raise Invalid("missing_required_key", f"Missing required key: {name}")
    return default


def written(value: Json) -> str:
    """Return a value as messages show it."""
    return msgspec.json.encode(value).decode()


def a_boolean(value: Json) -> bool:
    """Take true or false."""
    if not isinstance(value, bool):
        raise Invalid("invalid_boolean", f"Invalid boolean value: {written(value)}")
    return value


def a_string(value: Json) -> str:
    """Take any string."""
    if not isinstance(value, str):
        raise Invalid("invalid_string", f"Invalid string: {written(value)}")
    return value


def a_name(value: Json) -> str:
    """Take a string that is not empty."""
    if value == "":
        raise Invalid("invalid_empty_string", "Index name or ddoc cannot be empty string")
    return a_string(value)


def a_design(value: Json) -> str:
    """Take the name of a design document, with `_design/` before it or without."""
    if a_name(value) == "_design/":
        raise Invalid("illegal_docid", "Only reserved document ids may start with underscore.")
    return a_string(value)


def a_count(value: Json) -> int:
    """Take an integer from 0 on."""
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise Invalid(
            "invalid_non_neg_integer",
            f"{written(value)} is not an integer greater than or equal to zero",
        )
    return value


def a_positive(value: Json) -> int:
    """Take an integer from 1 on."""
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        reason = f"{written(value)} is not an integer greater than zero"
        raise Invalid("invalid_pos_integer", reason)
    return value


def a_stale(value: Json) -> bool:
    """Take the older spelling of `update`: true means that the index may be behind."""
    if value == "ok":
        return True
    if value is False or value == "false":
        return False
    raise Invalid("invalid_value", f"Invalid value for stale: {written(value)}")


def a_selector(value: Json) -> dict[str, Json]:
    """Take a selector, which is returned as it came."""
    if not isinstance(value, dict):
        reason = f"Selector must be a JSON object, not: {written(value)}"
        raise Invalid("invalid_selector_json", reason)
    parse_selector(value)
    return value


Sort = tuple[tuple[str, str], ...]
"""Fields with their directions, `asc` or `desc`."""


def a_sort(value: Json) -> Sort:
    """Take fields with directions, all the same."""
    if not isinstance(value, list):
        reason = f"Sort must be an array of sort specs, not: {written(value)}"
        raise Invalid("invalid_sort_json", reason)
    sort = tuple(map(_sort_field, value))
    if len({direction for _, direction in sort}) > 1:
        reason = "Sorts currently only support a single direction for all fields."
        raise Invalid("unsupported_mixed_sort", reason)
    return sort


def _sort_field(value: Json) -> tuple[str, str]:
    if isinstance(value, str) and value:
        return value, "asc"
    if isinstance(value, dict) and len(value) == 1:
        ((name, direction),) = value.items()
        if direction in ("asc", "desc"):
            return name, direction
    raise Invalid("invalid_sort_field", f"Invalid sort field: {written(value)}")


def some_fields(value: Json) -> tuple[str, ...]:
    """Take a list of fields; an empty one stands for all."""
    if not isinstance(value, list):
        reason = f"Fields must be an array of strings, not: {written(value)}"
        raise Invalid("invalid_fields", reason)
    for field in value:
        if not isinstance(field, str):
            reason = f"Invalid JSON for field spec: {written(field)}"
            raise Invalid("invalid_field", reason)
    return tuple(value)


def an_index_name(value: Json) -> tuple[str, ...]:
    """Take how a request names an index: nothing, a design document, or that and the index."""
    parts = value.split("/") if isinstance(value, str) else value
    if isinstance(value, str) and len(parts) > 1 and parts[0] == "_design":
        parts = parts[1:]
    if parts is None:
        return ()
    if not _are_strings(parts) or len(parts) > 2:  # noqa: PLR2004
        raise Invalid("invalid_index_name", f"Invalid index name: {written(value)}")
    return tuple(parts)


def _are_strings(value: Json) -> bool:
    return isinstance(value, list) and all(isinstance(part, str) for part in value)


def some_designs(value: Json) -> Sequence[str]:
    """Take the ids of design documents."""
    if not isinstance(value, list):
        reason = f"Bulk Delete requires an array of non-null docids. Docids: {written(value)}"
        raise Invalid("invalid_bulk_docs", reason)
    for one in value:
        if not isinstance(one, str) or not an_index_name(one):
            raise Invalid("invalid_index_name", f"Invalid index name: {written(one)}")
    return value
