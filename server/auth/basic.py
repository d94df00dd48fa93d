"""HTTP Basic (RFC 7617): a name and a password in a header."""

from base64 import b64decode
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class BasicLogin:
    """What HTTP Basic says."""

    name: str
    password: str = field(repr=False)


def read_basic(header: str | None) -> BasicLogin | None:
    """Read an Authorization header; None for none, for another scheme, or for garbage."""
    scheme, _, encoded = (header or "").strip().partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        decoded = b64decode(encoded.strip(), validate=True)
    except ValueError:  # also what is not ASCII
        return None
    name, colon, password = _text(decoded).partition(":")
    return BasicLogin(name, password) if colon else None


def _text(decoded: bytes) -> str:
    try:
        return decoded.decode()
    except UnicodeDecodeError:  # clients from before RFC 7617 asked for UTF-8
        return decoded.decode("latin-1")
