"""An archive being written: its bytes in order, and the digests that it ends with."""

from collections.abc import AsyncIterator
from hashlib import sha256
from typing import IO, Protocol

from server.export.manifest import MANIFEST, SEAL, SUMS, Manifest, encoded
from server.export.members import END, Member, header_of, padding_of

_PIECE = 1 << 20


class ContentCut(Exception):
    """A content is not as long as it is said to be."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


class Hash(Protocol):
    """A digest in the making."""

    def update(self, data: bytes, /) -> None:
        """Take more bytes in."""

    def hexdigest(self) -> str:
        """Return what it is so far."""

    def copy(self) -> "Hash":
        """Return another of what is in it."""


class Packing:
    """Renders members, and knows what it rendered; `sums` is an empty file for their digests."""

    def __init__(self, sums: IO[bytes]) -> None:
        self._sums = sums
        self.whole: Hash = sha256()
        self.members = self.bytes = 0
        self.manifest = b""

    def took(self, name: str, size: int, digest: str) -> None:
        """Take a file into account that stands in the archive now."""
        self._sums.write(line_of(name, digest))
        self.members += 1
        self.bytes += size

    async def member(self, member: Member, body: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
        """Yield the bytes of a file. Raises ContentCut."""
        yield self._hashed(header_of(member))
        digest, size = sha256(), 0
        async for piece in body:
            digest.update(piece)
            size += len(piece)
            yield self._hashed(piece)
        if size != member.size:
            raise ContentCut(member.name)
        self.took(member.name, size, digest.hexdigest())
        yield self._hashed(padding_of(size))

    def directory(self, member: Member) -> bytes:
        """Return the bytes of a directory."""
        return self._hashed(header_of(member))

    def text(self, name: str, content: bytes, modified_at: int = 0) -> bytes:
        """Return the bytes of a small file."""
        self.took(name, len(content), sha256(content).hexdigest())
        return self._hashed(_rendered(name, content, modified_at))

    async def ending(self, missing: list[str]) -> AsyncIterator[bytes]:
        """Yield what the archive ends with; `manifest` is known then."""
        size, digest = self._sums.tell(), sha256()
        yield self._hashed(header_of(Member(SUMS, size)))
        self._sums.seek(0)
        while piece := self._sums.read(_PIECE):
            digest.update(piece)
            yield self._hashed(piece)
        yield self._hashed(padding_of(size))
        self.manifest = encoded(
            Manifest(
                members=self.members,
                bytes=self.bytes,
                sums=digest.hexdigest(),
                archive=self.whole.hexdigest(),
                missing=missing,
            )
        )
        yield tail_of(self.manifest)

    def _hashed(self, piece: bytes) -> bytes:
        self.whole.update(piece)
        return piece


def tail_of(manifest: bytes) -> bytes:
    """Return the manifest as a member, its digest as another, and the end."""
    seal = line_of(MANIFEST, sha256(manifest).hexdigest())
    return _rendered(MANIFEST, manifest) + _rendered(SEAL, seal) + END


def line_of(name: str, digest: str) -> bytes:
    """Return a line as `sha256sum` writes and checks it, odd names escaped as it does."""
    escaped = name.replace("\\", "\\\\").replace("\n", "\\n").replace("\r", "\\r")
    mark = "\\" if escaped != name else ""
    return f"{mark}{digest}  {escaped}\n".encode("utf-8", "surrogateescape")


def name_in(line: bytes) -> str:
    """Return the name in a line of digests."""
    name = line.rstrip(b"\n").partition(b"  ")[2].decode("utf-8", "surrogateescape")
    if not line.startswith(b"\\"):
        return name
    return name.replace("\\n", "\n").replace("\\r", "\r").replace("\\\\", "\\")


def _rendered(name: str, content: bytes, modified_at: int = 0) -> bytes:
    header = header_of(Member(name, len(content), modified_at))
    return header + content + padding_of(len(content))
