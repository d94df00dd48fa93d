"""What a PROPFIND asks of each resource, worked out once and then asked of every row."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from webdav.extensions.properties import QUOTA_AVAILABLE, QUOTA_USED
from webdav.model.errors import BadRequest
from webdav.model.extension import Extensions
from webdav.model.path import Path
from webdav.model.property import LIVE_PROPERTIES, OF_RESOURCE, Render, Surroundings
from webdav.model.resource import Resource
from webdav.quirks import left_out_of
from webdav.wire.multistatus import property_row
from webdav.wire.xml import DAV, empty_element, expect_root


@dataclass(frozen=True, slots=True)
class _Column:
    """One property asked for: how to compute it (None: it may be dead), and its empty element."""

    name: str
    render: Render | None
    empty: str


@dataclass(frozen=True, slots=True)
class PropertyQuery:
    """The properties asked for, in order; with `dead`, all that the client has stored as well.

    With `names_only` values are left out (`propname`); with `minimal` so is any mention of what is
    not there.
    """

    columns: tuple[_Column, ...]
    dead: bool = False
    names_only: bool = False
    minimal: bool = False
    _renders: tuple[Render, ...] = field(init=False)

    def __post_init__(self) -> None:
        """Work out how rows are made that have all that is asked for, which most have."""
        known = tuple(column.render for column in self.columns if column.render is not None)
        is_plain = len(known) == len(self.columns) and not self.dead and not self.names_only
        object.__setattr__(self, "_renders", known if is_plain else ())

    @property
    def names(self) -> frozenset[str]:
        """The properties asked for by name."""
        return frozenset(column.name for column in self.columns)

    @property
    def is_of_resources(self) -> bool:
        """Tell whether rows show nothing but what the resources themselves are."""
        return bool(self._renders) and self.names <= OF_RESOURCE

    @property
    def asks_for_quota(self) -> bool:
        """Tell whether an answer needs figures that cost a count."""
        return any(
            column.name in {QUOTA_USED, QUOTA_AVAILABLE} and column.render
            for column in self.columns
        )

    def row(self, href: str, resource: Resource, path: Path, around: Surroundings) -> str:
        """Write the response element of one resource."""
        values = [render(resource, path, around) for render in self._renders]
        found = [xml for xml in values if xml is not None]
        if found and len(found) == len(values):
            return property_row(href, "".join(found), "")
        return self._mixed_row(href, resource, path, around)

    def _mixed_row(self, href: str, resource: Resource, path: Path, around: Surroundings) -> str:
        found, missing = [], []
        for column in self.columns:
            xml = None if column.render is None else column.render(resource, path, around)
            if xml is None:
                xml = resource.properties.get(column.name)
            if xml is None:
                missing.append(column.empty)
            else:
                found.append(column.empty if self.names_only else xml)
        if self.dead:
            missing = []
            if resource.properties:
                found += self._stored(resource)
        return property_row(href, "".join(found), "" if self.minimal else "".join(missing))

    def _stored(self, resource: Resource) -> Iterable[str]:
        asked = {column.name for column in self.columns}
        for name, xml in resource.properties.items():
            if name not in asked:
                yield empty_element(name) if self.names_only else xml


def parse_query(root: Element | None, extensions: Extensions, *, minimal: bool) -> PropertyQuery:
    """Read a propfind element (RFC 4918 14.20); no body, or one that asks nothing, is `allprop`.

    Text and elements that mean nothing here are passed over (RFC 4918 17). Raises BadRequest for
    another root, and for one that asks in two ways at once.
    """
    asking = _Asking(extensions)
    if root is None:
        return asking.all_properties((), minimal=minimal)
    expect_root(root, f"{DAV}propfind")
    asked = {child.tag: child for child in root}
    ways = [asked[way] for way in (_PROP, _PROPNAME, _ALLPROP) if way in asked]
    if len(ways) > 1:
        raise BadRequest("prop, propname and allprop exclude each other")
    if _PROPNAME in asked:
        everything = asking.columns(extensions.all_properties())
        return PropertyQuery(everything, dead=True, names_only=True)
    if len(named := _names(asked.get(_PROP))):
        return PropertyQuery(asking.columns(named), minimal=minimal)
    return asking.all_properties(_names(asked.get(_INCLUDE)), minimal=minimal)


def parse_prop(prop: Element | None, extensions: Extensions, *, minimal: bool) -> PropertyQuery:
    """Read the `prop` element that says what a report, or a search, shows of each resource."""
    return PropertyQuery(_Asking(extensions).columns(_names(prop)), minimal=minimal)


_PROP, _PROPNAME, _ALLPROP, _INCLUDE = (
    f"{DAV}{local}" for local in ("prop", "propname", "allprop", "include")
)


def _names(element: Element | None) -> tuple[str, ...]:
    return () if element is None else tuple(dict.fromkeys(child.tag for child in element))


class _Asking:
    """Makes columns of names."""

    def __init__(self, extensions: Extensions) -> None:
        self._extensions = extensions
        self._prefixes = extensions.prefixes

    def all_properties(self, included: Iterable[str], *, minimal: bool) -> PropertyQuery:
        names = [live.name for live in LIVE_PROPERTIES.values() if live.in_allprop]
        columns = self.columns(dict.fromkeys((*names, *included)))
        return PropertyQuery(columns, dead=True, minimal=minimal)

    def columns(self, names: Iterable[str]) -> tuple[_Column, ...]:
        asked = tuple(names)
        left_out = left_out_of(frozenset(asked))
        return tuple(self._column(name, left_out) for name in asked)

    def _column(self, name: str, left_out: frozenset[str]) -> _Column:
        live = None if name in left_out else self._extensions.live(name)
        render = None if live is None else live.render
        return _Column(name, render, empty_element(name, self._prefixes))
