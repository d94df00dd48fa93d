"""Reading several ranges of a view one behind the other, page by page."""

from collections.abc import AsyncGenerator, Sequence
from dataclasses import replace

from replication.index.index import Index
from replication.index.rows import EVERYTHING, IndexPage, IndexText, KeyRange

AT_A_KEY = 50
"""Rows read at once where many ranges are asked for, each of which is likely to be short."""


async def walk(
    index: Index,
    view: int,
    ranges: Sequence[KeyRange],
    *,
    skip: int = 0,
    limit: int,
    with_offset: bool = False,
) -> AsyncGenerator[IndexPage]:
    """Yield the rows of the ranges but for the first `skip`, `limit` at most.

    One page is yielded always, if only for what it tells of the view. The offset is that of the
    first page.
    """
    if len(ranges) != 1:
        async for some in _walk_many(index, view, ranges, skip=skip, limit=limit):
            yield some
        return
    page: IndexPage | None = None
    while page is None or (not page.ended and limit > 0):
        page = await index.read(
            view,
            ranges[0],
            skip=skip if page is None else 0,
            limit=limit,
            after=page.rows[-1] if page else None,
            with_offset=with_offset and page is None,
        )
        limit -= len(page.rows)
        yield page


async def walk_text(
    index: Index, view: int, key_range: KeyRange, *, skip: int, limit: int
) -> AsyncGenerator[IndexText]:
    """Yield the rows of a range as `walk` does, written as JSON."""
    page: IndexText | None = None
    while page is None or (page.last is not None and limit > 0):
        page = await index.read_text(
            view,
            key_range,
            skip=skip if page is None else 0,
            limit=limit,
            after=page.last if page else None,
            with_offset=page is None,
        )
        limit -= page.count
        yield page


async def _walk_many(
    index: Index, view: int, ranges: Sequence[KeyRange], *, skip: int, limit: int
) -> AsyncGenerator[IndexPage]:
    yield await index.read(view, EVERYTHING, limit=0)
    for key_range in ranges:
        page: IndexPage | None = None
        while limit > 0 and (page is None or not page.ended):
            after = page.rows[-1] if page else None
            page = await index.read(view, key_range, limit=AT_A_KEY, after=after)
            kept = page.rows[skip:][:limit]
            skip = max(0, skip - len(page.rows))
            limit -= len(kept)
            yield replace(page, rows=kept)
            page = page if page.rows else replace(page, ended=True)
