"""What decides the rows of an index: whatever changes them changes its signature."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Protocol

from replication.core.document import StoredRevision
from replication.index.rows import Emitted

DocumentRows = Sequence[Sequence[Emitted]]
"""What one document emits: for each view, its rows in the order they were emitted."""


@dataclass(frozen=True, slots=True)
class IndexDefinition:
    """A group of views that are computed together, as those of one design document are."""

    signature: str
    views: int


class Mapper(Protocol):
    """Computes what documents emit; the same document always gives the same rows."""

    @property
    def definition(self) -> IndexDefinition:
        """What it computes."""

    async def map(self, documents: Sequence[StoredRevision]) -> Sequence[DocumentRows]:
        """Return what each document, a live winner, emits. Raises Refused when it cannot be run.

        A function that fails for one document emits nothing for it.
        """


def signature_of(*parts: bytes | str) -> str:
    """Return 32 hexadecimal digits for these parts, whose borders count."""
    digest = blake2b(digest_size=16)
    for part in parts:
        data = part.encode() if isinstance(part, str) else part
        digest.update(b"%d:" % len(data) + data)
    return digest.hexdigest()
