"""Whether bytes that arrived can be the document that was announced.

A Document Server, or a proxy before it, can answer 200 with an error page, or stop half way where
no length was given. A zip has its table of contents at the end, so looking at both ends tells.
"""

from dataclasses import dataclass

from server.office.formats import Container

_ZIP_START = b"PK\x03\x04"
_ZIP_END = b"PK\x05\x06"
_PDF_START = b"%PDF-"
_COMPOUND_START = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PDF_START_WITHIN = 1024
EDGE = 22 + 0xFFFF
"""A zip's closing record has 22 bytes and a comment of at most 65,535 behind it."""


@dataclass(frozen=True, slots=True)
class Edges:
    """The first and last bytes of a body (up to `EDGE` each, and they may overlap), its size."""

    head: bytes = b""
    tail: bytes = b""
    size: int = 0

    def grown(self, piece: bytes) -> "Edges":
        """Return the edges of the body with this piece added."""
        head = self.head if len(self.head) >= EDGE else (self.head + piece)[:EDGE]
        tail = piece[-EDGE:] if len(piece) >= EDGE else (self.tail + piece)[-EDGE:]
        return Edges(head, tail, self.size + len(piece))


def flaw(edges: Edges, container: Container) -> str | None:
    """Say why these bytes cannot be of this container; None when they can."""
    if container is Container.TEXT:
        return None
    if not edges.size:
        return "empty"
    if container is Container.ZIP:
        return _zip_flaw(edges)
    if container is Container.PDF:
        return None if _PDF_START in edges.head[:_PDF_START_WITHIN] else "not a PDF"
    return None if edges.head.startswith(_COMPOUND_START) else "not a compound file"


def _zip_flaw(edges: Edges) -> str | None:
    if not edges.head.startswith(_ZIP_START):
        return "not a zip archive"
    if _ZIP_END not in edges.tail:
        return "a zip archive without its end"
    return None
