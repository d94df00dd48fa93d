"""What of a content is to be had from another, by the chunks of both: pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from replication.chunks.chunk import Chunk


@dataclass(frozen=True, slots=True)
class Part:
    """Bytes of a content: so many, from `start` on in the other, or from nowhere (None)."""

    start: int | None
    size: int


def difference(wanted: Sequence[Chunk], held: Sequence[Chunk]) -> list[Part]:
    """Return a content as parts in order, each as long as it can be."""
    places = _places(held)
    parts: list[Part] = []
    for chunk in wanted:
        part = Part(places.get(chunk), chunk.size)
        if parts and _follows(parts[-1], part):
            parts[-1] = Part(parts[-1].start, parts[-1].size + part.size)
        else:
            parts.append(part)
    return parts


def lacking(parts: Sequence[Part]) -> int:
    """Return how many bytes are to be had from nowhere."""
    return sum(part.size for part in parts if part.start is None)


def rest_of(parts: Sequence[Part], offset: int) -> Iterator[Part]:
    """Yield the parts from an offset of the content on; the first may be the end of one."""
    place = 0
    for part in parts:
        passed = min(max(offset - place, 0), part.size)
        place += part.size
        if passed < part.size:
            start = None if part.start is None else part.start + passed
            yield Part(start, part.size - passed)


def _places(held: Sequence[Chunk]) -> dict[Chunk, int]:
    places: dict[Chunk, int] = {}
    start = 0
    for chunk in held:
        places.setdefault(chunk, start)
        start += chunk.size
    return places


def _follows(before: Part, part: Part) -> bool:
    if before.start is None or part.start is None:
        return before.start is part.start
    return before.start + before.size == part.start
