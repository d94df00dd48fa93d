"""What lets this device into a home."""

from dataclasses import dataclass, field, replace

SCOPE = "io.cozy.files io.cozy.settings:GET:io.cozy.settings.disk-usage"
"""All files, and how much room is left."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """An OAuth client of one home, and its tokens; `address` is without a slash at its end."""

    address: str
    client_id: str
    client_secret: str = field(repr=False)
    registration_token: str = field(repr=False)
    access_token: str = field(default="", repr=False)
    refresh_token: str = field(default="", repr=False)

    def with_access(self, token: str) -> "Credentials":
        """Return them with another access token."""
        return replace(self, access_token=token)
