"""aiohttp requests to DavRequests, DavResponses to aiohttp answers, and nothing else."""

import asyncio
from collections.abc import AsyncIterator, Callable
from http import HTTPMethod
from pathlib import Path

from aiohttp import ClientError, web
from aiohttp.http_exceptions import HttpProcessingError
from aiohttp.typedefs import Handler

from server.dav.homes import HomeFiles
from webdav.handler import ALLOWED, DavHandler
from webdav.message import BodyIncomplete, DavRequest, DavResponse, FileSlice, fold_headers
from webdav.methods.options import options

MOUNT = "/dav/files"

# Pieces of an upload are gathered to this size: each is a hop to a thread that hashes and writes.
_PIECE = 1 << 18
# A file, or the part asked for, up to this size is read on the spot: a system call costs less than
# the way to a thread and back.
_SMALL = 1 << 16

HandlerOf = Callable[[web.Request], DavHandler]


def routes() -> list[web.AbstractRouteDef]:
    """Return the routes that every home serves: its files, under /dav/files/."""
    return routes_under(MOUNT, HomeFiles())


def routes_under(mount: str, handler_of: HandlerOf) -> list[web.AbstractRouteDef]:
    """Return the routes of one mount, for all methods; they answer OPTIONS to anybody.

    `handler_of` finds the files that the request is about, for the one who asks.
    """
    serve = _entry(handler_of, mount)
    return [
        web.route("*", path, serve, expect_handler=_no_continue_yet)
        for path in (mount, f"{mount}/{{path:(?s:.*)}}")  # a line feed is a refusal of ours too
    ]


def answer_options() -> web.Response:
    """Answer OPTIONS outside of any mount: on `*`, and on the parents of a share."""
    response = options(ALLOWED)
    return web.Response(status=response.status, headers=response.headers)


def _entry(handler_of: HandlerOf, mount: str) -> Handler:
    async def serve(request: web.Request) -> web.StreamResponse:
        asked = DavRequest(
            method=request.method,
            target=_path_as_sent(request),
            headers=fold_headers(request.headers.items()),
            body=_body(request),
            mount=mount,
        )
        response = await handler_of(request).handle(asked)
        return await _send(request, response)

    return serve


def _path_as_sent(request: web.Request) -> str:
    target = request.raw_path
    if target.startswith("/"):
        return target
    return request.rel_url.raw_path  # the absolute form, from a proxy (RFC 9112 3.2.2)


async def _no_continue_yet(_request: web.Request) -> None:
    """Leave `Expect: 100-continue` unanswered until somebody wants the body.

    A refusal (401, 412, 507) then reaches the client before it has sent a byte.
    """


async def _body(request: web.Request) -> AsyncIterator[bytes]:
    if request.headers.get("Expect", "").lower() == "100-continue":
        await _send_continue(request)
    gathered = bytearray()
    try:
        async for piece in request.content.iter_any():
            gathered += piece
            if len(gathered) >= _PIECE:
                yield bytes(gathered)
                gathered = bytearray()
    except (ConnectionError, ClientError, HttpProcessingError, web.RequestPayloadError) as cut_off:
        raise BodyIncomplete(type(cut_off).__name__) from cut_off
    if gathered:
        yield bytes(gathered)


async def _send_continue(request: web.Request) -> None:
    # As aiohttp's own handler for Expect does it, only later.
    writer = request.writer
    await writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
    writer.output_size = 0


async def _send(request: web.Request, response: DavResponse) -> web.StreamResponse:
    body = response.body
    if isinstance(body, FileSlice):
        return await _send_file(request, response, body)
    if isinstance(body, bytes):
        return web.Response(status=response.status, headers=response.headers, body=body)
    return await _send_stream(request, response, body)


async def _send_stream(
    request: web.Request, response: DavResponse, body: AsyncIterator[bytes]
) -> web.StreamResponse:
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


async def _send_file(
    request: web.Request, response: DavResponse, part: FileSlice
) -> web.StreamResponse:
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
