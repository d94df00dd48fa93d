"""The `AuthSession` cookie: name and time, sealed with the server's secret and the user's salt.

A new password brings a new salt, so it ends all sessions. Nothing about sessions is kept here.
"""

import binascii
import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, field

COOKIE = "AuthSession"
_RENEWED_AFTER = 0.1
"""The part of its time after which a request brings a fresh cookie, as with CouchDB."""


@dataclass(frozen=True, slots=True)
class SessionCookie:
    """What a cookie says, sealed or not."""

    name: str
    issued: int
    seal: bytes = field(repr=False)

    def is_sealed(self, secret: bytes, salt: str) -> bool:
        """Tell whether it was made here, for the user's present salt."""
        return hmac.compare_digest(self.seal, _seal(self.name, self.issued, secret, salt))

    def is_alive(self, now: float, seconds: int) -> bool:
        """Tell whether its time has not run out; one from the future was not made by this clock."""
        return -seconds < now - self.issued < seconds

    def is_old(self, now: float, seconds: int) -> bool:
        """Tell whether it is time for a fresh one."""
        return now - self.issued > seconds * _RENEWED_AFTER


def make_cookie(name: str, now: float, secret: bytes, salt: str) -> str:
    """Return a cookie's value for a user who has just been recognised."""
    issued = int(now)
    told = f"{name}:{issued:X}:".encode() + _seal(name, issued, secret, salt)
    return urlsafe_b64encode(told).decode().rstrip("=")


def read_cookie(value: str) -> SessionCookie | None:
    """Read a cookie's value; None for garbage."""
    try:
        told = urlsafe_b64decode(value + "=" * (-len(value) % 4))
        name, issued, seal = told.split(b":", 2)
        return SessionCookie(name.decode(), int(issued, 16), seal)
    except (binascii.Error, ValueError):
        return None


def _seal(name: str, issued: int, secret: bytes, salt: str) -> bytes:
    return hmac.digest(secret + salt.encode(), f"{name}:{issued:X}".encode(), "sha256")
