"""The range of each field that a selector leaves, and the keys of an index between which it lies.

A range may be wider than its conditions, never narrower: documents are matched again once found.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import takewhile
from typing import Any

from replication.index.rows import Bound, KeyRange
from replication.mango.analysis import narrowing
from replication.query.matching import id_key
from replication.query.selector import Node, Path, Test
from replication.query.sort_key import BEFORE_ALL, HIGHEST, array_prefix, past, sort_key

Json = Any

ID: Path = ("_id",)


@dataclass(frozen=True, slots=True)
class Edge:
    """An end of a range: its operator and argument, and its place among the keys of values.

    `open` is an end that no condition has set. The place of one that is not `exact` lies before,
    or behind, the keys that are meant, and is none itself.
    """

    operator: str
    value: Json
    place: bytes
    open: bool = False
    exact: bool = True


@dataclass(frozen=True, slots=True)
class Range:
    """The values of a field from `low` to `high`."""

    low: Edge = Edge("$gt", None, BEFORE_ALL, open=True)
    high: Edge = Edge("$lt", None, HIGHEST, open=True)

    @property
    def is_point(self) -> bool:
        """Tell whether one value alone is in it."""
        return self.low.operator == "$eq"


Ranges = Sequence[tuple[Path, Range | None]]
"""Fields and their ranges; None is a field that no value fits."""


def field_ranges(node: Node) -> Ranges:
    """Return the range of each field that a selector confines, in order of the fields.

    Where conditions contradict each other, that field stands alone.
    """
    tests = list(narrowing(node))
    found: list[tuple[Path, Range | None]] = []
    for path in sorted({test.path for test in tests}):
        narrowed = _narrowed(test for test in tests if test.path == path)
        if narrowed is None:
            return [(path, None)]
        found.append((path, narrowed))
    return found


def _narrowed(tests: Iterable[Test]) -> Range | None:
    found: Range | None = Range()
    for test in tests:
        for operator, edge in _edges(test):
            found = _within(found, operator, edge) if found is not None else None
    return found


def _edges(test: Test) -> list[tuple[str, Edge]]:
    if test.operator == "$exists":
        return []
    if test.operator == "$beginsWith":
        return _beginning(test)
    return [(test.operator, Edge(test.operator, test.argument, _place(test.path, test.argument)))]


def _beginning(test: Test) -> list[tuple[str, Edge]]:
    """Strings that begin alike lie between two keys, at least as far as ASCII goes."""
    text = test.argument
    if test.path == ID:
        place = id_key(text)
    else:
        start = "".join(takewhile(_is_plain, text.lower()))
        place = sort_key(start)[: 1 + len(start)]
    low = Edge("$gte", text, place, exact=False)
    high = Edge("$lte", text + "\uffff", past(place), exact=False)
    return [("$gte", low), ("$lte", high)]


def _is_plain(character: str) -> bool:
    return " " <= character <= "~"


def _place(path: Path, value: Json) -> bytes:
    return id_key(value) if path == ID else sort_key(value)


def _within(known: Range, operator: str, edge: Edge) -> Range | None:
    """Confine a range by one more condition; None if nothing is left."""
    from_low = edge.place > known.low.place or (
        edge.place == known.low.place and known.low.operator in ("$gte", "$eq")
    )
    upto_high = edge.place < known.high.place or (
        edge.place == known.high.place and known.high.operator in ("$lte", "$eq")
    )
    point = Range(replace(edge, operator="$eq"), replace(edge, operator="$eq"))
    if operator == "$eq":
        return point if from_low and upto_high else None
    if operator in ("$lt", "$lte"):
        return _below(known, edge, point if from_low else None)
    return _above(known, edge, point if upto_high else None)


def _below(known: Range, edge: Edge, point: Range | None) -> Range | None:
    if edge.place < known.low.place:
        return None
    if edge.place == known.low.place:
        return point if edge.operator == "$lte" else None
    tighter = edge.place < known.high.place
    also_open = edge.place == known.high.place and edge.operator == "$lt"
    return replace(known, high=edge) if tighter or also_open else known


def _above(known: Range, edge: Edge, point: Range | None) -> Range | None:
    if edge.place > known.high.place:
        return None
    if edge.place == known.high.place:
        return point if edge.operator == "$gte" else None
    tighter = edge.place > known.low.place
    also_open = edge.place == known.low.place and edge.operator == "$gt"
    return replace(known, low=edge) if tighter or also_open else known


def prefix_of(columns: Sequence[Path], ranges: Ranges) -> list[Range | None]:
    """Return the ranges of the first columns, up to one that has none."""
    known = dict(ranges)
    return [known[column] for column in takewhile(known.__contains__, columns)]


def key_range(
    columns: Sequence[Path], ranges: Sequence[Range], *, descending: bool = False
) -> KeyRange:
    """Return where the keys of an index lie whose first columns are within these ranges."""
    confined = list(zip(columns, ranges, strict=False))
    return KeyRange(
        Bound(_start(confined)), Bound(_end(confined), inclusive=False), descending=descending
    )


def _start(confined: Sequence[tuple[Path, Range]]) -> bytes:
    start = array_prefix(())
    for column, found in confined:
        place = _place_in_index(column, found, found.low)
        if place is None:
            break
        start += place
        if not found.low.exact:
            break
    return start


def _end(confined: Sequence[tuple[Path, Range]]) -> bytes:
    """Return the first bytes behind all keys that fit."""
    end = array_prefix(())
    for column, found in confined:
        place = _place_in_index(column, found, found.high)
        if place is None:
            break
        if not found.high.exact:
            return end + place
        end += place
    return past(end)


def _place_in_index(column: Path, found: Range, edge: Edge) -> bytes | None:
    """Return where an edge stands in an index, or None where it does not confine.

    An index orders ids as it does all strings, which says nothing of their order by code point.
    """
    if column != ID:
        return None if edge.open else edge.place
    return sort_key(edge.value) if found.is_point and edge.exact else None
