"""PATCH: bytes written into a file, in the form that SabreDAV defined (partialupdate).

A new content is made of the old one and of what came, and takes its place as that of a PUT does: so
a patch that is cut off changes nothing either.
Source: sabre.io/dav/http-patch.
"""

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from http import HTTPStatus

from webdav.exchange import Demands, Exchange
from webdav.message import DavResponse
from webdav.methods.resource_headers import placed_headers
from webdav.model.backend import Backend, UploadFacts
from webdav.model.errors import (
    BadRequest,
    Busy,
    LengthRequired,
    NotAllowed,
    RangeUnsatisfiable,
    UnsupportedMedia,
)
from webdav.model.lock_manager import Touch
from webdav.model.resource import Resource
from webdav.pieces import pieces_of
from webdav.wire.headers import parse_length
from webdav.wire.integrity import matching, parse_checksums, whole

PARTIAL_UPDATE = "application/x-sabredav-partialupdate"
LARGEST_GAP = 1 << 28
"""Bytes behind the end that a client may leave out: they are zeros, as in any file system."""

_RANGE = re.compile(r"bytes\s*=\s*(?:(\d+)-(\d*)|-(\d+))", re.IGNORECASE)
_ZEROS = bytes(1 << 18)


async def patch(exchange: Exchange) -> DavResponse:
    """Answer PATCH (RFC 5789) of a file that is there, with 204."""
    headers = exchange.request.headers
    if headers.get("content-type", "").partition(";")[0].strip().lower() != PARTIAL_UPDATE:
        raise UnsupportedMedia(
            f"PATCH takes {PARTIAL_UPDATE}", headers={"Accept-Patch": PARTIAL_UPDATE}
        )
    length = parse_length(headers)
    if length is None:
        raise LengthRequired("PATCH needs a Content-Length")
    demands = await exchange.demands()
    found = await exchange.require(exchange.path)
    if found.is_collection:
        raise NotAllowed("a collection has no content")
    demands.check(found)
    start = parse_update_range(headers.get("x-update-range"), length, found.size)
    touch = Touch(exchange.path)
    await exchange.check_locks(touch)
    body = whole(exchange.request.body, length)
    if checksums := parse_checksums(headers):
        body = matching(body, checksums)
    splice = _Splice(exchange.backend, found, start, length)
    facts = UploadFacts(length=max(found.size, start + length), content_type=found.content_type)
    upload = await exchange.backend.stage(exchange.path, splice.around(body), facts)
    try:
        async with exchange.writing(touch):
            placed = await upload.commit(_Unchanged(found, demands))
    finally:
        await upload.discard()
    return DavResponse(HTTPStatus.NO_CONTENT, placed_headers(exchange, placed))


def parse_update_range(text: str | None, length: int, size: int) -> int:
    """Return where the bytes go: `append`, `bytes=4-7`, `bytes=4-`, or `bytes=-5` from the end.

    Raises BadRequest for another form, and RangeUnsatisfiable where the range has not the length
    of the body or begins far behind the end.
    """
    word = (text or "").strip().lower()
    if word == "append":
        return size
    matched = _RANGE.fullmatch(word)
    if matched is None:
        raise BadRequest("X-Update-Range is append, bytes=4-7, bytes=4- or bytes=-5")
    first, last, from_end = matched.groups()
    start = max(0, size - int(from_end)) if from_end else int(first)
    if (last and int(last) - start + 1 != length) or start > size + LARGEST_GAP:
        raise RangeUnsatisfiable(headers={"Content-Range": f"bytes */{size}"})
    return start


@dataclass(frozen=True, slots=True)
class _Splice:
    """The content of a file with `length` bytes of it replaced from `start` on."""

    backend: Backend
    file: Resource
    start: int
    length: int

    async def around(self, body: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
        """Yield the new content."""
        size = self.file.size
        async for piece in self._kept(0, min(self.start, size)):
            yield piece
        gap = max(0, self.start - size)
        while gap:
            yield _ZEROS[:gap]
            gap -= len(_ZEROS[:gap])
        async for piece in body:
            yield piece
        async for piece in self._kept(self.start + self.length, size):
            yield piece

    async def _kept(self, start: int, stop: int) -> AsyncIterator[bytes]:
        if start < stop:
            content = await self.backend.content(self.file, start, stop)
            async for piece in pieces_of(content):
                yield piece


@dataclass(frozen=True, slots=True)
class _Unchanged:
    """Demands what the client does, and that the file still is the one that was patched."""

    patched: Resource
    demands: Demands

    def check(self, found: Resource | None) -> None:
        """Raise PreconditionFailed, or Busy where another has written meanwhile."""
        self.demands.check(found)
        if found is None or found.etag != self.patched.etag:
            raise Busy("somebody else wrote meanwhile")
