"""PROPFIND: properties of a resource, and of the members of a collection."""

from collections.abc import AsyncIterator, Iterable, Sequence

from webdav.exchange import Exchange
from webdav.message import DavResponse
from webdav.methods.property_query import PropertyQuery, parse_query
from webdav.model.errors import Forbidden
from webdav.model.path import Path, quote_segment
from webdav.model.property import Surroundings
from webdav.model.resource import Resource
from webdav.wire.headers import Depth, parse_depth, wants_minimal, wants_no_root
from webdav.wire.multistatus import multistatus
from webdav.wire.xml import read_xml

# How many resources a listing of a whole tree may have before its client is asked to walk it.
MAX_TREE = 2000


async def propfind(exchange: Exchange) -> DavResponse:
    """Answer PROPFIND (RFC 4918 9.1) with a 207 that is made while it is sent.

    Raises Forbidden with `propfind-finite-depth` for a whole tree of more than MAX_TREE resources.
    """
    headers = exchange.request.headers
    depth = parse_depth(headers)
    query = parse_query(await read_xml(exchange.request.body), minimal=wants_minimal(headers))
    found = await exchange.require(exchange.path)
    report = _Report(exchange, query, await _surroundings(exchange, query))
    pages = await report.pages(found, depth if found.is_collection else Depth.ZERO)
    applied = {"Preference-Applied": "return=minimal"} if query.minimal else {}
    return multistatus(pages, {"Cache-Control": "no-cache", **applied})


async def _surroundings(exchange: Exchange, query: PropertyQuery) -> Surroundings:
    locks = exchange.locks
    return Surroundings(
        quota=await exchange.backend.quota() if query.asks_for_quota else None,
        mount=exchange.request.mount,
        now=None if locks is None else locks.now(),
        locks=() if locks is None else tuple(await locks.around(exchange.path)),
    )


class _Report:
    """The rows of one answer."""

    def __init__(self, exchange: Exchange, query: PropertyQuery, around: Surroundings) -> None:
        self._exchange = exchange
        self._query = query
        self._around = around
        self._without_root = wants_no_root(exchange.request.headers)

    async def pages(self, found: Resource, depth: Depth) -> AsyncIterator[Iterable[str]]:
        if depth is Depth.INFINITY:
            return _ready([await self._tree(found)])
        return self._level(found, depth)

    async def _level(self, found: Resource, depth: Depth) -> AsyncIterator[Iterable[str]]:
        path = self._exchange.path
        if depth is Depth.ZERO:
            yield [self._row(found, path)]
            return
        if not self._without_root:
            yield [self._row(found, path)]
        async for page in self._exchange.backend.children(found):
            yield self._rows(page, path)

    async def _tree(self, found: Resource) -> list[str]:
        rows = [] if self._without_root else [self._row(found, self._exchange.path)]
        waiting = [(found, self._exchange.path)]
        while waiting:
            collection, path = waiting.pop()
            async for page in self._exchange.backend.children(collection):
                rows += self._rows(page, path)
                waiting += [(member, (*path, member.name)) for member in page
                            if member.is_collection]  # fmt: skip
                if len(rows) > MAX_TREE:
                    raise Forbidden(
                        "walk this tree one level at a time",
                        condition="<D:propfind-finite-depth/>",
                    )
        return rows

    def _row(self, resource: Resource, path: Path) -> str:
        link = self._exchange.href(path, is_collection=resource.is_collection)
        return self._query.row(link, resource, path, self._around)

    def _rows(self, members: Sequence[Resource], path: Path) -> Iterable[str]:
        base = self._exchange.href(path, is_collection=True)
        for member in members:
            mark = "/" if member.is_collection else ""
            link = f"{base}{quote_segment(member.name)}{mark}"
            yield self._query.row(link, member, (*path, member.name), self._around)


async def _ready(pages: Iterable[Iterable[str]]) -> AsyncIterator[Iterable[str]]:
    for page in pages:
        yield page
