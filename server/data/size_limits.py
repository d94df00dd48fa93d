"""How large what clients send may be, in bytes; each limit is refused in CouchDB's own words."""

from collections.abc import AsyncIterator, Callable, Iterable
from dataclasses import dataclass

from aiohttp import web

from replication.core.document import Edit
from replication.core.errors import TooLarge
from replication.wire.document_json import ParsedDocument


@dataclass(frozen=True, slots=True)
class SizeLimits:
    """The most bytes of a document without its attachments, of an attachment, of a request."""

    document: int
    attachment: int
    request: int


LIMITS: web.AppKey[Callable[[], SizeLimits]] = web.AppKey("limits")
"""Asked at each request: who administers `foyer couch` may change them while it runs."""


def of(request: web.Request) -> SizeLimits:
    """Return the limits that hold for a request."""
    return request.app[LIMITS]()


def check_documents(request: web.Request, documents: Iterable[ParsedDocument | Edit]) -> None:
    """Raise TooLarge for the first document, or attachment inside one, that is too large."""
    limits = of(request)
    for document in documents:
        edit = document if isinstance(document, Edit) else document.edit
        if len(edit.body) > limits.document:
            raise TooLarge("document", edit.document_id)
        inline = () if isinstance(document, Edit) else document.inline.items()
        for name, attachment in inline:
            if len(attachment.data) > limits.attachment:
                raise TooLarge("attachment", name)


async def attachment_of(
    request: web.Request, name: str, pieces: AsyncIterator[bytes]
) -> AsyncIterator[bytes]:
    """Pass on the bytes of an attachment. Raises TooLarge once there are too many."""
    most, size = of(request).attachment, 0
    async for piece in pieces:
        size += len(piece)
        if size > most:
            raise TooLarge("attachment", name)
        yield piece
