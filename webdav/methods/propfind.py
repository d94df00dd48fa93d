"""PROPFIND: properties of a resource, and of the members of a collection."""

from collections.abc import AsyncIterator, Hashable, Iterable
from dataclasses import replace

from webdav.exchange import Exchange
from webdav.message import DavResponse
from webdav.methods.property_query import PropertyQuery, parse_query
from webdav.methods.rows import Rows
from webdav.model.errors import Forbidden
from webdav.model.kept import MadeOf
from webdav.model.resource import Resource
from webdav.wire.headers import Depth, parse_depth, wants_minimal, wants_no_root
from webdav.wire.xml import read_xml

# How many resources a listing of a whole tree may have before its client is asked to walk it.
MAX_TREE = 2000


async def propfind(exchange: Exchange) -> DavResponse:
    """Answer PROPFIND (RFC 4918 9.1) with a 207 that is made while it is sent.

    Raises Forbidden with `propfind-finite-depth` for a whole tree of more than MAX_TREE resources.
    """
    headers = exchange.request.headers
    depth = parse_depth(headers)
    query = parse_query(
        await read_xml(exchange.request.body), exchange.extensions, minimal=wants_minimal(headers)
    )
    found = await exchange.require(exchange.path)
    if "if" in headers:
        (await exchange.demands()).check_if(found)
    rows = await Rows.of(exchange, query)
    listing = _Listing(exchange, rows)
    answer = rows.answer(await listing.pages(found, depth if found.is_collection else Depth.ZERO))
    if depth is Depth.ONE and found.is_collection and found.etag and query.is_of_resources:
        return replace(answer, made_of=MadeOf(_asked(exchange, query), _state(found)))
    return answer


def _state(collection: Resource) -> Hashable:
    """Return what tells states of a listing apart: the ETag is of the members alone."""
    stored = frozenset(collection.properties.items())
    return collection.id, collection.etag, collection.created, collection.modified, stored


def _asked(exchange: Exchange, query: PropertyQuery) -> Hashable:
    """Return all that the listing of a collection's members depends on besides its ETag."""
    return (
        exchange.request.mount,
        exchange.path,
        tuple(column.name for column in query.columns),
        query.minimal,
        wants_no_root(exchange.request.headers),
        exchange.locks is None,
        tuple(exchange.extensions.prefixes.items()),
    )


class _Listing:
    """Goes through a collection."""

    def __init__(self, exchange: Exchange, rows: Rows) -> None:
        self._backend = exchange.backend
        self._path = exchange.path
        self._rows = rows
        self._without_root = wants_no_root(exchange.request.headers)

    async def pages(self, found: Resource, depth: Depth) -> AsyncIterator[Iterable[str]]:
        if depth is Depth.INFINITY:
            return _ready([await self._tree(found)])
        return self._level(found, depth)

    async def _level(self, found: Resource, depth: Depth) -> AsyncIterator[Iterable[str]]:
        if depth is Depth.ZERO or not self._without_root:
            yield [await self._rows.one(found, self._path)]
        if depth is Depth.ZERO:
            return
        async for page in self._backend.children(found):
            yield await self._rows.members(page, self._path)

    async def _tree(self, found: Resource) -> list[str]:
        rows = [] if self._without_root else [await self._rows.one(found, self._path)]
        waiting = [(found, self._path)]
        while waiting:
            collection, path = waiting.pop()
            async for page in self._backend.children(collection):
                rows += await self._rows.members(page, path)
                waiting += [(member, (*path, member.name)) for member in page
                            if member.is_collection]  # fmt: skip
                if len(rows) > MAX_TREE:
                    raise Forbidden(
                        "walk this tree one level at a time",
                        condition="<D:propfind-finite-depth/>",
                    )
        return rows


async def _ready(pages: Iterable[Iterable[str]]) -> AsyncIterator[Iterable[str]]:
    for page in pages:
        yield page
