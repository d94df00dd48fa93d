"""The reference index store: rows in sorted lists, as plain as the rules allow."""

from bisect import insort
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from replication.index.definition import IndexDefinition
from replication.index.rows import (
    BETWEEN,
    Bound,
    IndexPage,
    IndexRow,
    IndexText,
    KeyRange,
    row_text,
)
from replication.store.index_protocol import IndexBatch, IndexStore, Piece, Pieces

PAGE_ROWS = 1000


@dataclass(slots=True)
class _Index:
    views: list[list[IndexRow]]
    through: int = 0

    def forget(self, document_ids: Collection[str]) -> None:
        self.views = [
            [row for row in rows if row.document_id not in document_ids] for rows in self.views
        ]


@dataclass(slots=True)
class MemoryIndexes:
    """The indexes of one database in memory."""

    _kept: dict[str, _Index] = field(default_factory=dict)

    async def through(self, definition: IndexDefinition) -> int | None:
        """Return the sequence that an index has reached."""
        index = self._kept.get(definition.signature)
        return index.through if index else None

    async def apply(self, definition: IndexDefinition, batch: IndexBatch) -> bool:
        """Take the rows of a batch in."""
        fresh = _Index([[] for _ in range(definition.views)])
        index = self._kept.get(definition.signature, fresh)
        if index.through != batch.since:
            return False
        self._kept[definition.signature] = index
        index.forget({document.document_id for document in batch.documents})
        for document_id, sequence, rows_by_view in batch.documents:
            for view, emitted in enumerate(rows_by_view):
                for number, (sort, key, value) in enumerate(emitted):
                    row = IndexRow(sort, document_id, number, sequence, key, value)
                    insort(index.views[view], row)
        index.through = batch.through
        return True

    async def settle(self, definition: IndexDefinition) -> None:
        """End a first build, which makes no difference here."""

    async def read(
        self,
        definition: IndexDefinition,
        view: int,
        key_range: KeyRange,
        *,
        skip: int = 0,
        limit: int | None = None,
        after: IndexRow | None = None,
        with_offset: bool = False,
    ) -> IndexPage:
        """Read rows of a view in the direction of the range."""
        index = self._kept.get(definition.signature) or _Index([[]] * definition.views)
        every = list(index.views[view])
        found = [row for row in every if within(row, key_range)]
        if key_range.descending:
            every.reverse()
            found.reverse()
        if after is not None:
            found = found[found.index(after) + 1 :] if after in found else []
        most = PAGE_ROWS if limit is None else min(limit, PAGE_ROWS)
        rows = tuple(found[skip : skip + most])
        offset = _offset(every, rows, key_range) if with_offset else 0
        return IndexPage(rows, len(every), offset, skip + most >= len(found), index.through)

    async def read_text(
        self,
        definition: IndexDefinition,
        view: int,
        key_range: KeyRange,
        *,
        skip: int = 0,
        limit: int | None = None,
        after: IndexRow | None = None,
        with_offset: bool = False,
    ) -> IndexText:
        """Read rows of a view as JSON."""
        page = await self.read(
            definition,
            view,
            key_range,
            skip=skip,
            limit=limit,
            after=after,
            with_offset=with_offset,
        )
        rows = page.rows
        last = rows[-1] if rows and not page.ended and len(rows) != limit else None
        text = BETWEEN.join(map(row_text, rows))
        return IndexText(text, len(rows), page.total, page.offset, last, page.through)

    async def pieces(self, definition: IndexDefinition, view: int, key_range: KeyRange) -> Pieces:
        """Return a range as one run, which is never kept."""
        index = self._kept.get(definition.signature)
        rows = [row for row in index.views[view] if within(row, key_range)] if index else []
        return Pieces([Piece(None, None, rows)], None, index.through if index else 0)

    async def keep_reductions(
        self,
        definition: IndexDefinition,
        view: int,
        through: int,
        reductions: Mapping[bytes, bytes],
    ) -> None:
        """Remember nothing."""

    async def signatures(self) -> list[str]:
        """Return the signatures of all indexes that are kept."""
        return sorted(self._kept)

    async def size(self, definition: IndexDefinition) -> int:
        """Return the bytes of all keys and values."""
        index = self._kept.get(definition.signature)
        rows = [row for rows in index.views for row in rows] if index else []
        return sum(len(row.sort) + len(row.key) + len(row.value) for row in rows)

    async def drop(self, signatures: Collection[str]) -> None:
        """Forget these indexes."""
        for signature in signatures:
            self._kept.pop(signature, None)

    def forget(self, document_ids: Iterable[str]) -> None:
        """Take documents that were purged out of all indexes."""
        gone = frozenset(document_ids)
        for index in self._kept.values():
            index.forget(gone)


def _offset(every: list[IndexRow], rows: Sequence[IndexRow], key_range: KeyRange) -> int:
    if rows:
        return every.index(rows[0])
    if key_range.descending:
        return sum(not is_below(row, key_range.upper) for row in every)
    return sum(not is_above(row, key_range.lower) for row in every)


def within(row: IndexRow, key_range: KeyRange) -> bool:
    """Tell whether a row lies in a range."""
    return is_above(row, key_range.lower) and is_below(row, key_range.upper)


def is_above(row: IndexRow, bound: Bound | None) -> bool:
    """Tell whether a row lies above a lower bound."""
    if bound is None:
        return True
    if bound.document_id is None:
        return row.sort >= bound.sort if bound.inclusive else row.sort > bound.sort
    place, end = (row.sort, row.document_id), (bound.sort, bound.document_id)
    return place >= end if bound.inclusive else place > end


def is_below(row: IndexRow, bound: Bound | None) -> bool:
    """Tell whether a row lies below an upper bound."""
    if bound is None:
        return True
    if bound.document_id is None:
        return row.sort <= bound.sort if bound.inclusive else row.sort < bound.sort
    place, end = (row.sort, row.document_id), (bound.sort, bound.document_id)
    return place <= end if bound.inclusive else place < end


_: type[IndexStore] = MemoryIndexes
