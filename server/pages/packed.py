"""A file of ours as it is served: packed once, for who takes it so (RFC 9110 8.4.1.3)."""

import gzip
from collections.abc import Mapping
from dataclasses import dataclass

from aiohttp import web

from webdav.wire.gzip import accepts_gzip

_TEXTS = ("text/", "image/svg")
_WORTH_IT = 0.9


@dataclass(frozen=True, slots=True)
class PackedFile:
    """A content, and the same in gzip; that is empty where it would save nothing worth it."""

    content: bytes
    content_type: str
    gzipped: bytes = b""


def packed(content: bytes, content_type: str) -> PackedFile:
    """Pack a file; pictures are packed already."""
    if not content_type.startswith(_TEXTS):
        return PackedFile(content, content_type)
    gzipped = gzip.compress(content, mtime=0)
    worth = len(gzipped) < len(content) * _WORTH_IT
    return PackedFile(content, content_type, gzipped if worth else b"")


def given(request: web.Request, file: PackedFile, headers: Mapping[str, str]) -> web.Response:
    """Answer with a file, in gzip to who accepts that."""
    told = {**headers, "X-Content-Type-Options": "nosniff"}
    charset = "utf-8" if file.content_type.startswith(_TEXTS) else None
    body = file.content
    if file.gzipped:
        told["Vary"] = "Accept-Encoding"
    if file.gzipped and accepts_gzip(request.headers):
        body, told["Content-Encoding"] = file.gzipped, "gzip"
    return web.Response(body=body, content_type=file.content_type, charset=charset, headers=told)
