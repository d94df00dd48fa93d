"""What the operator chooses about the S3 store that contents are kept in."""

from dataclasses import dataclass, field

from yarl import URL


@dataclass(frozen=True, slots=True)
class S3Settings:
    """A bucket, and the key that opens it; without `endpoint` it is Amazon's, in `region`.

    Without a key the process is let in for where it runs, as Amazon has it. Raises ValueError for
    an address that is not absolute HTTP, and for half a key.
    """

    bucket: str
    endpoint: str = ""
    region: str = "us-east-1"
    access_key: str = field(default="", repr=False)
    secret_key: str = field(default="", repr=False)

    def __post_init__(self) -> None:
        """Refuse what could not work, while somebody is looking."""
        if not self.bucket:
            raise ValueError("s3.bucket: must not be empty")
        if self.endpoint and not _is_web_address(self.endpoint):
            raise ValueError(f"s3.endpoint is not an http or https address: {self.endpoint!r}")
        if bool(self.access_key) != bool(self.secret_key):
            raise ValueError("s3.access_key and s3.secret_key: one needs the other")


def _is_web_address(address: str) -> bool:
    try:
        url = URL(address)
    except ValueError:
        return False
    return url.scheme in ("http", "https") and bool(url.host) and url.user is None
