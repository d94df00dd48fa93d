"""Properties that the server computes: what each is called, and its XML for a resource."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from xml.etree.ElementTree import Element

from webdav.model.lock import Lock
from webdav.model.path import Path, composed
from webdav.model.resource import Quota, Resource
from webdav.wire.dates import http_date, iso_date
from webdav.wire.lock_xml import SUPPORTED_LOCK, lockdiscovery
from webdav.wire.xml import DAV, escape


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What live properties show that is no part of the resource itself.

    `locks` are those around the path asked for; `now` is None where nothing can be locked.
    `principal` is the URL path of the caller's principal resource, or "". `reports` are the Clark
    names of the reports there are. `gathered` is what providers looked up for the page of rows.
    """

    quota: Quota | None = None
    mount: str = ""
    now: datetime | None = None
    locks: tuple[Lock, ...] = ()
    principal: str = ""
    may_write: bool = True
    reports: tuple[str, ...] = ()
    gathered: Mapping[str, Mapping[str, object]] = field(default_factory=dict)

    def fact(self, namespace: str, resource: Resource) -> object:
        """Return what the provider of a namespace gathered about a resource; None if nothing."""
        return self.gathered.get(namespace, {}).get(resource.id)


Render = Callable[[Resource, Path, Surroundings], str | None]
Accept = Callable[[Element | None], object]


@dataclass(frozen=True, slots=True)
class LiveProperty:
    """A property computed by the server.

    `render` returns the whole element, under the prefix `D` for `DAV:` and under that of its
    provider for others, or None where the resource has no such property. Only those of RFC 4918
    itself answer an `allprop` (RFC 4918 14.2). `accept` makes a value of the element that a client
    sets, None being a removal; it raises a DavError (Forbidden, Unprocessable) for what cannot be.
    """

    name: str
    render: Render
    in_allprop: bool = True
    accept: Accept | None = None


def _resourcetype(resource: Resource, _path: Path, _around: Surroundings) -> str:
    if not resource.is_collection:
        return "<D:resourcetype/>"
    return f"<D:resourcetype><D:collection/>{resource.kinds}</D:resourcetype>"


def _getcontentlength(resource: Resource, _path: Path, _around: Surroundings) -> str | None:
    if resource.is_collection:
        return None
    return f"<D:getcontentlength>{resource.size}</D:getcontentlength>"


def _getcontenttype(resource: Resource, _path: Path, _around: Surroundings) -> str | None:
    if resource.is_collection:
        return None
    return f"<D:getcontenttype>{escape(resource.content_type)}</D:getcontenttype>"


def _getetag(resource: Resource, _path: Path, _around: Surroundings) -> str | None:
    return f"<D:getetag>{resource.etag}</D:getetag>" if resource.etag else None


def _getlastmodified(resource: Resource, _path: Path, _around: Surroundings) -> str:
    return f"<D:getlastmodified>{http_date(resource.modified)}</D:getlastmodified>"


def _creationdate(resource: Resource, _path: Path, _around: Surroundings) -> str:
    return f"<D:creationdate>{iso_date(resource.created)}</D:creationdate>"


def _displayname(resource: Resource, _path: Path, _around: Surroundings) -> str:
    given = resource.properties.get(DISPLAYNAME)
    if given is not None:
        return given
    return f"<D:displayname>{escape(resource.name)}</D:displayname>"


def _supportedlock(_resource: Resource, _path: Path, around: Surroundings) -> str | None:
    return None if around.now is None else SUPPORTED_LOCK


def _lockdiscovery(_resource: Resource, path: Path, around: Surroundings) -> str | None:
    if around.now is None:
        return None
    place = composed(path) if around.locks else path
    covering = [lock for lock in around.locks if lock.covers(place)]
    return lockdiscovery(covering, around.mount, around.now)


DISPLAYNAME = f"{DAV}displayname"
SUPPORTEDLOCK = f"{DAV}supportedlock"
LOCKDISCOVERY = f"{DAV}lockdiscovery"

_LIVE = (
    LiveProperty(f"{DAV}resourcetype", _resourcetype),
    LiveProperty(f"{DAV}getcontentlength", _getcontentlength),
    LiveProperty(f"{DAV}getlastmodified", _getlastmodified),
    LiveProperty(f"{DAV}getetag", _getetag),
    LiveProperty(f"{DAV}getcontenttype", _getcontenttype),
    LiveProperty(f"{DAV}creationdate", _creationdate),
    LiveProperty(DISPLAYNAME, _displayname),
    LiveProperty(SUPPORTEDLOCK, _supportedlock),
    LiveProperty(LOCKDISCOVERY, _lockdiscovery),
)

OF_RESOURCE = frozenset(live.name for live in _LIVE) - {LOCKDISCOVERY}
"""Properties that tell of the resource, and of nothing around it that changes."""

LIVE_PROPERTIES: Mapping[str, LiveProperty] = {live.name: live for live in _LIVE}
