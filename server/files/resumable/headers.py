"""The headers of TUS, read and checked: no I/O."""

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field

VERSION = "1.0.0"
EXTENSIONS = "creation,checksum,expiration,termination"
ALGORITHMS = ("md5", "sha1", "sha256")
MEDIA_TYPE = "application/offset+octet-stream"
MISMATCH = 460
"""The status for a checksum that does not fit, of TUS's own."""

_DIGITS = 18


class TusRefused(Exception):
    """A request that TUS does not allow, with its status."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Checksum:
    """What a piece is said to hash to."""

    algorithm: str
    digest: bytes = field(repr=False)

    def hasher(self) -> "hashlib._Hash":
        """Return what hashes a piece."""
        return hashlib.new(self.algorithm, usedforsecurity=False)


def check_version(headers: Mapping[str, str]) -> None:
    """Raise TusRefused 412 for a client of another version."""
    if headers.get("Tus-Resumable") != VERSION:
        raise TusRefused(412, f"Tus-Resumable must be {VERSION}")


def number_of(headers: Mapping[str, str], name: str) -> int:
    """Read a count of bytes. Raises TusRefused 400."""
    text = headers.get(name, "")
    if not (text.isascii() and text.isdigit() and len(text) <= _DIGITS):
        raise TusRefused(400, f"{name} must be a number of bytes")
    return int(text)


def metadata_of(headers: Mapping[str, str]) -> dict[str, str]:
    """Read Upload-Metadata: names and values in base64. Raises TusRefused 400."""
    found: dict[str, str] = {}
    for pair in headers.get("Upload-Metadata", "").split(","):
        name, _, value = pair.strip().partition(" ")
        if not name:
            continue
        try:
            found[name] = base64.b64decode(value, validate=True).decode()
        except ValueError as error:
            raise TusRefused(400, f"Upload-Metadata: {name} is no base64 of UTF-8") from error
    return found


def checksum_of(headers: Mapping[str, str]) -> Checksum | None:
    """Read Upload-Checksum; None where there is none. Raises TusRefused 400."""
    text = headers.get("Upload-Checksum", "").strip()
    if not text:
        return None
    algorithm, _, value = text.partition(" ")
    if algorithm not in ALGORITHMS:
        raise TusRefused(400, f"Upload-Checksum must be of {', '.join(ALGORITHMS)}")
    try:
        digest = base64.b64decode(value, validate=True)
    except ValueError as error:
        raise TusRefused(400, "Upload-Checksum is no base64") from error
    return Checksum(algorithm, digest)
