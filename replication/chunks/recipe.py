"""A content told as what is taken from contents that the other side has, and what is sent.

In JSON: `{"sources": [{"id": …, "sha256": …}], "parts": [{"size": 9, "source": 0, "start": 4},
{"size": 7}]}`. A part without a source is sent: all such parts follow the recipe, in order.
"""

from collections.abc import Sequence

import msgspec

from replication.chunks.difference import Part

LARGEST = 4 << 20
"""Bytes of a recipe; a content that needs a longer one is better sent whole."""
_LONGEST = 1 << 50


class BadRecipe(ValueError):
    """Bytes that are no recipe, or one that contradicts itself."""


class Source(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A content: of which file, and its SHA-256 in hex, for that file may have another by now."""

    id: str
    sha256: str


class RecipePart(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """So many bytes: of a source, from `start` on; or sent."""

    size: int
    source: int | None = None
    start: int = 0


class Recipe(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All parts of a content in order."""

    sources: tuple[Source, ...]
    parts: tuple[RecipePart, ...]

    @property
    def size(self) -> int:
        """Return the length of the content in bytes."""
        return sum(part.size for part in self.parts)

    @property
    def sent(self) -> int:
        """Return how many bytes follow the recipe."""
        return sum(part.size for part in self.parts if part.source is None)


def recipe_of(source: Source, parts: Sequence[Part]) -> Recipe:
    """Return the recipe of a content that is taken from one other, as far as it can be."""
    told = (
        RecipePart(part.size) if part.start is None else RecipePart(part.size, 0, part.start)
        for part in parts
    )
    return Recipe((source,), tuple(told))


def packed(recipe: Recipe) -> bytes:
    """Return a recipe as it is sent."""
    return msgspec.json.encode(recipe)


def unpacked(data: bytes) -> Recipe:
    """Read a recipe. Raises BadRecipe."""
    try:
        recipe = msgspec.json.decode(data, type=Recipe)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise BadRecipe(str(error)) from error
    if not all(_is_possible(recipe, part) for part in recipe.parts) or recipe.size > _LONGEST:
        raise BadRecipe("a part is of no source, or of no length")
    return recipe


def _is_possible(recipe: Recipe, part: RecipePart) -> bool:
    is_known = part.source is None or 0 <= part.source < len(recipe.sources)
    return is_known and 0 <= part.size <= _LONGEST and 0 <= part.start <= _LONGEST
