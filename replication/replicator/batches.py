"""How many changes, documents and bytes travel at once."""

from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import TypeVar

from replication.replicator.peer import Travelling

V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class Limits:
    """Rows of the feed read at once; documents asked for, and written, at once; bytes written."""

    rows: int = 500
    documents: int = 100
    size: int = 8 * 1024 * 1024


def portions(items: Mapping[str, V], most: int) -> Iterator[dict[str, V]]:
    """Divide a mapping into mappings of so many items, in order."""
    left = iter(items.items())
    while portion := dict(islice(left, most)):
        yield portion


async def loads(
    documents: AsyncIterator[Travelling], limits: Limits
) -> AsyncIterator[list[Travelling]]:
    """Gather documents, in order, until one more would be too many or too large.

    A load has always one document, however large.
    """
    load: list[Travelling] = []
    size = 0
    async for document in documents:
        if load and (len(load) >= limits.documents or size + document.size > limits.size):
            yield load
            load, size = [], 0
        load.append(document)
        size += document.size
    if load:
        yield load
