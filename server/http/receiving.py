"""Taking large bodies in: streamed, asked for only once somebody wants them."""

from collections.abc import AsyncIterator

from aiohttp import ClientError, web
from aiohttp.http_exceptions import HttpProcessingError

from webdav.message import BodyIncomplete

# Pieces of an upload are gathered to this size: each is a hop to a thread that hashes and writes.
_PIECE = 1 << 19


async def no_continue_yet(_request: web.Request) -> None:
    """Leave `Expect: 100-continue` unanswered until somebody wants the body.

    A refusal (401, 412, 507) then reaches the client before it has sent a byte.
    """


async def body_of(request: web.Request) -> AsyncIterator[bytes]:
    """Yield a request's body in pieces of some size. Raises BodyIncomplete when it is cut off."""
    if request.headers.get("Expect", "").lower() == "100-continue":
        await _send_continue(request)
    gathered: list[bytes] = []  # joined once: bodies are large, and each copy of them costs
    size = 0
    try:
        async for piece in request.content.iter_any():
            gathered.append(piece)
            size += len(piece)
            if size >= _PIECE:
                yield b"".join(gathered)
                gathered, size = [], 0
    except (ConnectionError, ClientError, HttpProcessingError, web.RequestPayloadError) as cut_off:
        if gathered:  # who can go on where this ended keeps what came
            yield b"".join(gathered)
        raise BodyIncomplete(type(cut_off).__name__) from cut_off
    if gathered:
        yield b"".join(gathered)


async def _send_continue(request: web.Request) -> None:
    # As aiohttp's own handler for Expect does it, only later.
    writer = request.writer
    await writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
    writer.output_size = 0
