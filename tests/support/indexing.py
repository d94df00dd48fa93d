"""Small indexes: what documents emit, sizes that make many pieces of few rows, and ways to read."""

import json

from replication.index.definition import IndexDefinition
from replication.index.rows import BETWEEN, Emitted
from replication.index.walk import walk, walk_text
from replication.store.sqlite import hash_rows, index_runs, indexes

SMALL = (
    (index_runs, "RUN_ROWS", 3),
    (index_runs, "CHILDREN", 2),
    (hash_rows, "FEWEST_YOUNG", 16),
    (indexes, "UNCUT_ROWS", 4),
    (indexes, "PAGE_ROWS", 5),
    (indexes, "FEW_READ", 4),
    (indexes, "MOST_READ", 9),
)


class ListMapper:
    """Emits, in the first view, each number of a document's list; in the second how many."""

    def __init__(self, signature="two"):
        self.definition = IndexDefinition(signature, 2)

    async def map(self, documents):
        return [self.rows(json.loads(document.body)["list"]) for document in documents]

    def rows(self, numbers):
        listed = [Emitted(b"%d" % n, b"%d" % n, b"1") for n in numbers]
        return listed, [Emitted(b"%03d" % len(numbers), b"%d" % len(numbers), b"null")]


async def all_rows(index, view, key_range, limit=None):
    page = await index.read(view, key_range, with_offset=True, limit=limit)
    offset, total, rows = page.offset, page.total, list(page.rows)
    while not page.ended:
        page = await index.read(view, key_range, after=rows[-1])
        rows += page.rows
    return offset, total, rows


async def some_rows(index, view, key_range, skip, limit):
    pages = [
        page
        async for page in walk(index, view, [key_range], skip=skip, limit=limit, with_offset=True)
    ]
    return pages[0].offset, pages[0].total, [row for page in pages for row in page.rows]


async def some_rows_as_text(index, view, key_range, skip, limit):
    pages = [page async for page in walk_text(index, view, key_range, skip=skip, limit=limit)]
    rows = json.loads(b"[%s]" % BETWEEN.join(page.text for page in pages if page.count))
    assert len(rows) == sum(page.count for page in pages)
    return pages[0].offset, pages[0].total, rows


async def counted(index, database, view, key_range):
    """Count the rows of a range by its pieces; keep what was counted where it can be kept."""
    count, rest = 0, key_range.upwards()
    while rest is not None:
        found = await database.indexes.pieces(index.definition, view, rest)
        known = {}
        count += sum(_count_of(piece, known) for piece in found.pieces)
        await database.indexes.keep_reductions(index.definition, view, found.through, known)
        rest = found.rest
    return count


def _count_of(piece, known):
    if piece.reduction is not None:
        return int(piece.reduction)
    count = len(piece.rows) + sum(_count_of(part, known) for part in piece.parts)
    if piece.place is not None:
        known[piece.place] = b"%d" % count
    return count
