"""An upload that names what the home has already, and sends the rest (docs/formats/chunks.md).

Its bytes are a recipe and the parts that are sent. What is taken is of files that the caller may
read, and of the content that they have now: a hash alone leads to nothing.
"""

from collections.abc import AsyncIterator

from aiohttp import web

from doctypes.files.node import File
from doctypes.permissions.rule import Verb
from replication.chunks.recipe import LARGEST, BadRecipe, Recipe, Source, unpacked
from replication.core.errors import BlobMissing
from server.files.asking import require, tree_of
from server.files.resumable.headers import TusRefused
from server.files.resumable.parts import Parts, Wanted

_LARGEST = 1 << 50
_DIGITS = 16


def recipe_length(metadata: dict[str, str], length: int) -> int:
    """Return how many bytes of an upload are its recipe; 0 for one that is sent whole.

    Raises TusRefused 422 for what no upload can be, and where the whole could not be checked.
    """
    if "recipe" not in metadata:
        return 0
    found = _number(metadata, "recipe")
    _number(metadata, "size")
    if not 0 < found <= min(length, LARGEST):
        raise TusRefused(422, f"A recipe has {LARGEST} bytes at most, and comes first")
    if not metadata.get("sha256"):
        raise TusRefused(422, "An upload with a recipe must say the sha256 of the whole")
    return found


def content_length(wanted: Wanted) -> int:
    """Return how many bytes the file will have."""
    return _number(wanted.metadata, "size") if "recipe" in wanted.metadata else wanted.length


def _number(metadata: dict[str, str], name: str) -> int:
    text = metadata.get(name, "")
    if not (text.isascii() and text.isdigit() and len(text) <= _DIGITS and int(text) <= _LARGEST):
        raise TusRefused(422, f"Upload-Metadata: {name} must be a number of bytes")
    return int(text)


async def content_of(
    request: web.Request, parts: Parts, upload_id: str, wanted: Wanted
) -> AsyncIterator[bytes]:
    """Return the content of an upload whose bytes have all come.

    Raises TusRefused, and what reading a source that is not the caller's raises.
    """
    length = recipe_length(wanted.metadata, wanted.length)
    if not length:
        return parts.read(upload_id)
    recipe = _read(await parts.head(upload_id, length), wanted, length)
    files = [await _source(request, source) for source in recipe.sources]
    _require_within(recipe, files)
    return _assembled(request, parts, upload_id, length, recipe, files)


def _read(data: bytes, wanted: Wanted, length: int) -> Recipe:
    try:
        recipe = unpacked(data)
    except BadRecipe as error:
        raise TusRefused(422, f"The recipe cannot be read: {error}") from error
    if recipe.size != content_length(wanted) or recipe.sent != wanted.length - length:
        raise TusRefused(422, "The recipe is of another size, or more or less was sent")
    return recipe


async def _source(request: web.Request, source: Source) -> File:
    file = await tree_of(request).get(source.id)
    await require(request, Verb.GET, file)
    if not isinstance(file, File) or file.blob != source.sha256:
        raise TusRefused(412, "A source of the recipe has another content now")
    return file


def _require_within(recipe: Recipe, files: list[File]) -> None:
    for part in recipe.parts:
        if part.source is not None and part.start + part.size > files[part.source].size:
            raise TusRefused(422, "A part of the recipe is beyond the end of its source")


async def _assembled(
    request: web.Request,
    parts: Parts,
    upload_id: str,
    start: int,
    recipe: Recipe,
    files: list[File],
) -> AsyncIterator[bytes]:
    tree = tree_of(request)
    for part in recipe.parts:
        if part.source is None:
            pieces = parts.read(upload_id, start, start + part.size)
            start += part.size
        else:
            pieces = tree.read(files[part.source], part.start, part.start + part.size)
        try:
            async for piece in pieces:
                yield piece
        except BlobMissing as error:
            raise TusRefused(412, "The content of a source is gone") from error
