"""Locks as `lockdiscovery` shows them (RFC 4918 15.8), and what `supportedlock` promises."""

from collections.abc import Iterable
from datetime import datetime

from webdav.model.lock import Lock
from webdav.model.path import href
from webdav.wire.xml import escape

_ENTRY = (
    "<D:lockentry><D:lockscope><D:{}/></D:lockscope>"
    "<D:locktype><D:write/></D:locktype></D:lockentry>"
)
SUPPORTED_LOCK = (
    f"<D:supportedlock>{_ENTRY.format('exclusive')}{_ENTRY.format('shared')}</D:supportedlock>"
)


def lockdiscovery(locks: Iterable[Lock], mount: str, now: datetime) -> str:
    """Write the locks that cover a resource, each with the time it has left."""
    active = "".join(_activelock(lock, mount, now) for lock in locks)
    return f"<D:lockdiscovery>{active}</D:lockdiscovery>" if active else "<D:lockdiscovery/>"


def _activelock(lock: Lock, mount: str, now: datetime) -> str:
    left = max(0, round((lock.expires - now).total_seconds()))
    owner = f"<D:owner>{lock.owner}</D:owner>" if lock.owner else ""
    # Whether the root is a collection is not known here; a client compares paths either way.
    root = href(mount, lock.root, is_collection=not lock.root)
    return (
        "<D:activelock><D:locktype><D:write/></D:locktype>"
        f"<D:lockscope><D:{lock.scope.value}/></D:lockscope>"
        f"<D:depth>{'infinity' if lock.is_deep else '0'}</D:depth>{owner}"
        f"<D:timeout>Second-{left}</D:timeout>"
        f"<D:locktoken><D:href>{escape(lock.token)}</D:href></D:locktoken>"
        f"<D:lockroot><D:href>{root}</D:href></D:lockroot></D:activelock>"
    )
