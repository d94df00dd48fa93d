"""A document and its attachments as one multipart/related body, streamed as it is sent."""

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass

from replication.couch.couch_json import render_head
from replication.replicator.peer import Travelling, TravellingAttachment

_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


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
        frames = [head]
        for name, found in attachments.items():
            frames[-1] += b"\r\n" + dashes + b"\r\n" + _headers(name, found)
            frames.append(b"")
        frames[-1] = b"\r\n" + dashes + b"--"
        return frames


def _headers(name: str, found: TravellingAttachment) -> bytes:
    """Return the headers of a part: some servers know an attachment by its file name alone."""
    quoted = _CONTROL.sub("_", name).replace("\\", "\\\\").replace('"', '\\"')
    lines = (
        f'Content-Disposition: attachment; filename="{quoted}"',
        f"Content-Type: {_CONTROL.sub('_', found.content_type)}",
        f"Content-Length: {found.length}",
        "\r\n",
    )
    return "\r\n".join(lines).encode()
