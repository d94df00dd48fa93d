"""Where a database is, and with which headers to ask for it; secrets are kept out of its name."""

import re
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import quote, unquote, urlsplit, urlunsplit

from replication.core.errors import Invalid

_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
_VALUE = re.compile(r"[\t\x20-\x7e\x80-\xff]*")


@dataclass(frozen=True, slots=True)
class Address:
    """A database over HTTP: `url` without login and final slash, `user` who asks."""

    url: str
    user: str = ""
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)

    @property
    def database(self) -> str:
        """Return the last part of the path, as the server knows it."""
        return unquote(self.url.rpartition("/")[2])

    def path(self, *parts: str) -> str:
        """Return the URL of something below the database."""
        return "/".join([self.url, *(quote(part, safe="") for part in parts)])


def parse_address(
    url: str,
    headers: Mapping[str, str] | None = None,
    basic: tuple[str, str] | None = None,
) -> Address:
    """Read a URL with or without a login in it; `basic` is a name and a password to use instead.

    Raises Invalid, whose reason does not repeat the URL: it may hold a password.
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        raise Invalid("bad_request", "A source or target has an URL that is none.") from None
    path = parts.path.rstrip("/")
    if parts.scheme not in ("http", "https") or not host or not path or parts.query:
        raise Invalid("bad_request", "A source or target must be an http(s) URL of a database.")
    if basic is None and parts.username is not None:
        basic = unquote(parts.username), unquote(parts.password or "")
    shown = f"[{host}]" if ":" in host else host
    netloc = shown if port is None else f"{shown}:{port}"
    sent = {name: _header(name, value) for name, value in (headers or {}).items()}
    if basic is not None:
        sent["Authorization"] = "Basic " + b64encode(":".join(basic).encode()).decode()
    clean = urlunsplit((parts.scheme, netloc, path, "", ""))
    return Address(clean, basic[0] if basic else "", sent)


def server_address(url: str) -> Address:
    """Read the URL of a server, with its login. Raises Invalid, which does not repeat the URL."""
    address = parse_address(f"{url.rstrip('/')}/_all_dbs")
    return Address(address.url.removesuffix("/_all_dbs"), address.user, address.headers)


def _header(name: str, value: str) -> str:
    if not (_NAME.fullmatch(name) and _VALUE.fullmatch(value)):
        raise Invalid("bad_request", "A header of a source or target is none.")
    return value
