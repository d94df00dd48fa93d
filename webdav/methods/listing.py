"""The page a browser gets for a collection: plain HTML, streamed, with nothing to run in it."""

import html
from collections.abc import AsyncIterator
from http import HTTPStatus

from webdav.exchange import Exchange
from webdav.message import DavResponse
from webdav.model.path import quote_segment
from webdav.model.resource import Resource
from webdav.wire.dates import http_date

_HEADERS = {
    "Content-Type": "text/html; charset=utf-8",
    "Content-Security-Policy": "default-src 'none'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'",
    "Cache-Control": "private, no-cache",
    "X-Content-Type-Options": "nosniff",
}


def listing_page(exchange: Exchange, collection: Resource, *, is_head: bool) -> DavResponse:
    """Answer GET of a collection (RFC 4918 9.4 leaves the form to the server)."""
    body = b"" if is_head else _page(exchange, collection)
    return DavResponse(HTTPStatus.OK, _HEADERS, body)


async def _page(exchange: Exchange, collection: Resource) -> AsyncIterator[bytes]:
    title = html.escape("/" + "/".join(exchange.path))
    yield (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        f"<title>{title}</title></head>\n<body><h1>{title}</h1>\n<table>\n"
    ).encode()
    if exchange.path:
        yield _row(exchange.href(exchange.path[:-1], is_collection=True), "..", "", "")
    async for page in exchange.backend.children(collection):
        yield b"".join(_member(exchange, member) for member in page)
    yield b"</table>\n</body></html>\n"


def _member(exchange: Exchange, member: Resource) -> bytes:
    base = exchange.href(exchange.path, is_collection=True)
    mark = "/" if member.is_collection else ""
    size = "" if member.is_collection else str(member.size)
    link = f"{base}{quote_segment(member.name)}{mark}"
    return _row(link, f"{member.name}{mark}", size, http_date(member.modified))


def _row(link: str, *cells: str) -> bytes:
    name, size, date = (html.escape(cell) for cell in cells)
    return (
        f'<tr><td><a href="{html.escape(link)}">{name}</a></td>'
        f"<td>{size}</td><td>{date}</td></tr>\n"
    ).encode()
