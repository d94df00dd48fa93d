"""What a server adds to RFC 4918 for one caller: properties, reports, searches, headers, checks.

Each part is a port of its own; a server hands what it has to `DavHandler` as one `Extensions`.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol
from xml.etree.ElementTree import Element

from webdav.extensions.properties import LATER_PROPERTIES, SYNC_TOKEN
from webdav.message import DavRequest, DavResponse
from webdav.model.kept import KeptBodies
from webdav.model.path import Path
from webdav.model.property import LIVE_PROPERTIES, LiveProperty
from webdav.model.resource import Located, Resource
from webdav.model.search import SearchSource
from webdav.model.sync import SYNC_COLLECTION, ChangesSource


class FolderPage(Protocol):
    """What a browser is shown for a collection, instead of the plain list of the library."""

    def __call__(
        self, asked: DavRequest, located: Located, members: AsyncIterator[Sequence[Resource]], /
    ) -> Awaitable[DavResponse]:
        """Return the answer to a GET; that to HEAD has its headers."""


@dataclass(frozen=True, slots=True)
class Absent:
    """A path that a report was asked about, and that has nothing: its row has a status, 404."""

    path: Path


class PropertyProvider(Protocol):
    """Live properties of one namespace, such as ownCloud's.

    `prefix` is declared for `namespace` around every row, so that elements are written with it.
    `properties` are by Clark name. One that has `accept` can be set and removed by PROPPATCH: what
    `accept` makes of the element reaches `Backend.patch` in `PropertyChanges.live`.
    """

    @property
    def prefix(self) -> str:
        """The prefix that elements of this namespace are written with."""

    @property
    def namespace(self) -> str:
        """The namespace."""

    @property
    def properties(self) -> Mapping[str, LiveProperty]:
        """Every property of the namespace that any resource may have."""

    async def gather(
        self, resources: Sequence[Located], asked: frozenset[str]
    ) -> Mapping[str, object]:
        """Look up at once what a page of rows needs for the properties asked for.

        The facts are by `Resource.id`; `Surroundings.fact` hands them to `render`. It is called
        for each page, and only where one of `properties` is asked for.
        """


class Report(Protocol):
    """One kind of REPORT (RFC 3253 3.6), known by its body's root element."""

    def find(self, located: Located, asked: Element) -> AsyncIterator[Sequence[Located | Absent]]:
        """Return, in pages, what the report is about.

        The answer shows of each the properties that `DAV:prop` in the body names. A refusal
        raised before the first page is the answer to the request.
        """


def nothing_to_check(_request: DavRequest, _path: Path) -> Awaitable[None]:
    """Let every request through."""
    return _done()


def nothing_to_add(_resource: Resource) -> Mapping[str, str]:
    """Add no header."""
    return {}


async def _done() -> None:
    pass


@dataclass(frozen=True, slots=True)
class Extensions:
    """Everything that a server adds.

    `reports` are by Clark name of the root element. `principal` is the URL path of the principal
    resource that stands for the caller (RFC 5397), if there is one. `check` is asked before a
    request is looked at closer, with its path: it raises a DavError to refuse. `headers` returns
    more headers for an answer about a resource: that of GET, and what a PUT, COPY, MOVE or MKCOL
    left at its path. `compliance` are more words of the DAV header (RFC 4918 10.1), coded URLs for
    what is nobody's standard. `may_write` tells privileges (RFC 3744 5.5) and nothing else; with
    `may_break_locks` the caller may end the locks of others, if it names their tokens. `kept` is
    where listings are kept that depend on nothing but the ETag of their collection.
    """

    properties: Sequence[PropertyProvider] = ()
    reports: Mapping[str, Report] = field(default_factory=dict)
    changes: ChangesSource | None = None
    search: SearchSource | None = None
    principal: str = ""
    may_write: bool = True
    may_break_locks: bool = False
    check: Callable[[DavRequest, Path], Awaitable[None]] = nothing_to_check
    headers: Callable[[Resource], Mapping[str, str]] = nothing_to_add
    compliance: Sequence[str] = ()
    folder_page: FolderPage | None = None
    kept: KeptBodies | None = None

    def live(self, name: str) -> LiveProperty | None:
        """Find a live property by its Clark name."""
        known = LIVE_PROPERTIES.get(name) or LATER_PROPERTIES.get(name)
        if known is not None:
            return known
        for provider in self.properties:
            known = provider.properties.get(name)
            if known is not None:
                return known
        return None

    def all_properties(self) -> Mapping[str, LiveProperty]:
        """Return every live property."""
        found = {**LIVE_PROPERTIES, **LATER_PROPERTIES}
        for provider in self.properties:
            found.update(provider.properties)
        return found

    @property
    def report_names(self) -> tuple[str, ...]:
        """Return the Clark names of the reports that can be asked for."""
        ours = () if self.changes is None else (SYNC_COLLECTION,)
        return (*ours, *self.reports)

    @property
    def prefixes(self) -> Mapping[str, str]:
        """Return the prefixes declared around every row, by namespace, beside `D` for `DAV:`."""
        return {provider.namespace: provider.prefix for provider in self.properties}

    def gathers(self, asked: frozenset[str]) -> bool:
        """Tell whether a provider has something to look up for these properties."""
        tells_token = self.changes is not None and SYNC_TOKEN in asked
        return tells_token or any(
            asked.intersection(provider.properties) for provider in self.properties
        )

    async def gather(
        self, resources: Sequence[Located], asked: frozenset[str]
    ) -> Mapping[str, Mapping[str, object]]:
        """Ask each provider concerned for its facts, by namespace."""
        facts: dict[str, Mapping[str, object]] = {}
        if self.changes is not None and SYNC_TOKEN in asked:
            facts[SYNC_TOKEN] = {
                located.resource.id: await self.changes.token(located)
                for located in resources
                if located.resource.is_collection
            }
        for provider in self.properties:
            if concerned := asked.intersection(provider.properties):
                facts[provider.namespace] = await provider.gather(resources, concerned)
        return facts
