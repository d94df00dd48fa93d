"""Live properties of later RFCs; none of them answers an `allprop` (RFC 4918 14.2).

RFC 3744 is served as far as clients look before they write: who the caller is, and what they may.
"""

from collections.abc import Mapping

from webdav.model.path import Path
from webdav.model.property import LiveProperty, Surroundings
from webdav.model.resource import Resource
from webdav.model.sync import SYNC_COLLECTION
from webdav.wire.xml import DAV, empty_element, escape

QUOTA_USED = f"{DAV}quota-used-bytes"
QUOTA_AVAILABLE = f"{DAV}quota-available-bytes"
SYNC_TOKEN = f"{DAV}sync-token"

_READING = ("read", "read-current-user-privilege-set")
_WRITING = ("write", "write-properties", "write-content", "bind", "unbind", "unlock")


def _quota_used(resource: Resource, _path: Path, around: Surroundings) -> str | None:
    if around.quota is None or not resource.is_collection:
        return None
    return f"<D:quota-used-bytes>{around.quota.used}</D:quota-used-bytes>"


def _quota_available(resource: Resource, _path: Path, around: Surroundings) -> str | None:
    if around.quota is None or around.quota.available is None or not resource.is_collection:
        return None
    return f"<D:quota-available-bytes>{around.quota.available}</D:quota-available-bytes>"


def _current_user_principal(_resource: Resource, _path: Path, around: Surroundings) -> str | None:
    return _principal("current-user-principal", around)


def _owner(_resource: Resource, _path: Path, around: Surroundings) -> str | None:
    return _principal("owner", around)


def _principal(element: str, around: Surroundings) -> str | None:
    if not around.principal:
        return None
    return f"<D:{element}><D:href>{escape(around.principal)}</D:href></D:{element}>"


def _privileges(_resource: Resource, _path: Path, around: Surroundings) -> str:
    names = (*_READING, *_WRITING) if around.may_write else _READING
    granted = "".join(f"<D:privilege><D:{name}/></D:privilege>" for name in names)
    return f"<D:current-user-privilege-set>{granted}</D:current-user-privilege-set>"


def _supported_reports(resource: Resource, _path: Path, around: Surroundings) -> str:
    reports = "".join(
        f"<D:supported-report><D:report>{empty_element(name)}</D:report></D:supported-report>"
        for name in around.reports
        if resource.is_collection or name != SYNC_COLLECTION
    )
    return f"<D:supported-report-set>{reports}</D:supported-report-set>"


def _sync_token(resource: Resource, _path: Path, around: Surroundings) -> str | None:
    token = around.fact(SYNC_TOKEN, resource)
    return f"<D:sync-token>{escape(token)}</D:sync-token>" if isinstance(token, str) else None


_LATER = (
    LiveProperty(QUOTA_USED, _quota_used, in_allprop=False),
    LiveProperty(QUOTA_AVAILABLE, _quota_available, in_allprop=False),
    LiveProperty(f"{DAV}current-user-principal", _current_user_principal, in_allprop=False),
    LiveProperty(f"{DAV}owner", _owner, in_allprop=False),
    LiveProperty(f"{DAV}current-user-privilege-set", _privileges, in_allprop=False),
    LiveProperty(f"{DAV}supported-report-set", _supported_reports, in_allprop=False),
    LiveProperty(SYNC_TOKEN, _sync_token, in_allprop=False),
)

LATER_PROPERTIES: Mapping[str, LiveProperty] = {live.name: live for live in _LATER}
