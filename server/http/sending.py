"""Giving large bodies out: streamed, or straight from a file to the socket."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from http import HTTPMethod
from pathlib import Path
from typing import Protocol

from aiohttp import web

from webdav.message import FileSlice

# A file, or the part asked for, up to this size is read on the spot: a system call costs less than
# the way to a thread and back.
_SMALL = 1 << 16


class Head(Protocol):
    """What goes before a body."""

    @property
    def status(self) -> int:
        """The status of the answer."""

    @property
    def headers(self) -> Mapping[str, str]:
        """Its headers."""


async def send_stream(
    request: web.Request, response: Head, body: AsyncIterator[bytes]
) -> web.StreamResponse:
    """Send a body as it comes."""
    # A body of one piece goes out with its length, and a fault before the second piece is still
    # an answer of its own; after that it can only be a connection that ends too early.
    first = await anext(body, b"")
    second = await anext(body, None)
    if second is None:
        return web.Response(status=response.status, headers=response.headers, body=first)
    streamed = web.StreamResponse(status=response.status, headers=response.headers)
    await streamed.prepare(request)
    await streamed.write(first)
    await streamed.write(second)
    async for piece in body:
        await streamed.write(piece)
    await streamed.write_eof()
    return streamed


async def send_file(request: web.Request, response: Head, part: FileSlice) -> web.StreamResponse:
    """Send a part of a local file, without the bytes passing through here where they are many."""
    size = part.stop - part.start
    with Path(part.path).open("rb") as file:  # noqa: ASYNC230 - opening is one system call
        if size <= _SMALL:
            file.seek(part.start)
            content = file.read(size)
            return web.Response(status=response.status, headers=response.headers, body=content)
        streamed = web.StreamResponse(status=response.status, headers=response.headers)
        writer = await streamed.prepare(request)
        transport = request.transport
        if writer is None or transport is None or request.method == HTTPMethod.HEAD:
            return streamed
        writer.send_headers()
        await asyncio.get_running_loop().sendfile(transport, file, part.start, size)
        await streamed.write_eof()
        return streamed
