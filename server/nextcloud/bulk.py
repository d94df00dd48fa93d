"""`POST /remote.php/dav/bulk`: many small files in one body, each put as if it came by itself.

The body is multipart/related (RFC 2387); a part tells its path, length, checksum and date in
headers of its own, and a row of the answer what became of it.
"""

import base64
import binascii
import re
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from http import HTTPStatus
from typing import Any

import msgspec
from aiohttp import web

from server import keys
from server.http.receiving import no_continue_yet
from server.nextcloud.mount import DAV, entry, files_mount, handler_of, rights_of
from server.nextcloud.properties import Rights
from webdav.message import DavRequest, DavResponse
from webdav.model.errors import BadRequest, UnsupportedMedia
from webdav.model.path import href

MOST_HEADERS = 1 << 14
_BOUNDARY = re.compile(r'boundary="?([^";,\s]{1,200})"?', re.IGNORECASE)


class Parts:
    """The parts of a body, one after the other, whose bytes come in pieces of any size."""

    def __init__(self, body: AsyncIterator[bytes], boundary: bytes) -> None:
        self._body = body
        self._boundary = b"--" + boundary
        self._waiting = b""

    async def headers(self) -> dict[str, str] | None:
        """Read the headers of the next part; None behind the last. Raises BadRequest."""
        line = await self._line() or await self._line()  # an empty one ends the part before
        if line == self._boundary + b"--":
            return None
        if line != self._boundary:
            raise BadRequest("a part begins with the boundary")
        found: dict[str, str] = {}
        while line := await self._line():
            name, colon, value = line.decode("utf-8", "replace").partition(":")
            if not colon:
                raise BadRequest("a header of a part has a colon")
            found[name.strip().lower()] = value.strip()
        return found

    async def content(self, length: int) -> AsyncIterator[bytes]:
        """Yield so many bytes; the line that ends them is passed over with the next headers."""
        while length:
            if not self._waiting and not await self._more():
                raise BadRequest("the body ends within a part")
            piece, self._waiting = self._waiting[:length], self._waiting[length:]
            length -= len(piece)
            yield piece

    async def _line(self) -> bytes:
        while b"\r\n" not in self._waiting:
            if len(self._waiting) > MOST_HEADERS:
                raise BadRequest("a header of a part is too long")
            if not await self._more():
                line, self._waiting = self._waiting, b""
                if line and line != self._boundary + b"--":
                    raise BadRequest("the body ends within the headers of a part")
                return line or self._boundary + b"--"
        line, _, self._waiting = self._waiting.partition(b"\r\n")
        return line

    async def _more(self) -> bool:
        piece = await anext(self._body, None)
        if piece is None:
            return False
        self._waiting += piece
        return True


async def upload(request: web.Request, asked: DavRequest) -> DavResponse:
    """Answer with a row for each part: what was put, or why it was not."""
    media = asked.headers.get("content-type", "")
    boundary = _BOUNDARY.search(media)
    if not media.lower().startswith("multipart/related") or boundary is None:
        raise UnsupportedMedia("the body is multipart/related, with a boundary")
    handler, mount = await handler_of(request), files_mount(request[keys.HOME])
    rights = rights_of(request[keys.PRINCIPAL])
    parts, rows = Parts(asked.body, boundary[1].encode()), dict[str, Any]()
    while (headers := await parts.headers()) is not None:
        path, length = _path(headers), _length(headers)
        content = parts.content(length)
        put = _as_put(replace(asked, mount=mount), path, headers, content)
        response = await handler.handle(put)
        async for _ in content:  # what was refused has to be read past
            pass
        rows[path] = _row(response, rights)
    told = {"Content-Type": "application/json"}
    return DavResponse(HTTPStatus.OK, told, msgspec.json.encode(rows))


def _path(headers: Mapping[str, str]) -> str:
    """Read where a part belongs, below the owner's files."""
    coded = headers.get("x-file-path-base64")
    try:
        path = base64.b64decode(coded).decode() if coded else headers.get("x-file-path", "")
    except (binascii.Error, UnicodeDecodeError):
        path = ""
    if not path.strip("/"):
        raise BadRequest("a part says where it belongs: X-File-Path")
    return path


def _length(headers: Mapping[str, str]) -> int:
    text = headers.get("content-length", "")
    if not text.isdecimal():
        raise BadRequest("a part says how long it is: Content-Length")
    return int(text)


def _as_put(
    asked: DavRequest, path: str, said: Mapping[str, str], content: AsyncIterator[bytes]
) -> DavRequest:
    segments = tuple(segment for segment in path.split("/") if segment)
    headers = {"content-length": said["content-length"], "host": asked.headers.get("host", "")}
    for name, names in _TOLD_IN.items():
        for other in names:
            if said.get(other):
                headers.setdefault(name, said[other])
    if (md5 := said.get("x-file-md5")) is not None:
        headers.setdefault("oc-checksum", f"MD5:{md5}")
    target = href(asked.mount, segments, is_collection=False)
    return replace(asked, method="PUT", target=target, headers=headers, body=content)


_TOLD_IN = {
    "x-oc-mtime": ("x-oc-mtime", "x-file-mtime"),
    "x-oc-ctime": ("x-oc-ctime",),
    "oc-checksum": ("oc-checksum",),
    "if-match": ("if-match",),
}


def _row(response: DavResponse, rights: Rights) -> dict[str, Any]:
    """Tell what became of a part, in headers' names as well: programs look for either."""
    if response.status >= HTTPStatus.BAD_REQUEST:
        body = response.body if isinstance(response.body, bytes) else b""
        return {"error": True, "message": body.decode().strip() or response.status.phrase}
    headers = response.headers
    etag, file_id = headers.get("ETag", ""), headers.get("OC-FileId", "")
    return {
        "error": False,
        "etag": etag.strip('"'),
        "OC-ETag": etag,
        "fileid": file_id,
        "OC-FileID": file_id,
        "permissions": rights.of_file(),
        "X-OC-MTime": headers.get("X-OC-MTime", ""),
    }


def routes() -> list[web.AbstractRouteDef]:
    """Return its route."""
    serve = entry(lambda _home: f"{DAV}/bulk", upload)
    return [web.post(f"{DAV}/bulk", serve, expect_handler=no_continue_yet)]
