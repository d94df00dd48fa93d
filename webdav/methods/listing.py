"""The page a browser gets for a collection: plain HTML, streamed, with nothing to run in it."""

import html
from base64 import b64encode
from collections.abc import AsyncIterator
from hashlib import sha256
from http import HTTPStatus

from webdav.exchange import Exchange
from webdav.message import DavResponse
from webdav.model.path import quote_segment
from webdav.model.resource import Resource
from webdav.wire.dates import iso_date

_STYLE = """
:root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif; }
body { max-width: 60rem; margin: 0 auto; padding: 1rem; }
h1 { font-size: 1.25rem; overflow-wrap: anywhere; }
table { width: 100%; border-collapse: collapse; }
td { padding: .65rem .5rem .65rem 0; border-top: 1px solid #8884; overflow-wrap: anywhere; }
td + td { text-align: right; white-space: nowrap; opacity: .7; font-variant-numeric: tabular-nums; }
a { color: inherit; display: block; }
@media (max-width: 30rem) { td:last-child { display: none; } }
"""
_STYLE_HASH = b64encode(sha256(_STYLE.encode()).digest()).decode()

_HEADERS = {
    "Content-Type": "text/html; charset=utf-8",
    "Content-Security-Policy": f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
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
        '<!doctype html>\n<html><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{title}</title><style>{_STYLE}</style></head>\n"
        f"<body><h1>{title}</h1>\n<table>\n"
    ).encode()
    if exchange.path:
        yield _row(exchange.href(exchange.path[:-1], is_collection=True), "..", "", "")
    async for page in exchange.backend.children(collection):
        yield b"".join(_member(exchange, member) for member in page)
    yield b"</table>\n</body></html>\n"


def _member(exchange: Exchange, member: Resource) -> bytes:
    base = exchange.href(exchange.path, is_collection=True)
    mark = "/" if member.is_collection else ""
    size = "" if member.is_collection else spelt_size(member.size)
    date = iso_date(member.modified)[: len("2026-11-23T22:32")].replace("T", " ")
    link = f"{base}{quote_segment(member.name)}{mark}"
    return _row(link, f"{member.name}{mark}", size, date)


def spelt_size(size: int) -> str:
    """Say a number of bytes as people do, in units that are the same in every language."""
    amount = float(size)
    for unit in ("B", "kB", "MB", "GB"):
        if amount < 1000:  # noqa: PLR2004  # SI prefixes
            return f"{amount:.3g} {unit}"
        amount /= 1000
    return f"{amount:.3g} TB"


def _row(link: str, *cells: str) -> bytes:
    name, size, date = (html.escape(cell) for cell in cells)
    return (
        f'<tr><td><a href="{html.escape(link)}">{name}</a></td>'
        f"<td>{size}</td><td>{date}</td></tr>\n"
    ).encode()
