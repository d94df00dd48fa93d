"""Mango's indexes as design documents of the language `query` hold them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from replication.core.errors import Invalid
from replication.query.selector import Node, Path, parse_field, parse_selector

Json = Any

LANGUAGE = "query"
"""What the design documents of Mango's indexes name as their language."""


@dataclass(frozen=True, slots=True)
class MangoIndex:
    """An index: of the documents that pass its filter and have all its fields.

    `definition` is its `map` as the design document has it: `fields` with their directions, and
    maybe a selector that filters. `design` is the id of that document; None is the index of ids,
    which every database has.
    """

    design: str | None
    name: str
    definition: Mapping[str, Json]
    columns: tuple[Path, ...]
    partial_filter: Node | None = None

    @property
    def kind(self) -> str:
        """CouchDB's word for its type."""
        return "special" if self.design is None else "json"

    @property
    def selector(self) -> Mapping[str, Json]:
        """The filter as JSON, empty where there is none."""
        return _filter_of(self.definition)

    def shown(self) -> dict[str, Json]:
        """Return it as `GET _index` and `_explain` show it."""
        head: dict[str, Json] = {"ddoc": self.design, "name": self.name, "type": self.kind}
        if self.design is not None:
            head["partitioned"] = False
        return {**head, "def": _shown_definition(self.definition)}


ALL_DOCS = MangoIndex(None, "_all_docs", {"fields": {"_id": "asc"}}, (("_id",),))
"""The documents in order of their ids."""


class _Design(msgspec.Struct):
    language: Json = None
    views: Json = None


def indexes_of(design: str, body: bytes) -> tuple[MangoIndex, ...]:
    """Return the indexes of a design document, in the order it has them; what is none is skipped.

    None are in documents of another language.
    """
    try:
        found = msgspec.json.decode(body, type=_Design)
    except (msgspec.DecodeError, RecursionError):
        return ()
    if found.language != LANGUAGE or not isinstance(found.views, dict):
        return ()
    indexes = (_index_of(design, name, view) for name, view in found.views.items())
    return tuple(index for index in indexes if index is not None)


def _index_of(design: str, name: str, view: Json) -> MangoIndex | None:
    definition = view.get("map") if isinstance(view, dict) else None
    if not isinstance(definition, dict) or not isinstance(view.get("options"), dict):
        return None
    fields = definition.get("fields")
    if not isinstance(fields, dict):
        return None
    try:
        columns = tuple(map(parse_field, fields))
        selector = _filter_of(definition)
        node = parse_selector(selector) if selector else None
    except Invalid:
        return None
    return MangoIndex(design, name, definition, columns, node)


def _filter_of(definition: Mapping[str, Json]) -> Mapping[str, Json]:
    """Return the filter; `selector` is what it was called once."""
    found = definition.get("partial_filter_selector") or definition.get("selector") or {}
    return found if isinstance(found, Mapping) else {"": found}


def _shown_definition(definition: Mapping[str, Json]) -> dict[str, Json]:
    shown: dict[str, Json] = {}
    for name, value in definition.items():
        if name == "fields":
            shown[name] = [{field: direction} for field, direction in value.items()]
        elif (name, value) != ("partial_filter_selector", {}):
            shown[name] = value
    return shown


def in_order(indexes: Sequence[MangoIndex]) -> list[MangoIndex]:
    """Return indexes in the order in which `GET _index` lists them."""
    return sorted(indexes, key=lambda index: (index.design or "", index.name))
