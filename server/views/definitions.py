"""What a design document says of its views, and the signature of the index that they share."""

from dataclasses import dataclass
from typing import Any

import msgspec

from replication.core.errors import Invalid
from replication.index.definition import IndexDefinition, signature_of
from replication.query.sort_key import COLLATION_VERSION
from replication.wire.document_json import encode
from server.functions.design import JAVASCRIPT

_FORMAT = "1"  # changes when the same definition would give other rows


@dataclass(frozen=True, slots=True)
class View:
    """One view: its name, and its reduce function's source if it has one.

    `raw` views stand in the order of Erlang's terms, not of Unicode. `like` names the first view
    with the same map function and order, which emits the same: it may be the view itself.
    """

    name: str
    reduce: str | None
    like: str
    raw: bool = False


@dataclass(frozen=True, slots=True)
class DesignViews:
    """The views of a design document, in the order in which their index has them."""

    definition: IndexDefinition
    views: tuple[View, ...]
    language: str
    include_design: bool
    local_sequence: bool

    def position(self, name: str) -> int | None:
        """Return the place of a view in the index."""
        names = [view.name for view in self.views]
        return names.index(name) if name in names else None


class _Design(msgspec.Struct):
    views: Any = None
    options: Any = None
    language: Any = JAVASCRIPT


def read_views(body: bytes) -> DesignViews:
    """Read the views of a design document's body. Raises Invalid for views of another form."""
    design = msgspec.json.decode(body, type=_Design)
    members = _object(design.views, "views")
    options = _object(design.options, "options")
    found = {
        name: view
        for name, view in sorted(members.items())
        if name != "lib" and isinstance(view, dict) and "map" in view
    }
    firsts: dict[bytes, str] = {}
    views = tuple(_view(name, view, options, firsts) for name, view in found.items())
    seen = encode([found, members.get("lib"), options, design.language])
    signature = signature_of(_FORMAT, COLLATION_VERSION, seen)
    return DesignViews(
        IndexDefinition(signature, len(views)),
        views,
        str(design.language),
        options.get("include_design") is True,
        options.get("local_seq") is True,
    )


def _view(
    name: str, view: dict[str, Any], options: dict[str, Any], firsts: dict[bytes, str]
) -> View:
    reduce = view.get("reduce")
    if reduce is not None and not isinstance(reduce, str):
        raise Invalid("invalid_design_doc", f"`reduce` of the view {name} must be a string.")
    own = _object(view.get("options"), "options")
    raw = {**options, **own}.get("collation") == "raw"
    like = firsts.setdefault(encode([view["map"], raw]), name)
    return View(name, reduce or None, like, raw)


def _object(value: Any, name: str) -> dict[str, Any]:  # noqa: ANN401  # JSON
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise Invalid("invalid_design_doc", f"`{name}` must be an object.")
    return value
