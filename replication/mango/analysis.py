"""What a selector says of fields: which it requires, which it fixes, which an index can narrow."""

from collections.abc import Iterable, Iterator

from replication.query.selector import Anything, Every, Neither, Node, Not, Path, Some, Test

_NARROWING = frozenset({"$lt", "$lte", "$eq", "$gt", "$gte", "$beginsWith", "$exists"})


def required(node: Node) -> frozenset[Path]:
    """Return the fields that every document which matches has.

    Every condition but `$exists: false` needs its field; of alternatives, all must need it.
    """
    match node:
        case Every(parts):
            return frozenset[Path]().union(*map(required, parts))
        case Some(parts) if parts:
            return frozenset.intersection(*(frozenset(required(part)) for part in parts))
        case Test(path, operator, argument) if (operator, argument) != ("$exists", False):
            return frozenset({path})
        case _:
            return frozenset()


def conjuncts(node: Node) -> Iterator[Node]:
    """Yield the conditions that must all hold, seen through `$and`s."""
    if isinstance(node, Every):
        for part in node.parts:
            yield from conjuncts(part)
    else:
        yield node


def is_constant(node: Node, path: Path) -> bool:
    """Tell whether all documents that match have one value there."""
    return any(
        isinstance(part, Test) and part.path == path and part.operator == "$eq"
        for part in conjuncts(node)
    )


def narrowing(node: Node) -> Iterator[Test]:
    """Yield the conditions which confine a field to one range."""
    for part in conjuncts(node):
        if isinstance(part, Test) and part.operator in _NARROWING and not part.negated:
            yield part


def indexable(node: Node) -> list[Path]:
    """Return the fields that an index may narrow, in order."""
    return sorted({test.path for test in narrowing(node)})


def mentioned(node: Node) -> list[Path]:
    """Return the fields that a selector names, again for each time."""
    match node:
        case Every(parts) | Some(parts) | Neither(parts):
            return _flat(map(mentioned, parts))
        case Not(part):
            return mentioned(part)
        case Test(path):
            return [path]
        case _:
            return []


def is_text_search(node: Node) -> bool:
    """Tell whether any condition is on full text."""
    match node:
        case Every(parts) | Some(parts) | Neither(parts):
            return any(map(is_text_search, parts))
        case Not(part):
            return is_text_search(part)
        case _:
            return isinstance(node, Anything)


def _flat(lists: Iterable[list[Path]]) -> list[Path]:
    return [path for found in lists for path in found]
