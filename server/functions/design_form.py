"""What form the members of a design document must have, in CouchDB's words.

Source: `couch_mrview:validate_ddoc_fields` of CouchDB 3.5.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from replication.core.errors import Invalid

_KINDS: Mapping[str, type | tuple[type, ...]] = {
    "object": dict,
    "array": list,
    "string": str,
    "boolean": bool,
}
_Rule = tuple[tuple[str, str], ...]
"""Names (`*` is any) from outside in, each with the kinds it may be of."""

_FUNCTIONS = "object or string"
_RULES: tuple[_Rule, ...] = (
    (("filters", "object"), ("*", _FUNCTIONS)),
    (("language", "string"),),
    (("lists", "object"), ("*", _FUNCTIONS)),
    (("options", "object"),),
    (("options", "object"), ("include_design", "boolean")),
    (("options", "object"), ("local_seq", "boolean")),
    (("options", "object"), ("partitioned", "boolean")),
    (("rewrites", "string or array"),),
    (("shows", "object"), ("*", _FUNCTIONS)),
    (("updates", "object"), ("*", _FUNCTIONS)),
    (("validate_doc_update", "string or object"),),
    (("views", "object"), ("lib", "object")),
)
_REDUCE: _Rule = (("views", "object"), ("*", "object"), ("reduce", "string"))
QUERY = "query"
"""The language of the design documents that hold Mango indexes."""


def check_form(body: bytes) -> dict[str, Any]:
    """Return the members of a design document. Raises Invalid when one has another form."""
    try:
        members: dict[str, Any] = msgspec.json.decode(body)
    except msgspec.DecodeError as error:  # a number that is too large for any
        raise _invalid(str(error)) from None
    kind = "object" if members.get("language") == QUERY else "string"
    for rule in (*_RULES, (("views", "object"), ("*", "object"), ("map", kind)), _REDUCE):
        _check(members, rule, ())
    for name, view in (members.get("views") or {}).items():
        if name != "lib" and "map" not in view:
            raise _invalid(f"View `{name}` must contain map function")
    return members


def _check(value: dict[str, Any], rule: _Rule, path: tuple[str, ...]) -> None:
    (name, kinds), *rest = rule
    for found, member in _members(value, name):
        here = (*path, found)
        if not isinstance(member, tuple(_KINDS[kind] for kind in kinds.split(" or "))):
            raise _invalid(f"`{'.'.join(here)}` field must have {kinds} type")
        if rest and isinstance(member, dict):
            _check(member, tuple(rest), here)


def _members(value: dict[str, Any], name: str) -> Iterator[tuple[str, Any]]:
    if name == "*":
        yield from value.items()
    elif name in value:
        yield name, value[name]


def _invalid(reason: str) -> Invalid:
    return Invalid("invalid_design_doc", reason)
