"""What the operator chooses about outgoing mail."""

from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True, slots=True)
class MailSettings:
    """A mail server for submission (RFC 6409): `security` is how the connection is encrypted.

    `sender` is the address that letters come from. Raises ValueError for one that is no address.
    """

    host: str
    sender: str
    port: int = 587
    security: Literal["starttls", "tls", "none"] = "starttls"
    user: str = ""
    password: str = field(default="", repr=False)
    timeout: float = 30.0

    def __post_init__(self) -> None:
        """Refuse what could not work, while somebody is looking."""
        name, at, domain = self.sender.rpartition("@")
        if not (at and name and domain) or any(mark in self.sender for mark in "\r\n"):
            raise ValueError(f"mail.sender: not a mail address: {self.sender!r}")
        if not 0 < self.port <= 65535:  # noqa: PLR2004
            raise ValueError(f"mail.port: {self.port} is no port")
        if self.password and self.security == "none":
            raise ValueError("mail.password: would be sent in the clear; set mail.security")
