r"""Selectors written back: the one form that CouchDB shows in `_explain` and keeps in indexes."""

from typing import Any

from replication.query.selector import (
    Anything,
    Every,
    Neither,
    Node,
    Not,
    Path,
    Some,
    Test,
)

Json = Any


def field_name(path: Path) -> str:
    r"""Return a path as one writes it: parts with dots between, dots of their own as `\.`."""
    return ".".join(part.replace(".", "\\.") for part in path)


def normal_form(node: Node) -> dict[str, Json]:
    """Return a selector in which every operator is explicit and every field a full path."""
    match node:
        case Every(parts):
            return {"$and": [normal_form(part) for part in parts]}
        case Some(parts):
            return {"$or": [normal_form(part) for part in parts]}
        case Neither(parts):
            return {"$nor": [normal_form(part) for part in parts]}
        case Not(part):
            return {"$not": normal_form(part)}
        case Anything(argument):
            return {"$default": {"$text": argument}}
        case Test():
            return {field_name(node.path): _condition(node)}


def _condition(test: Test) -> dict[str, Json]:
    argument = test.argument
    inside = isinstance(argument, Every | Some | Neither | Not | Anything | Test)
    condition = {test.operator: normal_form(argument) if inside else argument}
    return {"$not": condition} if test.negated else condition
