"""A content that is fetched, from where it was cut off, and held to what was asked for."""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from urllib.parse import quote

from aiohttp import ClientResponse, hdrs

from clients.desktop.home.client import HomeClient, Request, connection_named
from clients.desktop.home.port import Stale, Unreachable
from clients.desktop.model.content import Content

_PIECE = 256 * 1024
_TRIES = 5
"""Cuts without a byte in between after which somebody else may try later."""
_PAUSE = 0.5


async def download(
    client: HomeClient, node_id: str, content: Content, offset: int
) -> AsyncIterator[bytes]:
    """Read a content from an offset on. Raises Stale where the home has another by now.

    All of it is hashed where it is read from its beginning; else who asked has the rest of it.
    """
    hasher, place, cuts = hashlib.sha256(), offset, 0
    tag = ""
    while place < content.size:
        try:
            async with client.opened(_request(node_id, place, tag)) as response:
                tag = _checked(response, content, place, tag)
                with connection_named():
                    async for piece in response.content.iter_chunked(_PIECE):
                        hasher.update(piece)
                        place += len(piece)
                        cuts = 0
                        yield piece
        except Unreachable:
            cuts += 1
            if cuts >= _TRIES:
                raise
            await asyncio.sleep(_PAUSE * cuts)
    if place != content.size or (offset == 0 and hasher.hexdigest() != content.sha256):
        raise Stale("the home has another content by now")


def _request(node_id: str, place: int, tag: str) -> Request:
    headers: dict[str, str] = {hdrs.ACCEPT_ENCODING: "identity"}
    if place:
        headers[hdrs.RANGE] = f"bytes={place}-"
    if tag:
        headers[hdrs.IF_MATCH] = tag
    return Request("GET", f"/files/download/{quote(node_id, safe='')}", headers=headers)


def _checked(response: ClientResponse, content: Content, place: int, tag: str) -> str:
    """Return the content's tag. Raises Stale where the answer is of another content."""
    found = response.headers.get(hdrs.ETAG, "")
    size = (response.content_length or 0) + (place if response.status == 206 else 0)  # noqa: PLR2004
    if size != content.size or (tag and found != tag) or (place and response.status != 206):  # noqa: PLR2004
        raise Stale("the home has another content by now")
    return found
