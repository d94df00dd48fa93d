"""Indexes made and ended: requests read, and design documents with an index more or less."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from hashlib import sha1
from typing import Any

import msgspec

from replication.core.errors import Invalid
from replication.mango import options
from replication.mango.definition import LANGUAGE
from replication.mango.normal_form import normal_form
from replication.mango.options import REQUIRED, Schema
from replication.mango.question import DESIGN
from replication.query.selector import parse_field, parse_selector
from replication.wire.document_json import encode

Json = Any


class NoTextSearch(Exception):
    """An index of full text was asked for, which nobody here would keep."""


@dataclass(frozen=True, slots=True)
class NewIndex:
    """An index that is to be: in which design document, and the view that it is there."""

    design: str
    name: str
    view: Mapping[str, Json]


_SCHEMA: Schema = {
    "index": (REQUIRED, lambda value: value),
    "type": ("json", options.a_string),
    "name": (None, options.a_name),
    "ddoc": (None, options.a_design),
    "w": (2, options.a_positive),
    "partitioned": (False, options.a_boolean),
}
_DEFINITION: Schema = {
    "fields": (REQUIRED, options.a_sort),
    "partial_filter_selector": ({}, options.a_selector),
}
_BULK_DELETE: Schema = {
    "docids": (REQUIRED, options.some_designs),
    "w": (2, options.a_positive),
}


def read_new_index(body: Mapping[str, Json]) -> NewIndex:
    """Read a request for an index.

    Raises Invalid with CouchDB's words, and NoTextSearch.
    """
    found = options.read_options(body, _SCHEMA)
    if found["type"] in ("text", "nouveau"):
        raise NoTextSearch(found["type"])
    if found["type"] != "json":
        raise Invalid("invalid_index", f"Invalid type for index: {found['type']}")
    if found["partitioned"]:
        raise Invalid("bad_request", "Partitioned indexes need a partitioned database.")
    return _index_of(found["index"], found["name"], found["ddoc"])


def _index_of(definition: Json, name: str | None, design: str | None) -> NewIndex:
    if not isinstance(definition, dict):
        reason = f"JSON indexes must be an object, not: {options.written(definition)}"
        raise Invalid("invalid_index", reason)
    found = options.read_options(definition, _DEFINITION)
    for field, _ in found["fields"]:
        parse_field(field)
    selector = found["partial_filter_selector"]
    view = {
        "map": {
            "fields": dict(found["fields"]),
            "partial_filter_selector": normal_form(parse_selector(selector)) if selector else {},
        },
        "reduce": "_count",
        "options": {"def": definition},
    }
    given = sha1(encode([view, name, design]), usedforsecurity=False).hexdigest()
    return NewIndex(DESIGN + (design or given).removeprefix(DESIGN), name or given, view)


def read_bulk_delete(body: Mapping[str, Json]) -> list[str]:
    """Read which design documents are to lose their indexes, as ids. Raises Invalid."""
    found = options.read_options(body, _BULK_DELETE)
    return [DESIGN + name.removeprefix(DESIGN) for name in found["docids"]]


def with_index(body: bytes | None, index: NewIndex) -> bytes | None:
    """Return the body of a design document with an index, or None where it has it already.

    Raises Invalid for a document of another language.
    """
    design: dict[str, Json] = _members(body) if body is not None else {"language": LANGUAGE}
    if design.get("language") != LANGUAGE:
        language = options.written(design.get("language"))
        reason = f"Existing design doc has an invalid language: {language}"
        raise Invalid("invalid_ddoc_lang", reason)
    views = design.get("views")
    design["views"] = {**(views if isinstance(views, dict) else {}), index.name: index.view}
    written: bytes = encode(design)
    return None if body is not None and written == encode(_members(body)) else written


def without_indexes(body: bytes, names: Collection[str]) -> bytes | None:
    """Return the body of a design document without these, or None where nothing else is left."""
    design = _members(body)
    views = {name: view for name, view in design.pop("views", {}).items() if name not in names}
    if views:
        design["views"] = views
    return None if design == {"language": LANGUAGE} else encode(design)


def _members(body: bytes) -> dict[str, Json]:
    members: dict[str, Json] = msgspec.json.decode(body)
    return members
