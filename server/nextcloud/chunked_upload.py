"""`/remote.php/dav/uploads/{user}/`: large files in chunks, put together by a MOVE of `.file`.

What comes out is put like any other content: with the conditions, the checksum and the dates that
the MOVE carries, and with the locks on its destination; so it is there whole or not at all.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from http import HTTPStatus

from aiohttp import web

from server import keys
from server.dav.refusals import in_words_of_dav
from server.instances.instance import Instance
from server.nextcloud.chunk_files import WHOLE, ChunkFiles
from server.nextcloud.chunks import ChunkedUploads, forget_old
from server.nextcloud.mount import DAV, at, entry, files_mount, handler_of
from webdav.handler import DavHandler
from webdav.message import DavRequest, DavResponse
from webdav.model.errors import BadRequest, NotFound
from webdav.model.path import href, parse_path, quote_segment
from webdav.wire.headers import parse_destination, parse_overwrite

TOTAL = "oc-total-length"
_OF_THE_WHOLE = ("x-oc-mtime", "x-oc-ctime", "oc-checksum", "if", "if-match", "if-none-match",
                 "if-unmodified-since", "lock-token", "host", "x-forwarded-host",
                 "forwarded", "content-type")  # fmt: skip


def uploads_mount(home: Instance) -> str:
    """Return where uploads under way are."""
    return f"{DAV}/uploads/{quote_segment(home.owner.name)}"


def uploads_of(request: web.Request) -> ChunkedUploads:
    """Return the uploads of the request's caller."""
    home = request[keys.HOME]
    return ChunkedUploads(home.folder, request[keys.PRINCIPAL].credential, home.transit)


async def answer_uploads(request: web.Request, asked: DavRequest) -> DavResponse:
    """Answer about uploads under way, or put one together."""
    path = parse_path(asked.target, asked.mount)
    if asked.method == "OPTIONS":
        home = request[keys.INSTANCE]
        nobody = ChunkedUploads(home.folder, "", home.transit)
        return await DavHandler(ChunkFiles(nobody)).handle(asked)
    uploads = uploads_of(request)
    if asked.method == "MOVE" and len(path) > 1 and path[-1] == WHOLE:
        return await _put_together(request, asked, uploads, path[0])
    if asked.method in ("MKCOL", "PUT"):
        await _require_room(request, asked.headers)
    if asked.method == "MKCOL":
        now = request.app[keys.NOW]()
        await asyncio.to_thread(forget_old, request[keys.HOME].folder, now)
    return await DavHandler(ChunkFiles(uploads)).handle(asked)


async def _put_together(
    request: web.Request, asked: DavRequest, uploads: ChunkedUploads, upload: str
) -> DavResponse:
    chunks = await uploads.chunks(upload)
    if chunks is None:
        raise NotFound("there is no such upload")
    size = sum(chunk.size for chunk in chunks)
    if _total(asked.headers) not in (None, size):
        raise BadRequest(f"the chunks come to {size} bytes, not to OC-Total-Length")
    put = _as_put(asked, files_mount(request[keys.HOME]), uploads.read(upload, chunks), size)
    response = await (await handler_of(request)).handle(put)
    if response.status < HTTPStatus.BAD_REQUEST:
        await uploads.end(upload)
    return response


def _as_put(asked: DavRequest, mount: str, body: AsyncIterator[bytes], size: int) -> DavRequest:
    """Return the PUT that a MOVE of the whole comes to."""
    at_files = replace(asked, mount=mount)
    target = href(mount, parse_destination(at_files), is_collection=False)
    headers = {name: asked.headers[name] for name in _OF_THE_WHOLE if name in asked.headers}
    headers["content-length"] = str(size)
    if not parse_overwrite(asked.headers):
        headers["if-none-match"] = "*"
    return replace(at_files, method="PUT", target=target, headers=headers, body=body)


async def _require_room(request: web.Request, headers: Mapping[str, str]) -> None:
    total = _total(headers)
    if total is not None:
        with in_words_of_dav():
            await request[keys.HOME].files.require_room(total)


def _total(headers: Mapping[str, str]) -> int | None:
    text = headers.get(TOTAL)
    if text is None:
        return None
    if not text.strip().isdecimal():
        raise BadRequest("OC-Total-Length is no number")
    return int(text)


def routes() -> list[web.AbstractRouteDef]:
    """Return its routes."""
    return at(f"{DAV}/uploads/{{user}}", entry(uploads_mount, answer_uploads))
