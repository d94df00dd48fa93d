"""Response elements of resources, a page at a time: what PROPFIND, REPORT and SEARCH answer."""

from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from dataclasses import replace
from http import HTTPStatus

from webdav.exchange import Exchange
from webdav.message import DavResponse
from webdav.methods.property_query import PropertyQuery
from webdav.model.extension import Absent
from webdav.model.path import Path, quote_segment
from webdav.model.property import Surroundings
from webdav.model.resource import Located, Resource
from webdav.wire.multistatus import multistatus, status_row

_Page = Callable[[], Sequence[Located]]


class Rows:
    """Writes the rows of one answer."""

    def __init__(self, exchange: Exchange, query: PropertyQuery, around: Surroundings) -> None:
        self._exchange = exchange
        self._query = query
        self._around = around
        self._gathers = exchange.extensions.gathers(query.names)

    @classmethod
    async def of(cls, exchange: Exchange, query: PropertyQuery) -> "Rows":
        """Look up what all rows of the answer share."""
        locks, extensions = exchange.locks, exchange.extensions
        around = Surroundings(
            quota=await exchange.backend.quota() if query.asks_for_quota else None,
            mount=exchange.request.mount,
            now=None if locks is None else locks.now(),
            locks=() if locks is None else tuple(await locks.around(exchange.path)),
            principal=extensions.principal,
            may_write=extensions.may_write,
            reports=tuple(extensions.report_names),
        )
        return cls(exchange, query, around)

    async def one(self, resource: Resource, path: Path) -> str:
        """Write the row of one resource."""
        around = await self._surroundings(lambda: [Located(path, resource)])
        return self._row(resource, path, around)

    async def members(self, page: Sequence[Resource], path: Path) -> Iterable[str]:
        """Write the rows of members of the collection at `path`."""
        around = await self._surroundings(
            lambda: [Located((*path, member.name), member) for member in page]
        )
        return self._member_rows(page, path, around)

    async def scattered(self, page: Sequence[Located | Absent]) -> Iterable[str]:
        """Write the rows of resources from anywhere, and of paths that have none."""
        around = await self._surroundings(lambda: [one for one in page if isinstance(one, Located)])
        return [
            self.absent(one.path)
            if isinstance(one, Absent)
            else self._row(one.resource, one.path, around)
            for one in page
        ]

    def absent(self, path: Path) -> str:
        """Write the row of a path where nothing is."""
        return status_row(self._exchange.href(path, is_collection=False), HTTPStatus.NOT_FOUND)

    def answer(self, pages: AsyncIterator[Iterable[str]], end: str = "") -> DavResponse:
        """Return the 207 that is made of pages of rows."""
        applied = {"Preference-Applied": "return=minimal"} if self._query.minimal else {}
        return multistatus(
            pages,
            {"Cache-Control": "no-cache", **applied},
            self._exchange.extensions.prefixes,
            end,
        )

    async def found(self, pages: AsyncIterator[Sequence[Located | Absent]]) -> DavResponse:
        """Return the 207 about what was found; what is raised before the first page is raised."""
        first = await anext(pages, None)  # an empty tuple as the default is an error of Python 3.11
        return self.answer(self._written(first or (), pages))

    async def _written(
        self, first: Sequence[Located | Absent], rest: AsyncIterator[Sequence[Located | Absent]]
    ) -> AsyncIterator[Iterable[str]]:
        yield await self.scattered(first)
        async for page in rest:
            yield await self.scattered(page)

    async def _surroundings(self, page: _Page) -> Surroundings:
        if not self._gathers:
            return self._around
        gathered = await self._exchange.extensions.gather(page(), self._query.names)
        return replace(self._around, gathered=gathered)

    def _row(self, resource: Resource, path: Path, around: Surroundings) -> str:
        link = self._exchange.href(path, is_collection=resource.is_collection)
        return self._query.row(link, resource, path, around)

    def _member_rows(
        self, members: Sequence[Resource], path: Path, around: Surroundings
    ) -> Iterable[str]:
        base = self._exchange.href(path, is_collection=True)
        for member in members:
            mark = "/" if member.is_collection else ""
            link = f"{base}{quote_segment(member.name)}{mark}"
            yield self._query.row(link, member, (*path, member.name), around)
