"""SEARCH (RFC 5323): resources found by what they are."""

from webdav.exchange import Exchange
from webdav.extensions.basicsearch import parse_search
from webdav.message import DavResponse
from webdav.methods.property_query import parse_prop, parse_query
from webdav.methods.rows import Rows
from webdav.model.errors import NotAllowed
from webdav.model.path import Path
from webdav.wire.headers import parse_place, wants_minimal
from webdav.wire.xml import read_xml


async def search(exchange: Exchange) -> DavResponse:
    """Answer SEARCH (RFC 5323 2.2) with a 207; the scope in the body says where to look."""
    source = exchange.extensions.search
    if source is None:
        raise NotAllowed("nothing can be searched here")

    def place_of(text: str) -> Path:
        return parse_place(text, exchange.request) if text else exchange.path

    question, prop = parse_search(await read_xml(exchange.request.body), place_of)
    minimal = wants_minimal(exchange.request.headers)
    if prop is None:
        query = parse_query(None, exchange.extensions, minimal=minimal)
    else:
        query = parse_prop(prop, exchange.extensions, minimal=minimal)
    rows = await Rows.of(exchange, query)
    return await rows.found(source.search(question))
