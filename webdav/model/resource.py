"""A resource: what a listing shows of a file or a collection."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import NamedTuple

from webdav.model.path import Path

_NONE: Mapping[str, str] = MappingProxyType({})


class Resource(NamedTuple):
    """A file or a collection as it stood at one moment.

    `id` stays with the resource when it moves. `etag` is strong and quoted; a collection may have
    none. `size` is in bytes, 0 for a collection. Dates are aware. `properties` holds dead
    properties: the Clark name (`{namespace}local`) and the whole element as XML. `kinds` is more
    XML for `resourcetype`. `handle` is the backend's own: what it needs to find the content or the
    members again.

    A listing makes thousands: a tuple with names is made in a fifth of the time of a dataclass.
    """

    name: str
    id: str
    is_collection: bool
    etag: str
    size: int
    created: datetime
    modified: datetime
    content_type: str
    properties: Mapping[str, str] = _NONE
    kinds: str = ""
    handle: object = None


@dataclass(frozen=True, slots=True)
class Located:
    """A resource, and its path below the mount."""

    path: Path
    resource: Resource


@dataclass(frozen=True, slots=True)
class Quota:
    """Bytes used, and bytes left (None: nobody set a limit), as RFC 4331 counts them."""

    used: int
    available: int | None = None
