"""Reducing rows of a view: a whole range by its runs, or group by group."""

from bisect import bisect_left
from collections.abc import AsyncIterator, Callable, Sequence
from typing import NamedTuple

import msgspec

from replication.index.index import Index
from replication.index.reducers import Reducer
from replication.index.rows import IndexRow, KeyRange
from replication.query.sort_key import array_prefix
from replication.store.index_protocol import IndexStore, Piece, Pieces

EXACT = None
"""The group level at which only equal keys are a group."""

_TRIES = 5
_GROUPS_TOGETHER = 200


class Group(NamedTuple):
    """A group's key and what its rows reduce to, both JSON."""

    key: bytes
    value: bytes


class _Moved(Exception):
    """The index moved between two looks at it."""


async def reduce_range(
    index: Index, store: IndexStore, view: int, key_range: KeyRange, reducer: Reducer
) -> bytes | None:
    """Return the JSON that all rows of a range reduce to; None if there is none.

    Raises what the reducer raises.
    """
    for _ in range(_TRIES):
        try:
            return await _reduce_pieces(index, store, view, key_range, reducer, strict=True)
        except _Moved:
            continue
    return await _reduce_pieces(index, store, view, key_range, reducer, strict=False)


async def _reduce_pieces(  # a loop's own state
    index: Index,
    store: IndexStore,
    view: int,
    key_range: KeyRange,
    reducer: Reducer,
    *,
    strict: bool,
) -> bytes | None:
    partials: list[bytes] = []
    rest: KeyRange | None = key_range.upwards()
    through: int | None = None
    while rest is not None:
        found = await store.pieces(index.definition, view, rest)
        if strict and through is not None and found.through != through:
            raise _Moved
        through = found.through
        partials += await _partials(index, store, view, found, reducer)
        rest = found.rest
    if not partials:
        return None
    if len(partials) > 1:
        (whole,) = await reducer.rereduce([partials])
        return reducer.finish(whole)
    return reducer.finish(partials[0])


async def _partials(
    index: Index, store: IndexStore, view: int, found: Pieces, reducer: Reducer
) -> list[bytes]:
    """Return a partial result for each piece that has rows, and keep those that are new."""
    known = _Known()
    levels = _levels(found.pieces)
    wanted = [piece for piece in levels[0] if piece.reduction is None and piece.rows]
    if wanted:
        known.learn(wanted, await reducer.reduce([piece.rows for piece in wanted]))
    for level in levels[1:]:
        fed = [(piece, parts) for piece in level if (parts := known.all_of(piece.parts))]
        if fed:
            made = await reducer.rereduce([parts for _, parts in fed])
            known.learn([piece for piece, _ in fed], made)
    if known.fresh:
        await store.keep_reductions(index.definition, view, found.through, known.fresh)
    return known.all_of(found.pieces)


class _Known:
    """What pieces reduce to; `fresh` is what was learnt of those that have a place."""

    def __init__(self) -> None:
        self._learnt: dict[int, bytes] = {}
        self.fresh: dict[bytes, bytes] = {}

    def learn(self, pieces: Sequence[Piece], partials: Sequence[bytes]) -> None:
        for piece, partial in zip(pieces, partials, strict=True):
            self._learnt[id(piece)] = partial
            if piece.place is not None:
                self.fresh[piece.place] = partial

    def all_of(self, pieces: Sequence[Piece]) -> list[bytes]:
        """Return what those that have rows reduce to, in order."""
        found = (piece.reduction or self._learnt.get(id(piece)) for piece in pieces)
        return [partial for partial in found if partial is not None]


def _levels(pieces: Sequence[Piece]) -> list[list[Piece]]:
    """Return pieces by how many others lie in one another within them: first those without."""
    levels: list[list[Piece]] = [[]]

    def enter(piece: Piece) -> int:
        level = 1 + max(map(enter, piece.parts)) if piece.parts else 0
        while len(levels) <= level:
            levels.append([])
        levels[level].append(piece)
        return level

    for piece in pieces:
        enter(piece)
    return levels


async def reduce_groups(
    pages: AsyncIterator[Sequence[IndexRow]], level: int | None, reducer: Reducer
) -> AsyncIterator[list[Group]]:
    """Reduce runs of rows whose keys agree in their first `level` items; EXACT: that are equal.

    A group may stretch over pages; what is yielded is complete.
    """
    cut = _Cutter(level)
    waiting: list[_Gathering] = []
    async for page in pages:
        place = 0
        while place < len(page):
            if not (waiting and waiting[-1].takes(page[place])):
                waiting.append(cut.begin(page[place]))
            end = waiting[-1].end_in(page, place)
            waiting[-1].rows += page[place:end]
            place = end
        await _condense(waiting, reducer)
        if len(waiting) > _GROUPS_TOGETHER:
            yield _finished(waiting[:-1], reducer)
            del waiting[:-1]
    await _condense(waiting, reducer)
    if waiting:
        yield _finished(waiting, reducer)


class _Gathering:
    """A group that may not have all its rows yet; what it had is reduced already."""

    def __init__(self, key: bytes, takes: Callable[[IndexRow], bool]) -> None:
        self.key = key
        self.takes = takes
        self.rows: list[IndexRow] = []
        self.partial: bytes | None = None

    def end_in(self, page: Sequence[IndexRow], start: int) -> int:
        """Return where in a page, one of whose rows begins it here, the next group begins."""
        return bisect_left(page, True, start, key=lambda row: not self.takes(row))


class _Cutter:
    def __init__(self, level: int | None) -> None:
        self._level = level

    def begin(self, row: IndexRow) -> _Gathering:
        """Return the group that a row begins."""
        sort = row.sort
        if self._level is not EXACT and row.key.startswith(b"["):
            items = msgspec.json.decode(row.key)
            if len(items) >= self._level:
                shown = msgspec.json.encode(items[: self._level])
                start = array_prefix(items[: self._level])
                return _Gathering(shown, lambda other: other.sort.startswith(start))
        return _Gathering(row.key, lambda other: other.sort == sort)


async def _condense(waiting: Sequence[_Gathering], reducer: Reducer) -> None:
    """Reduce the rows that groups have, and join them to what these had before."""
    fed = [group for group in waiting if group.rows]
    made = await reducer.reduce([group.rows for group in fed]) if fed else []
    longer = [(group, part) for group, part in zip(fed, made, strict=True) if group.partial]
    joined = await reducer.rereduce([[g.partial or b"", part] for g, part in longer])
    for group, part in zip(fed, made, strict=True):
        group.partial = part
        group.rows = []
    for (group, _), part in zip(longer, joined, strict=True):
        group.partial = part


def _finished(groups: Sequence[_Gathering], reducer: Reducer) -> list[Group]:
    return [Group(group.key, reducer.finish(group.partial or b"null")) for group in groups]
