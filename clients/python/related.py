"""A document and its attachments as one multipart/related body, streamed as it is sent."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

from clients.python.couch_json import render_head
from replication.replicator.peer import Travelling


@dataclass(frozen=True, slots=True)
class RelatedBody:
    """What is sent: `boundary` must not occur in any attachment, so it is random."""

    document: Travelling
    boundary: str

    @property
    def content_type(self) -> str:
        """Return the header that names the boundary."""
        return f'multipart/related; boundary="{self.boundary}"'

    @property
    def length(self) -> int:
        """Return how many bytes `pieces` gives, if each attachment has the length it says."""
        attached = sum(found.length for found in self.document.attachments.values())
        return attached + sum(len(frame) for frame in self._frames())

    async def pieces(self) -> AsyncIterator[bytes]:
        """Give the body, reading attachments as they are wanted."""
        frames = self._frames()
        reads = [attachment.read for attachment in self.document.attachments.values()]
        for frame, read in zip(frames, [*reads, None], strict=True):
            yield frame
            if read is not None:
                async for piece in read():
                    yield piece

    def _frames(self) -> list[bytes]:
        """Return what stands before each attachment, and behind the last."""
        attachments = self.document.attachments
        stubs = {
            name: {
                "follows": True,
                "content_type": found.content_type,
                "length": found.length,
                "revpos": found.revpos,
            }
            for name, found in attachments.items()
        }
        dashes = f"--{self.boundary}".encode()
        head = dashes + b"\r\nContent-Type: application/json\r\n\r\n"
        head += render_head(self.document, stubs)
        part = b"\r\n" + dashes + b"\r\n\r\n"
        return [head + part, *[part] * (len(attachments) - 1), b"\r\n" + dashes + b"--"]
