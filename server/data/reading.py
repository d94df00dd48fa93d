"""What a request says: its JSON body under a cap, and its query parameters."""

from collections.abc import AsyncIterator
from typing import Any

import msgspec
from aiohttp import web

from replication.core.errors import Invalid, TooLarge
from replication.core.revision import Revision
from server.data import size_limits

LARGEST_JSON = 256 * 1024 * 1024
"""Bytes of one JSON body: a replication batch with attachments inside is the largest there is."""
PIECE = 256 * 1024
"""Bytes of a body taken from the network at a time."""
UNREADABLE = "The body is not encoded as its headers say."
MOST = 2**53
"""What a count is cut to: more than there will ever be, and what every client can count to."""
_DIGITS = 20


async def json_body(request: web.Request) -> bytes:
    """Read a JSON body whole.

    Raises 415 when it is called something else (a form of another site would be), TooLarge.
    """
    if request.content_type != "application/json":
        raise web.HTTPUnsupportedMediaType(text="Content-Type must be application/json")
    return await body_under_cap(request)


async def body_under_cap(request: web.Request) -> bytes:
    """Read a body whole. Raises Invalid, and TooLarge over the cap."""
    return b"".join([piece async for piece in pieces_of(request, LARGEST_JSON)])


async def pieces_of(request: web.Request, most: int | None = None) -> AsyncIterator[bytes]:
    """Read a body as it comes.

    Raises Invalid where it is not framed or packed as it says, TooLarge when it has more bytes than
    any request may have, or than `most`.
    """
    cap = min(size_limits.of(request).request, most or MOST)
    if (request.content_length or 0) > cap:
        raise TooLarge("request")
    size = 0
    try:
        async for piece in request.content.iter_chunked(PIECE):
            size += len(piece)
            if size > cap:
                raise TooLarge("request")
            yield piece
    except web.RequestPayloadError:
        raise Invalid("bad_request", UNREADABLE) from None


def wants(request: web.Request, name: str) -> bool:
    """Tell whether a boolean parameter is `true`; CouchDB takes all else for no, of documents."""
    return request.query.get(name) == "true"


def flag(request: web.Request, name: str) -> bool:
    """Return a boolean parameter. Raises Invalid unless it is `true` or `false`."""
    value = request.query.get(name, "false")
    if value not in ("true", "false"):
        raise Invalid("query_parse_error", f"Invalid boolean value for {name}: {value}")
    return value == "true"


def number(request: web.Request, name: str, *, word: str = "query_parse_error") -> int | None:
    """Return a parameter that counts something. Raises Invalid for what is no natural number."""
    value = request.query.get(name)
    if value is None:
        return None
    if not (value.isascii() and value.isdigit()):
        raise Invalid(word, f"Invalid value for {name}: {value}")
    return min(int(value), MOST) if len(value) < _DIGITS else MOST


def json_parameter(
    request: web.Request, name: str, kind: type, *, word: str = "query_parse_error"
) -> Any:  # noqa: ANN401  # of `kind`
    """Return a parameter written in JSON, or None. Raises Invalid when it is not of this type."""
    value = request.query.get(name)
    if value is None:
        return None
    try:
        return msgspec.json.decode(value.encode(), type=kind)
    except msgspec.DecodeError:
        raise Invalid(word, f"Invalid value for {name}: {value}") from None


def revision_parameter(request: web.Request) -> Revision | None:
    """Return the revision that the URL, or If-Match, names. Raises Invalid when they differ."""
    named = request.query.get("rev")
    matched = request.headers.get("If-Match", "").strip('"')
    if named and matched and named != matched:
        raise Invalid("bad_request", "Document rev and etag have different values")
    text = named or matched
    return Revision.parse(text) if text else None
