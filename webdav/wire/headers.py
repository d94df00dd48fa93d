"""Header fields of RFC 4918 10 that stand for one value each."""

import re
from collections.abc import Mapping
from enum import Enum
from urllib.parse import urlsplit

from webdav.message import DavRequest
from webdav.model.errors import BadGateway, BadRequest, NotFound
from webdav.model.path import Path, parse_path

FOREVER = (1 << 32) - 1
_SECONDS = re.compile(r"second-\d{1,20}")
_PORT = re.compile(r":\d+$")
_FORWARDED_HOST = re.compile(r'host="?([^";,\s]+)', re.IGNORECASE)


class Depth(Enum):
    """How far below a collection a request reaches (RFC 4918 10.2)."""

    ZERO = "0"
    ONE = "1"
    INFINITY = "infinity"


def parse_depth(headers: Mapping[str, str], default: Depth = Depth.INFINITY) -> Depth:
    """Read Depth; without one it is infinity for every method of RFC 4918 that has it.

    Raises BadRequest for any other word. Apple's `1,noroot` reads as 1.
    """
    word = headers.get("depth", default.value).partition(",")[0].strip().lower()
    try:
        return Depth(word)
    except ValueError:
        raise BadRequest("Depth is 0, 1 or infinity") from None


def parse_overwrite(headers: Mapping[str, str]) -> bool:
    """Read Overwrite (RFC 4918 10.6): true unless it is `F`. Raises BadRequest."""
    word = headers.get("overwrite", "T").strip().upper()
    if word not in {"T", "F"}:
        raise BadRequest("Overwrite is T or F")
    return word == "T"


def parse_destination(request: DavRequest) -> Path:
    """Read Destination as a path of ours; as `parse_place`, and BadRequest if it is missing."""
    return parse_place(request.headers.get("destination", ""), request)


def parse_place(text: str, request: DavRequest) -> Path:
    """Read a full URL, or a path alone, as a path of ours.

    Only the host is compared, never the scheme: behind a proxy that ends TLS the client writes
    https where the server sees http. Raises BadRequest if it is no URL, and BadGateway if it names
    another host or a path outside the mount.
    """
    try:
        parts = urlsplit(text.strip())
        host = parts.hostname
    except ValueError:
        raise BadRequest("a URL was expected") from None
    if not parts.path.startswith("/") or parts.fragment:
        raise BadRequest("a URL was expected")
    if host is not None and host not in known_hosts(request.headers):
        raise BadGateway("the URL is of another host")
    for mount in (request.mount, *request.aliases):
        try:
            return parse_path(parts.path, mount)
        except NotFound:
            continue
    raise BadGateway("the URL is outside of these files")


def known_hosts(headers: Mapping[str, str]) -> frozenset[str]:
    """Return every name that the client, or a proxy on its behalf, called this server by."""
    names = headers.get("host", "").split(",") + headers.get("x-forwarded-host", "").split(",")
    names += _FORWARDED_HOST.findall(headers.get("forwarded", ""))
    return frozenset(_PORT.sub("", name.strip().lower()).strip("[]") for name in names)


def parse_length(headers: Mapping[str, str]) -> int | None:
    """Return the announced length of the body; None if the end of its chunks will tell.

    Finder announces a chunked body's length in `X-Expected-Entity-Length`. No announcement and no
    chunks is a body of nothing (RFC 9112 6.3), as GVFS makes new files. Raises BadRequest.
    """
    text = headers.get("content-length", headers.get("x-expected-entity-length"))
    if text is None:
        return None if "transfer-encoding" in headers else 0
    if not text.strip().isdecimal():
        raise BadRequest("the announced length is no number")
    return int(text)


def parse_timeout(headers: Mapping[str, str], default: int = 3600) -> int:
    """Return the seconds asked for in Timeout (RFC 4918 10.7): of several wishes the first.

    Infinite is the largest number there is; words that are no wish are passed over.
    """
    for wish in headers.get("timeout", "").split(","):
        word = wish.strip().lower()
        if word == "infinite":
            return FOREVER
        if _SECONDS.fullmatch(word):
            return min(int(word[7:]), FOREVER)
    return default


def parse_lock_token(headers: Mapping[str, str]) -> str:
    """Return the Lock-Token (RFC 4918 10.5), also without the brackets, as old Windows sends it.

    Raises BadRequest if there is none.
    """
    token = headers.get("lock-token", "").strip().removeprefix("<").removesuffix(">")
    if not token:
        raise BadRequest("Lock-Token is missing")
    return token


def wants_minimal(headers: Mapping[str, str]) -> bool:
    """Tell whether properties that are not there may go unmentioned (RFC 8144 2.1, `Brief: t`)."""
    preferences = headers.get("prefer", "").replace(" ", "").lower()
    return headers.get("brief", "").strip().lower() == "t" or bool(
        {"return=minimal", "return-minimal"}.intersection(preferences.split(","))
    )


def wants_no_root(headers: Mapping[str, str]) -> bool:
    """Tell whether the listed collection itself is to be left out (RFC 8144 2.2)."""
    words = headers.get("prefer", "") + "," + headers.get("depth", "")
    return "noroot" in words.lower()
