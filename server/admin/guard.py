"""Who may ask the admin address about homes: a program that shows the secret, and no browser.

Loopback alone protects nothing: pages that a browser on this machine shows can ask it too, under a
name of their own that they point here (DNS rebinding). So the secret is asked for, the Host must be
ours, and whatever bears the marks of a page is refused.
"""

import hmac
from collections.abc import Mapping
from enum import Enum, auto
from ipaddress import ip_address

from server.instances.hosts import host_name

_OF_PAGES = ("Origin", "Sec-Fetch-Site", "Referer", "Cookie")


class Verdict(Enum):
    """What becomes of a request."""

    MAY = auto()
    NO_SECRET = auto()
    FROM_PAGE = auto()


def verdict(headers: Mapping[str, str], secret: str, host: str) -> Verdict:
    """Judge a request by its headers; `host` is the name or address that we listen on."""
    if any(name in headers for name in _OF_PAGES) or not _is_ours(headers.get("Host", ""), host):
        return Verdict.FROM_PAGE
    scheme, _, shown = headers.get("Authorization", "").partition(" ")
    right = hmac.compare_digest(shown.strip().encode("utf-8", "surrogatepass"), secret.encode())
    return Verdict.MAY if scheme.lower() == "bearer" and right and secret else Verdict.NO_SECRET


def _is_ours(header: str, host: str) -> bool:
    """Tell whether a Host header is an address, which no page can call its own, or our name."""
    name = host_name(header)
    if name in ("localhost", host.lower()):
        return True
    try:
        ip_address(name)
    except ValueError:
        return False
    return True
