"""What a `_find` asks, read from its JSON body and checked."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from replication.core.errors import Invalid
from replication.index.index import Freshness
from replication.mango import options
from replication.mango.bookmark import Bookmark
from replication.mango.options import REQUIRED, Schema, Sort
from replication.query.selector import Node, Path, parse_field, parse_selector

Json = Any

DEFAULT_LIMIT = 25
DESIGN = "_design/"


def _a_bookmark(value: Json) -> str | None:
    if value is None or value in ("", "nil"):
        return None
    if not isinstance(value, str):
        raise Invalid("invalid_bookmark", f"Invalid bookmark value: {options.written(value)}")
    return value


def _a_partition(value: Json) -> str:
    if value != "":
        raise Invalid("bad_request", "`partition` is not supported on this database")
    return ""


_SCHEMA: Schema = {
    "selector": (REQUIRED, options.a_selector),
    "use_index": ((), options.an_index_name),
    "bookmark": (None, _a_bookmark),
    "limit": (DEFAULT_LIMIT, options.a_count),
    "skip": (0, options.a_count),
    "sort": ((), options.a_sort),
    "fields": ((), options.some_fields),
    "partition": ("", _a_partition),
    "r": (1, options.a_positive),
    "conflicts": (False, options.a_boolean),
    "stale": (False, options.a_stale),
    "update": (True, options.a_boolean),
    "stable": (False, options.a_boolean),
    "execution_stats": (False, options.a_boolean),
    "allow_fallback": (True, options.a_boolean),
}


@dataclass(frozen=True, slots=True, eq=False)
class Question:
    """A selector, and how its answer is wanted; `options` are all of them, for `_explain`.

    `fields` are None where whole documents are wanted. `design` and `view` are the index that the
    caller would have.
    """

    selector: Mapping[str, Json]
    node: Node
    sort: tuple[Path, ...]
    descending: bool
    fields: tuple[Path, ...] | None
    limit: int
    skip: int
    bookmark: Bookmark | None
    conflicts: bool
    design: str | None
    view: str | None
    options: Mapping[str, Json] = field(repr=False)

    @property
    def freshness(self) -> Freshness:
        """What is demanded of an index."""
        behind = self.options["stale"] or not self.options["update"]
        return Freshness.NEVER if behind else Freshness.NOW


def read_question(body: Mapping[str, Json]) -> Question:
    """Read a request. Raises Invalid with CouchDB's word and sentence."""
    found = options.read_options(body, _SCHEMA)
    sort: Sort = found["sort"]
    names: tuple[str, ...] = found["use_index"]
    packed: str | None = found["bookmark"]
    return Question(
        selector=found["selector"],
        node=parse_selector(found["selector"]),
        sort=tuple(parse_field(name) for name, _ in sort),
        descending=any(direction == "desc" for _, direction in sort),
        fields=tuple(map(parse_field, found["fields"])) or None,
        limit=found["limit"],
        skip=found["skip"],
        bookmark=Bookmark.unpack(packed) if packed is not None else None,
        conflicts=found["conflicts"],
        design=DESIGN + names[0].removeprefix(DESIGN) if names else None,
        view=names[1] if len(names) > 1 else None,
        options=found,
    )
