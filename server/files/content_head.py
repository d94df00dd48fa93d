"""The head of an answer that carries content: its tag, its type, and how a browser treats it.

A file is data here and never a part of our own site: what a browser could run is in a sandbox, and
types are not guessed at (as over WebDAV, whose rules these are).
"""

from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from urllib.parse import quote

from webdav.methods.get import file_headers
from webdav.model.resource import Resource


@dataclass(frozen=True, slots=True)
class Content:
    """Bytes of a file or of a version of it, as they are given out."""

    name: str
    md5sum: str
    size: int
    mime: str
    modified: datetime

    @property
    def resource(self) -> Resource:
        """The same, as the rules of HTTP in `webdav` look at it."""
        return Resource(
            name=self.name,
            id=self.md5sum,
            is_collection=False,
            etag=f'"{self.md5sum}"',
            size=self.size,
            created=self.modified,
            modified=self.modified,
            content_type=self.mime or "application/octet-stream",
        )


def headers_of(content: Content, *, download: bool) -> dict[str, str]:
    """Return the headers of content; with `download` a browser saves it rather than shows it."""
    resource = content.resource
    return {
        **file_headers(resource),
        "Last-Modified": format_datetime(content.modified, usegmt=True),
        "Content-Type": resource.content_type,
        "Content-Disposition": disposition(content.name, download=download),
    }


def disposition(name: str, *, download: bool) -> str:
    """Return Content-Disposition for a name in any script (RFC 6266, RFC 8187)."""
    plain = "".join(c if 32 <= ord(c) < 127 and c not in '"\\' else "_" for c in name)  # noqa: PLR2004
    how = "attachment" if download else "inline"
    return f"{how}; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
