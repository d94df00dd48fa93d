"""What an upload carries: a content, or a recipe and what it does not take from elsewhere."""

from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256

from clients.desktop.home.port import Outgoing
from clients.desktop.model.content import Content
from replication.chunks.recipe import Recipe, packed


@dataclass(frozen=True, slots=True)
class Body:
    """Bytes that become a content. `pieces` reads them from an offset on.

    `told` is what the home is told of them; of two that have one `name` either goes on where the
    other was cut off.
    """

    content: Content
    length: int
    pieces: Callable[[int], AsyncIterator[bytes]]
    told: Mapping[str, str]
    name: str


def whole(content: Content, outgoing: Outgoing) -> Body:
    """Return the body of a content that is sent whole."""
    told = {"sha256": content.sha256}
    return Body(content, content.size, outgoing.send, told, content.sha256)


def by_recipe(content: Content, outgoing: Outgoing, recipe: Recipe) -> Body:
    """Return the body of a content of which the home has a part."""
    head = packed(recipe)
    told = {"sha256": content.sha256, "size": str(content.size), "recipe": str(len(head))}

    async def pieces(offset: int) -> AsyncIterator[bytes]:
        if offset < len(head):
            yield head[offset:]
        for start, stop in _rest(recipe, max(offset - len(head), 0)):
            async for piece in outgoing.send(start, stop):
                yield piece

    name = f"{content.sha256}+{sha256(head).hexdigest()}"
    return Body(content, len(head) + recipe.sent, pieces, told, name)


def _rest(recipe: Recipe, sent: int) -> Iterator[tuple[int, int]]:
    """Yield where the content has what is still to be sent, when so much was."""
    place = 0
    for part in recipe.parts:
        start, place = place, place + part.size
        if part.source is None:
            passed = min(sent, part.size)
            sent -= passed
            if passed < part.size:
                yield start + passed, place
