"""The verbs that every engine for bytes answers: content-addressed, written once.

The order that keeps a crash harmless: stage the bytes, commit the blob, then write the document
that names it. What remains after a crash is at worst a blob that no document names, and the sweep
takes it; never a document that names a blob that is not there.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class BlobStat:
    """A blob as the store has it: `digest` is its SHA-256 in hex, `size` in bytes.

    `stored_at` is seconds since the epoch, renewed when the same bytes are committed again.
    """

    digest: str
    size: int
    stored_at: float


class Content(Protocol):
    """Bytes that were hashed."""

    @property
    def digest(self) -> str:
        """SHA-256 in hex: the name they have, or will have."""

    @property
    def md5(self) -> str:
        """MD5 in base64, as Cozy's `md5sum` and CouchDB's attachments show it."""

    @property
    def size(self) -> int:
        """Length in bytes."""


class StagedBlob(Content, Protocol):
    """Bytes received and hashed that no name leads to yet."""

    async def commit(self) -> BlobStat:
        """Make them durable under their digest; the same bytes committed twice are one blob.

        Raises StorageFull, and BlobMissing once they were discarded.
        """

    async def discard(self) -> None:
        """Forget them; harmless after a commit, and when repeated."""


class BlobStore(Protocol):
    """Bytes by digest."""

    async def stage(self, body: AsyncIterator[bytes], *, length: int | None = None) -> StagedBlob:
        """Take bytes in, hashing as they stream.

        Raises BlobMismatch when `length` is given and another number of bytes arrives, StorageFull
        when there is no room; whatever the body iterator raises passes through. In each case
        nothing remains.
        """

    async def stat(self, digest: str) -> BlobStat:
        """Describe a blob. Raises BlobMissing."""

    def read(self, digest: str, start: int = 0, stop: int | None = None) -> AsyncIterator[bytes]:
        """Stream bytes from `start` to before `stop`. Raises BlobMissing at the first piece."""

    async def path(self, digest: str) -> str | None:
        """Return a local file that holds just these bytes, for sendfile; None if there is none."""

    async def delete(self, digest: str) -> None:
        """Remove a blob; harmless if it is not there."""

    async def delete_stale(self, digest: str, before: float) -> bool:
        """Remove a blob unless it was stored at or after `before`; tell whether it is gone.

        The look and the removal are one step: a commit of the same bytes comes before or after.
        """

    def listing(self) -> AsyncIterator[BlobStat]:
        """List all blobs, in no order."""

    async def close(self) -> None:
        """Let go of everything; staged bytes that were not committed are gone."""
