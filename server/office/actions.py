"""What an editor's page asks for besides saving: another name, copies, other formats, pictures."""

from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import quote

from aiohttp import web

from doctypes.files.node import DOCTYPE, File
from doctypes.permissions.errors import PermissionDenied
from doctypes.permissions.rule import Verb
from replication.blobs.protocol import StagedBlob
from server import keys
from server.files.asking import by, require
from server.files.problem import FileRequestRefused
from server.files.reading import json_body
from server.office.answers import plain
from server.office.asking_editor import converted, fetched, spoken_of, tell_name
from server.office.download import Download
from server.office.formats import FORMATS, extension_of, with_extension
from server.office.lending import PICTURE, lent
from server.office.links import Loan
from server.office.office import OFFICE
from server.office.opened import Document, document_of
from server.office.signature import sign

_PICTURES = frozenset({"jpg", "jpeg", "png", "gif", "bmp", "tif", "tiff", "webp"})
_EXPORTS = frozenset({"pdf", "pdfa", "txt", "rtf", "html", "csv", "png", "jpg", *FORMATS})
_MOST_PICTURES = 500


async def rename(request: web.Request) -> web.Response:
    """Give a document another name, `{"name"}`; it keeps its extension."""
    document = await document_of(request)
    file, home = document.file, request[keys.HOME]
    await require(request, Verb.PATCH, file)
    name = _said(await json_body(request), "name")
    extension = extension_of(file.name)
    if extension_of(name) != extension:
        name = f"{name}.{extension}"
    moved = await home.files.move(file.id, file.dir_id, name, by=by(request))
    sessions = await request.app[OFFICE].sessions(home)
    session = await sessions.live_for(file.id, file.blob)
    if session is not None:
        await tell_name(request, session.key, moved.name)
    return plain({"name": moved.name})


async def save_as(request: web.Request) -> web.Response:
    """Keep what the editor offers under another name beside the document, `{"title", "url"}`."""
    document = await document_of(request)
    _require_out(document)
    told = await json_body(request)
    title, url = _said(told, "title"), _said(told, "url")
    await _require_beside(request, document.file)
    extension = extension_of(title) or extension_of(document.file.name)
    staged = await fetched(request, document, url, extension)
    return await _beside(request, document.file, title, staged)


async def convert(request: web.Request) -> web.Response:
    """Make a document of another format beside this one, `{"to"}` (the one that can be edited)."""
    document = await document_of(request)
    _require_out(document)
    told = await json_body(request)
    to = _export(told.get("to") or document.opened_as.becomes or "")
    await _require_beside(request, document.file)
    staged = await fetched(request, document, await converted(request, document, to), to)
    return await _beside(request, document.file, with_extension(document.file.name, to), staged)


async def download_as(request: web.Request) -> web.StreamResponse:
    """Answer a document in another format, `?to=`."""
    document = await document_of(request)
    _require_out(document)
    to = _export(request.query.get("to", ""))
    url = await converted(request, document, to)
    name = quote(with_extension(document.file.name, "pdf" if to == "pdfa" else to))
    response = web.StreamResponse(
        headers={
            "Content-Type": "application/octet-stream",
            "Content-Disposition": f"attachment; filename*=UTF-8''{name}",
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "private, no-store",
        }
    )

    async def send(body: AsyncIterator[bytes], length: int | None) -> web.StreamResponse:
        response.content_length = length
        await response.prepare(request)
        async for piece in body:
            await response.write(piece)
        await response.write_eof()
        return response

    with spoken_of():
        return await Download(request.app[keys.HTTP_CLIENT], document.settings).fetch(url, to, send)


async def list_pictures(request: web.Request) -> web.Response:
    """List the pictures beside a document that the caller may read."""
    document = await document_of(request)
    found = [{"id": file.id, "name": file.name} async for file in _pictures(request, document)]
    return plain({"images": found})


async def lend_pictures(request: web.Request) -> web.Response:
    """Answer what `insertImage` takes for pictures of this home, `{"c", "ids"}`."""
    document = await document_of(request)
    told = await json_body(request)
    ids = told.get("ids")
    images = []
    for one in ids if isinstance(ids, list) else []:
        node = await request[keys.HOME].files.get(str(one))
        await require(request, Verb.GET, node)
        if isinstance(node, File) and extension_of(node.name) in _PICTURES:
            url = lent(request, document.settings, Loan(PICTURE, node.id, node.blob))
            images.append({"fileType": extension_of(node.name), "url": url})
    return plain(_signed(request, document, {"c": told.get("c") or "add", "images": images}))


async def _pictures(request: web.Request, document: Document) -> AsyncIterator[File]:
    files = request[keys.HOME].files
    folder = await files.get(document.file.dir_id)
    try:
        await require(request, Verb.GET, folder)
    except PermissionDenied:
        return
    count = 0
    async for page in files.children(folder):  # type: ignore[arg-type]  # a file's parent is one
        for node in page:
            if isinstance(node, File) and extension_of(node.name) in _PICTURES:
                count += 1
                yield node
        if count > _MOST_PICTURES:
            return


def _signed(request: web.Request, document: Document, told: dict[str, Any]) -> dict[str, Any]:
    settings, now = document.settings, request.app[OFFICE].now()
    token = sign(told, settings.secret, now=now, lifetime=settings.config_lifetime)
    return {**told, "token": token}


async def _beside(request: web.Request, file: File, name: str, staged: StagedBlob) -> web.Response:
    try:
        made = await request[keys.HOME].files.create_copy(file.dir_id, name, staged, by=by(request))
    finally:
        await staged.discard()
    return plain({"id": made.id, "name": made.name, "edit": f"/office/{made.id}/edit"})


async def _require_beside(request: web.Request, file: File) -> None:
    """Raise PermissionDenied unless the caller may put a file beside this one."""
    await require(request, Verb.POST, await request[keys.HOME].files.get(file.dir_id))


def _require_out(document: Document) -> None:
    if not document.rights.takes_out:
        raise PermissionDenied(Verb.GET, DOCTYPE, document.file.id)


def _said(told: dict[str, Any], name: str) -> str:
    value = told.get(name)
    if not isinstance(value, str) or not value.strip():
        raise FileRequestRefused(422, f"{name} must be a text", name)
    return value.strip()


def _export(to: object) -> str:
    if not isinstance(to, str) or to not in _EXPORTS:
        raise FileRequestRefused(422, "No document is converted to that", "to")
    return to
