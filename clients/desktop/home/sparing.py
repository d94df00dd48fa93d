"""Sending and fetching what the other side does not have: by how both contents are cut."""

from collections.abc import Sequence

from clients.desktop.home.bodies import Body, by_recipe
from clients.desktop.home.client import HomeClient, Request
from clients.desktop.home.downloading import path_of
from clients.desktop.home.port import Like, Missing, Outgoing, Refused, Stale, Unreachable
from clients.desktop.model.content import Content
from replication.chunks import recipe as recipes
from replication.chunks.chunk import Chunk, NoChunkList, unpacked
from replication.chunks.difference import Part, difference, lacking

_SLOWEST = 10 << 20
"""Bytes of a content that a home cuts in a second, at the least."""
WORTH = 0.9
"""Share of a content from which on it is sent or fetched whole."""


async def chunks_of(client: HomeClient, node_id: str, content: Content) -> Sequence[Chunk]:
    """Return how a file's content is cut; nothing where the home does not tell, or of another."""
    request = Request("GET", path_of(node_id, "chunks"), patience=content.size / _SLOWEST)
    try:
        found = unpacked((await client.ask(request)).body)
    except (Missing, Refused, Stale):
        return ()
    except NoChunkList as error:
        raise Unreachable("the home sent no list of chunks") from error
    return found.chunks if (found.digest, found.size) == (content.sha256, content.size) else ()


async def sparing_body(
    client: HomeClient, content: Content, outgoing: Outgoing, like: Like
) -> Body | None:
    """Return a body that takes from a content of the home; None where there is little to take."""
    parts = await _parts(client, content, outgoing, like)
    if lacking(parts) > WORTH * content.size:
        return None
    recipe = recipes.recipe_of(recipes.Source(like.id, like.content.sha256), parts)
    if len(recipes.packed(recipe)) > recipes.LARGEST:
        return None
    return by_recipe(content, outgoing, recipe)


async def _parts(
    client: HomeClient, content: Content, outgoing: Outgoing, like: Like
) -> Sequence[Part]:
    if like.content == content:
        return [Part(0, content.size)]
    held = await chunks_of(client, like.id, like.content)
    if not held:
        return [Part(None, content.size)]
    return difference(await outgoing.cut(), held)
