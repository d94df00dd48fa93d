"""GET and HEAD: a file's bytes, whole or in part, or a page that lists a collection."""

from http import HTTPStatus

from webdav.exchange import Exchange
from webdav.message import DavResponse
from webdav.methods import davmount
from webdav.methods.listing import listing_page
from webdav.model.resource import Located, Resource
from webdav.quirks import takes_304
from webdav.wire.conditional import Conditions
from webdav.wire.dates import http_date
from webdav.wire.ranges import is_range_current, parse_range

# What a browser would run with the rights of our origin, were it not in a sandbox.
_ACTIVE_TYPES = frozenset(
    {"text/html", "application/xhtml+xml", "image/svg+xml", "text/xml", "application/xml"}
)
_SANDBOX = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:"


async def get(exchange: Exchange) -> DavResponse:
    """Answer GET, or HEAD with the same headers and no body (RFC 9110 9.3.1-2, RFC 4918 9.4)."""
    found = await exchange.require(exchange.path)
    (await exchange.demands()).check_if(found)
    is_head = exchange.request.method == "HEAD"
    if found.is_collection:
        return await _collection(exchange, found, is_head=is_head)
    conditions = Conditions.from_headers(exchange.request.headers)
    conditions.check_state(found)
    headers = {**file_headers(found), **exchange.extensions.headers(found)}
    if conditions.is_known(found) and takes_304(exchange.request.headers):
        return DavResponse(HTTPStatus.NOT_MODIFIED, headers)
    return await _send(exchange, found, headers, is_head=is_head)


async def _collection(exchange: Exchange, found: Resource, *, is_head: bool) -> DavResponse:
    if davmount.is_asked_for(exchange):
        return davmount.davmount(exchange)
    show = exchange.extensions.folder_page
    if show is None:
        return listing_page(exchange, found, is_head=is_head)
    located = Located(exchange.path, found)
    return await show(exchange.request, located, exchange.backend.children(found))


async def _send(
    exchange: Exchange, found: Resource, headers: dict[str, str], *, is_head: bool
) -> DavResponse:
    status, start, stop = HTTPStatus.OK, 0, found.size
    part = None if is_head else _part(exchange, found)
    if part is not None:
        status, (start, stop) = HTTPStatus.PARTIAL_CONTENT, part
        headers["Content-Range"] = f"bytes {start}-{stop - 1}/{found.size}"
    headers["Content-Type"] = found.content_type
    headers["Content-Length"] = str(stop - start)
    if is_head or start == stop:
        return DavResponse(status, headers)
    return DavResponse(status, headers, await exchange.backend.content(found, start, stop))


def _part(exchange: Exchange, found: Resource) -> tuple[int, int] | None:
    headers = exchange.request.headers
    if not is_range_current(headers.get("if-range"), found):
        return None
    return parse_range(headers.get("range"), found.size)


def file_headers(found: Resource) -> dict[str, str]:
    """Return what goes with a file in every answer about its content.

    Uploaded pages run in a sandbox, and no browser may guess at types: a file is data here, never
    a part of our own site.
    """
    headers = {
        "ETag": found.etag,
        "Last-Modified": http_date(found.modified),
        "Accept-Ranges": "bytes",
        "Cache-Control": "private, no-cache",
        "X-Content-Type-Options": "nosniff",
    }
    media = found.content_type.partition(";")[0].strip().lower()
    if media in _ACTIVE_TYPES or media.endswith("+xml"):
        headers["Content-Security-Policy"] = _SANDBOX
    return headers
