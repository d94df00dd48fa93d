"""What a reduce function is to an index, and CouchDB's built-in ones by name."""

import re
from collections.abc import Callable, Sequence
from functools import reduce as fold
from typing import Any, Protocol

import msgspec

from replication.core.errors import Invalid
from replication.index.distinct import Sketch
from replication.index.ranking import MOST, best
from replication.index.rows import IndexRow
from replication.index.statistics import add_statistics, pack_statistics, statistics_of
from replication.index.sums import total

Rows = Sequence[IndexRow]


class Reducer(Protocol):
    """Reduces rows to partial results, and those to others; a partial result is bytes."""

    async def reduce(self, groups: Sequence[Rows]) -> Sequence[bytes]:
        """Return what the rows of each group reduce to. Raises Refused, Invalid."""

    async def rereduce(self, groups: Sequence[Sequence[bytes]]) -> Sequence[bytes]:
        """Return what the partial results of each group reduce to. Raises Refused, Invalid."""

    def finish(self, partial: bytes) -> bytes:
        """Return the JSON that a reader is shown."""


class BuiltIn:
    """A built-in: two functions over decoded values, and how its partial results are shown."""

    def __init__(
        self,
        first: Callable[[Rows], Any],
        again: Callable[[Sequence[Any]], Any],
        shown: Callable[[Any], Any] | None = None,
    ) -> None:
        self._first = first
        self._again = again
        self._shown = shown

    async def reduce(self, groups: Sequence[Rows]) -> Sequence[bytes]:
        """Return what the rows of each group reduce to."""
        return [_encode(self._first(rows)) for rows in groups]

    async def rereduce(self, groups: Sequence[Sequence[bytes]]) -> Sequence[bytes]:
        """Return what the partial results of each group reduce to."""
        return [_encode(self._again(_decoded(partials))) for partials in groups]

    def finish(self, partial: bytes) -> bytes:
        """Return the JSON that a reader is shown."""
        if self._shown is None:
            return partial
        return _encode(self._shown(msgspec.json.decode(partial)))


def built_in(source: str) -> Reducer | None:
    """Return the built-in that a reduce function's source names, or None if it is code.

    Raises Invalid for a name that begins like one and is none.
    """
    if not source.startswith("_"):
        return None
    for name, reducer in _BY_NAME.items():
        if source.startswith(name):
            return reducer
    if ranked := re.match(r"_(top|bottom)_(\d+)\Z", source):
        return _ranked(int(ranked[2]), highest=ranked[1] == "top")
    raise Invalid("invalid_design_doc", f"`{source}` is not a supported reduce function.")


_encode = msgspec.json.Encoder().encode


def _decoded(texts: Sequence[bytes]) -> list[Any]:
    decoded: list[Any] = msgspec.json.decode(b"[" + b",".join(texts) + b"]")
    return decoded


def _values(rows: Rows) -> list[Any]:
    return _decoded([row.value for row in rows])


def _count_distinct(rows: Rows) -> str:
    sketch = Sketch()
    for row in rows:
        sketch.add(row.sort)
    return sketch.text()


def _united(sketches: Sequence[str]) -> str:
    return fold(Sketch.united, map(Sketch.of, sketches), Sketch()).text()


def _first_value(rows: Rows) -> list[Any]:
    return [msgspec.json.decode(rows[0].value)] if rows else []


def _last_value(rows: Rows) -> list[Any]:
    return [msgspec.json.decode(rows[-1].value)] if rows else []


def _shown_value(found: list[Any]) -> Any:  # noqa: ANN401  # JSON
    return found[0] if found else None


def _ranked(most: int, *, highest: bool) -> Reducer:
    if not 1 <= most <= MOST:
        reason = f"rank value must be between 1 and {MOST}"
        raise Invalid("invalid_design_doc", reason)
    return BuiltIn(
        lambda rows: best(_values(rows), most, highest=highest),
        lambda parts: best([v for part in parts for v in part], most, highest=highest),
    )


_BY_NAME: dict[str, Reducer] = {
    "_sum": BuiltIn(lambda rows: total(_values(rows)), total),
    "_count": BuiltIn(len, sum),
    "_stats": BuiltIn(
        lambda rows: statistics_of(_values(rows)),
        lambda parts: fold(add_statistics, parts) if parts else statistics_of([]),
        pack_statistics,
    ),
    "_approx_count_distinct": BuiltIn(
        _count_distinct, _united, lambda text: Sketch.of(text).estimate()
    ),
    "_first": BuiltIn(_first_value, lambda parts: next(filter(None, parts), []), _shown_value),
    "_last": BuiltIn(
        _last_value, lambda parts: next(filter(None, reversed(parts)), []), _shown_value
    ),
}
