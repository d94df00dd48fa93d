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
_PARTIAL = 206


def path_of(node_id: str, *more: str) -> str:
    """Return where a node is asked about."""
    return "/".join(["/files", quote(node_id, safe=""), *more])


async def download(
    client: HomeClient, node_id: str, content: Content, start: int = 0, stop: int | None = None
) -> AsyncIterator[bytes]:
    """Read a content, or a part of it. Raises Stale where the home has another by now.

    All of it is hashed where all is read; else who asked has the rest of it.
    """
    hasher, place, cuts = hashlib.sha256(), start, 0
    end = content.size if stop is None else min(stop, content.size)
    tag = ""
    while place < end:
        try:
            async with client.opened(_request(node_id, content, place, end, tag)) as response:
                tag = _checked(response, content, place, end, tag)
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
    is_all = (start, end) == (0, content.size)
    if place != max(start, end) or (is_all and hasher.hexdigest() != content.sha256):
        raise Stale("the home has another content by now")


def _request(node_id: str, content: Content, place: int, end: int, tag: str) -> Request:
    headers: dict[str, str] = {hdrs.ACCEPT_ENCODING: "identity"}
    if (place, end) != (0, content.size):
        headers[hdrs.RANGE] = f"bytes={place}-{end - 1}"
    if tag:
        headers[hdrs.IF_MATCH] = tag
    return Request("GET", f"/files/download/{quote(node_id, safe='')}", headers=headers)


def _checked(response: ClientResponse, content: Content, place: int, end: int, tag: str) -> str:
    """Return the content's tag. Raises Stale where the answer is of another content."""
    found = response.headers.get(hdrs.ETAG, "")
    if (tag and found != tag) or not _is_of(response, content, place, end):
        raise Stale("the home has another content by now")
    return found


def _is_of(response: ClientResponse, content: Content, place: int, end: int) -> bool:
    if (place, end) == (0, content.size):
        return (response.content_length or 0) == content.size
    told = response.headers.get(hdrs.CONTENT_RANGE, "")
    return response.status == _PARTIAL and told == f"bytes {place}-{end - 1}/{content.size}"
