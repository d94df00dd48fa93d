"""The bytes of a file, by name."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Content:
    """Bytes are the same where this is equal: `sha256` in lower-case hex, `size` in bytes."""

    sha256: str
    size: int
