"""What the operator chooses about a WOPI client."""

from dataclasses import dataclass

from yarl import URL


@dataclass(frozen=True, slots=True, kw_only=True)
class WopiSettings:
    """Addresses of a WOPI client, and which documents are opened there.

    `server` is the client as browsers reach it, `internal_server` as we do (None: the same),
    `host_base` our address as the client reaches us, where `{domain}` stands for the home (None:
    the address that the browser used). `extensions` are opened there; none: all that it opens, and
    that no Document Server is configured for. Sizes are in bytes, times in seconds. Raises
    ValueError for an address that is not absolute HTTP.
    """

    server: str
    internal_server: str | None = None
    host_base: str | None = None
    extensions: tuple[str, ...] = ()
    check_proof: bool = True
    token_lifetime: float = 36_000.0
    max_file: int = 1 << 30

    def __post_init__(self) -> None:
        """Refuse what could not work, while somebody is looking."""
        for name in ("server", "internal_server", "host_base"):
            address = getattr(self, name)
            if address is not None and not _is_web_address(address):
                raise ValueError(f"wopi.{name} is not an http or https address: {address!r}")
        if self.token_lifetime <= 0:
            raise ValueError("wopi.token_lifetime: must be above 0")

    @property
    def reached_at(self) -> str:
        """Where this process finds the client, without a slash at the end."""
        return (self.internal_server or self.server).rstrip("/")

    def opens(self, extension: str, *, beside: bool) -> bool:
        """Tell whether documents of an extension go there; `beside` a Document Server or alone."""
        if self.extensions:
            return extension in self.extensions
        return not beside


def _is_web_address(address: str) -> bool:
    try:
        url = URL(address.replace("{domain}", "domain"))
    except ValueError:
        return False
    return url.scheme in ("http", "https") and bool(url.host)
