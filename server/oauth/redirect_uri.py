"""Where a client may be answered: which addresses it may register, and how an answer is put there.

Applications on phones and computers have schemes of their own (RFC 8252 7.1), so the scheme is
free, but for those that a browser runs or reads itself.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

_DANGEROUS = frozenset({"javascript", "data", "vbscript", "blob", "file", "about", "view-source"})
_WEB = frozenset({"http", "https"})


_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class OwnAddress:
    """Where the home itself answers: its names, and the port by which it was asked."""

    hosts: frozenset[str]
    port: int


def is_legal(uri: str, own: OwnAddress) -> bool:
    """Tell whether a client may register this address.

    A page of the home's own would be given the code of whoever asks for one (cozy.md B4).
    """
    if not uri.isascii() or any(c.isspace() or not c.isprintable() or c in '\\"<>' for c in uri):
        return False
    try:
        parts = urlsplit(uri)
        host = (parts.hostname or "").lower()
        port = parts.port or _PORTS.get(parts.scheme, 0)
    except ValueError:
        return False
    if not parts.scheme or parts.scheme in _DANGEROUS or "#" in uri:
        return False
    if parts.scheme in _WEB and not host:
        return False
    return not (host in own.hosts and port == own.port)


def answered_at(uri: str, answer: Mapping[str, str]) -> str:
    """Return the address with an answer in its query.

    It ends in `#`: a browser that comes from a page with a fragment would carry it on otherwise.
    """
    separator = "&" if "?" in uri else "?"
    return f"{uri}{separator}{urlencode(answer)}#"


def form_target(uri: str) -> str:
    """Return the address as a source expression of `form-action` (CSP 3), which redirects obey."""
    parts = urlsplit(uri)
    return f"{parts.scheme}://{parts.netloc}" if parts.scheme in _WEB else f"{parts.scheme}:"
