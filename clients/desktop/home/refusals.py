"""What a home's refusals mean for who asked (cozy.md C6): pure."""

from collections.abc import Mapping
from urllib.parse import urlsplit

from clients.desktop.home.answers import json_of, member
from clients.desktop.home.port import (
    HomeError,
    Missing,
    Moved,
    NameTaken,
    NoRoomInHome,
    Refused,
    Revoked,
    Shut,
    Stale,
    Unreachable,
)

_LATER = frozenset({408, 423, 425, 429})
"""Too slow, locked, too many requests: nothing is wrong with what was asked."""
_PAYMENT_REQUIRED = 402
"""Terms to sign, as well (cozy.md B9)."""
_MOVED = frozenset({301, 302, 303, 307, 308})
_NO_HOME = "No home answers"
_SERVER_ERROR, _INSUFFICIENT_STORAGE = 500, 507
_KINDS: dict[int, type[HomeError]] = {
    401: Revoked,
    404: Missing,
    409: NameTaken,
    410: Missing,
    412: Stale,
    413: NoRoomInHome,
    416: Stale,
    460: Stale,
    _INSUFFICIENT_STORAGE: NoRoomInHome,
}


def refusal(
    status: int, headers: Mapping[str, str], body: bytes, *, has_body: bool = True
) -> HomeError:
    """Return what an answer means that is no success; one to HEAD has no body to tell more.

    A token that is no longer good is told with 400, and has been refreshed by then. What does not
    speak as a home does is none: a proxy, or the page of a hotel's network, and later it may be.
    """
    detail = detail_of(body)
    why = detail or f"HTTP {status}"
    if status in _MOVED:
        return _moved(headers.get("Location", ""), why)
    if status == 400 and is_token_refused(headers):  # noqa: PLR2004
        return Revoked(why)
    if status == _PAYMENT_REQUIRED or _warned(body, "title") == "Blocked":
        return Shut(_with_link(body, why))
    if detail.startswith(_NO_HOME) or (has_body and not detail):
        return Unreachable(why)
    if status in _LATER or (status >= _SERVER_ERROR and status != _INSUFFICIENT_STORAGE):
        return Unreachable(why)
    return _KINDS.get(status, Refused)(why)


def _with_link(body: bytes, why: str) -> str:
    link = _warned(body, "links", "self")
    return f"{why} {link}" if isinstance(link, str) and link else why


def _warned(body: bytes, *names: str) -> object:
    """Return a member of the first error, or of the first warning: these are a list alone."""
    told = json_of(body)
    return member(told, "errors", *names) or member(told, *names)


def _moved(location: str, why: str) -> HomeError:
    parts = urlsplit(location)
    return Moved(f"{parts.scheme}://{parts.netloc}") if parts.netloc else Unreachable(why)


def is_token_refused(headers: Mapping[str, str]) -> bool:
    """Tell whether an answer says that the access token is not, or no longer, good."""
    return 'error="invalid_token"' in headers.get("WWW-Authenticate", "")


def detail_of(body: bytes) -> str:
    """Return the sentence of an error, of JSON:API or OAuth; empty where there is none."""
    told = json_of(body)
    for names in (("errors", "detail"), ("error_description",), ("reason",), ("error",)):
        found = member(told, *names)
        if isinstance(found, str) and found:
            return found[:500]
    warning = member(told, "detail") or member([told], "detail")
    return warning[:500] if isinstance(warning, str) else ""
