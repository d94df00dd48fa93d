"""What the operator chooses about the Document Server."""

from dataclasses import dataclass

from yarl import URL

MINIMUM_SECRET = 32
"""Bytes. HS256 asks for as many as its hash has (RFC 7518 3.2), and each reader of a page that
holds a signed configuration could try shorter ones at home."""


@dataclass(frozen=True, slots=True)
class OfficeSettings:
    """Three addresses and a shared secret; sizes are in bytes, times in seconds.

    `server` is the Document Server as browsers reach it, `internal_server` as we do (None: the
    same), `callback_base` our address as the Document Server reaches us, where `{domain}` stands
    for the instance (None: the address that the browser used). `secret` signs in both directions;
    `jwt_header` is the header that carries the Document Server's signature.

    Raises ValueError for an address that is not absolute HTTP, and for a secret under 32 bytes.
    """

    server: str
    secret: str
    internal_server: str | None = None
    callback_base: str | None = None
    jwt_header: str = "Authorization"
    max_download: int = 1 << 30
    max_callback: int = 4 << 20
    download_timeout: float = 300.0
    stall_timeout: float = 60.0
    config_lifetime: float = 600.0
    content_lifetime: float = 86_400.0
    sweep_seconds: float = 60.0

    def __post_init__(self) -> None:
        """Refuse what could not work, while somebody is looking."""
        for name in ("server", "internal_server", "callback_base"):
            address = getattr(self, name)
            if address is not None and not _is_web_address(address):
                raise ValueError(f"office.{name} is not an http or https address: {address!r}")
        if self.sweep_seconds <= 0:
            raise ValueError("office.sweep_seconds: must be above 0")
        if len(self.secret.encode()) < MINIMUM_SECRET:
            raise ValueError(f"office.secret is shorter than {MINIMUM_SECRET} bytes")

    def __repr__(self) -> str:
        """Leave the secret out, so that no log of settings holds it."""
        return f"OfficeSettings(server={self.server!r}, internal_server={self.internal_server!r})"

    @property
    def reached_at(self) -> URL:
        """Where this process finds the Document Server."""
        return URL(self.internal_server or self.server)


def _is_web_address(address: str) -> bool:
    try:
        url = URL(address.replace("{domain}", "domain"))
    except ValueError:
        return False
    return url.scheme in ("http", "https") and bool(url.host)
