"""The routes of resumable uploads: `/files/uploads`, and one for each upload under way.

Upload-Metadata names `filename`, `dir_id` (the root where it is missing) or `file_id` (whose
content is to be replaced) and `revision` (which it must have then: 412 where it has another, as
If-Match has it). It may say `filetype`, `executable`, `created_at`, `updated_at` and `sha256`, in
hex, which the whole must hash to. With `recipe` (its length) and `size` (of the whole), the upload
is a recipe and what it does not take from elsewhere, as `assembling` has it. The answer to the last
piece carries `Foyer-File-Id`.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from email.utils import format_datetime

from aiohttp import web

from doctypes.files.authors import Author
from doctypes.files.errors import NameTaken, NodeMissing, StaleRevision
from doctypes.files.facts import FileSaid
from doctypes.files.file_tree import FileTree
from doctypes.files.node import ROOT_ID, File
from doctypes.permissions.errors import PermissionDenied
from doctypes.permissions.rule import Verb
from replication.blobs.protocol import StagedBlob
from server import keys
from server.files.asking import by, require, tree_of
from server.files.reading import read_date, read_revision
from server.files.resumable.assembling import content_length, content_of, recipe_length
from server.files.resumable.headers import (
    ALGORITHMS,
    EXTENSIONS,
    MEDIA_TYPE,
    MISMATCH,
    VERSION,
    TusRefused,
    check_version,
    checksum_of,
    metadata_of,
    number_of,
)
from server.files.resumable.parts import Parts, Wanted
from server.files.staging import dropped_on_failure
from server.http.receiving import body_of, no_continue_yet
from server.media.describing import describer
from server.media.media import MEDIA
from webdav.message import BodyIncomplete

LASTING = timedelta(days=7)
_ALL, _ONE = "/files/uploads", "/files/uploads/{upload}"
_LARGEST = 1 << 50
_HEADERS = {"Tus-Resumable": VERSION, "Cache-Control": "no-store"}


class ResumableUploads:
    """Takes uploads piece by piece, one piece of an upload at a time.

    Who asks about an upload whose last piece still seems to come in has lost that connection: it is
    ended, and what came is settled, before anything is said.
    """

    def __init__(self) -> None:
        self._busy: dict[str, asyncio.Lock] = {}
        self._coming: dict[str, asyncio.Task[object]] = {}

    @asynccontextmanager
    async def _alone(self, upload_id: str) -> AsyncIterator[None]:
        coming, task = self._coming.get(upload_id), asyncio.current_task()
        if coming is not None:
            coming.cancel()
        lock = self._busy.setdefault(upload_id, asyncio.Lock())
        async with lock:
            if task is not None:
                self._coming[upload_id] = task
            try:
                yield
            finally:
                if self._coming.get(upload_id) is task:
                    del self._coming[upload_id]
        if not lock.locked() and self._busy.get(upload_id) is lock:
            del self._busy[upload_id]

    async def describe(self, request: web.Request) -> web.Response:
        """OPTIONS: what is spoken here."""
        del request
        headers = {
            **_HEADERS,
            "Tus-Version": VERSION,
            "Tus-Extension": EXTENSIONS,
            "Tus-Checksum-Algorithm": ",".join(ALGORITHMS),
        }
        return web.Response(status=204, headers=headers)

    async def create(self, request: web.Request) -> web.Response:
        """POST: 201 with the address of the upload; room is asked for before a byte is sent."""
        check_version(request.headers)
        length, metadata = number_of(request.headers, "Upload-Length"), metadata_of(request.headers)
        if length > _LARGEST:
            raise TusRefused(413, "Upload-Length is larger than anything")
        recipe_length(metadata, length)
        wanted = await self._wanted(request, length, metadata)
        await tree_of(request).require_room(max(length, content_length(wanted)))
        parts, upload_id = _parts(request), request.app[keys.NEW_ID]()
        await parts.forget_old(request.app[keys.NOW]())
        await parts.begin(upload_id, wanted)
        headers = {**_HEADERS, **_expires(wanted), "Location": f"{_ALL}/{upload_id}"}
        if length == 0:
            headers["Foyer-File-Id"] = await self._finish(request, upload_id, wanted)
        return web.Response(status=201, headers=headers)

    async def _wanted(self, request: web.Request, length: int, metadata: dict[str, str]) -> Wanted:
        until = (request.app[keys.NOW]() + LASTING).isoformat()
        owner, tree = request[keys.PRINCIPAL].credential, tree_of(request)
        if metadata.get("file_id"):
            file = await tree.get(metadata["file_id"])
            await require(request, Verb.PUT, file)
            expected = read_revision(metadata.get("revision", ""))
            if expected is not None and expected != file.revision:  # before a byte is taken in
                raise StaleRevision(file.id, expected, file.revision)
            return Wanted(length, file.dir_id, file.name, owner, until, metadata, file.id)
        parent = await tree.get(metadata.get("dir_id") or ROOT_ID)
        await require(request, Verb.POST, parent)
        name = metadata.get("filename") or metadata.get("name") or ""
        if not name:
            raise TusRefused(400, "Upload-Metadata must name the file: filename")
        if await tree.child(parent.id, name) is not None:
            raise NameTaken(parent.id, name)
        return Wanted(length, parent.id, name, owner, until, metadata)

    async def tell(self, request: web.Request) -> web.Response:
        """HEAD: how far an upload is."""
        check_version(request.headers)
        upload_id, wanted = await self._known(request)
        async with self._alone(upload_id):
            offset = wanted.length if wanted.file_id else await _parts(request).offset(upload_id)
        told = {"Upload-Offset": str(offset), "Upload-Length": str(wanted.length)}
        return web.Response(status=200, headers={**_HEADERS, **_expires(wanted), **told})

    async def append(self, request: web.Request) -> web.Response:
        """PATCH: the next piece; with the last one the file is made, whole."""
        check_version(request.headers)
        if request.content_type != MEDIA_TYPE:
            raise TusRefused(415, f"Content-Type must be {MEDIA_TYPE}")
        upload_id, wanted = await self._known(request)
        claimed, said = number_of(request.headers, "Upload-Offset"), checksum_of(request.headers)
        async with self._alone(upload_id):
            parts = _parts(request)
            offset = wanted.length if wanted.file_id else await parts.offset(upload_id)
            if claimed != offset:
                raise TusRefused(409, f"The upload stands at {offset}")
            if not wanted.file_id:
                try:
                    offset = await parts.append(
                        upload_id, offset, wanted.length, body_of(request), said
                    )
                except BodyIncomplete as error:
                    raise TusRefused(400, "The piece was cut off; ask where it stands") from error
            headers = {**_HEADERS, **_expires(wanted), "Upload-Offset": str(offset)}
            if offset == wanted.length:
                headers["Foyer-File-Id"] = await self._finish(request, upload_id, wanted)
        return web.Response(status=204, headers=headers)

    async def end(self, request: web.Request) -> web.Response:
        """DELETE: forget an upload."""
        check_version(request.headers)
        upload_id, _ = await self._known(request)
        await _parts(request).end(upload_id)
        return web.Response(status=204, headers=_HEADERS)

    async def _known(self, request: web.Request) -> tuple[str, Wanted]:
        """Return the upload that a path names, to who began it. Raises TusRefused 404 or 410."""
        upload_id = request.match_info["upload"]
        wanted = await _parts(request).wanted(upload_id)
        if wanted is None or wanted.owner != request[keys.PRINCIPAL].credential:
            raise TusRefused(404, "There is no such upload")
        if datetime.fromisoformat(wanted.until) < request.app[keys.NOW]():
            raise TusRefused(410, "The upload was not finished in time")
        return upload_id, wanted

    async def _finish(self, request: web.Request, upload_id: str, wanted: Wanted) -> str:
        """Make the file of an upload that is whole; asked again, tell which it is."""
        if wanted.file_id:
            return wanted.file_id
        parts, tree = _parts(request), tree_of(request)
        async with _ended_on_refusal(parts, upload_id, wanted):
            content = await content_of(request, parts, upload_id, wanted)
            staged = await tree.stage(content, length=content_length(wanted))
        async with dropped_on_failure(staged):
            claimed = wanted.metadata.get("sha256", "").lower()
            if claimed and claimed != staged.digest:
                await parts.end(upload_id)  # no piece that comes yet makes it right
                raise TusRefused(MISMATCH, "The bytes do not hash to sha256")
            file = await self._made(request, wanted, staged)
        wanted.file_id = file.id
        await parts.note(upload_id, wanted)
        await parts.release(upload_id)
        return file.id

    async def _made(self, request: web.Request, wanted: Wanted, staged: StagedBlob) -> File:
        tree, said = tree_of(request), _said(wanted)
        describe = describer(request.app[MEDIA], request[keys.HOME])
        found = await describe(staged, wanted.name, said.get("mime"))
        facts: FileSaid = {**said, **found}
        who = by(request)
        if wanted.replaces:
            return await _replaced(tree, wanted, staged, who, facts)
        try:
            return await tree.create(wanted.parent_id, wanted.name, staged, by=who, **facts)
        except NameTaken:
            # Made by a try whose answer nobody heard, or by somebody else.
            there = await tree.child(wanted.parent_id, wanted.name)
            if isinstance(there, File) and there.blob == staged.digest:
                return there
            raise


@asynccontextmanager
async def _ended_on_refusal(parts: Parts, upload_id: str, wanted: Wanted) -> AsyncIterator[None]:
    """Forget an upload whose recipe takes what is not to be had: no byte more makes it right."""
    try:
        yield
    except (TusRefused, NodeMissing, PermissionDenied):
        if "recipe" in wanted.metadata:
            await parts.end(upload_id)
        raise


async def _replaced(
    tree: FileTree, wanted: Wanted, staged: StagedBlob, who: Author, facts: FileSaid
) -> File:
    expected = read_revision(wanted.metadata.get("revision", ""))
    try:
        return await tree.replace(wanted.replaces, staged, expected=expected, by=who, **facts)
    except StaleRevision:
        # Replaced by a try whose answer nobody heard, or by somebody else.
        there = await tree.get(wanted.replaces)
        if isinstance(there, File) and there.blob == staged.digest:
            return there
        raise


def _said(wanted: Wanted) -> FileSaid:
    told = wanted.metadata
    said: FileSaid = {"mime": told.get("filetype") or told.get("type") or None}
    if told.get("executable"):
        said["executable"] = told["executable"] == "true"
    if told.get("created_at"):
        said["created_at"] = read_date(told["created_at"], "created_at")
    if told.get("updated_at"):
        said["modified_at"] = read_date(told["updated_at"], "updated_at")
    return said


def _expires(wanted: Wanted) -> dict[str, str]:
    until = datetime.fromisoformat(wanted.until)
    return {"Upload-Expires": format_datetime(until, usegmt=True)}


def _parts(request: web.Request) -> Parts:
    home = request[keys.HOME]
    return Parts(home.folder, home.transit)


async def speaks_tus(request: web.Request, response: web.StreamResponse) -> None:
    """Say in every answer, refusals too, which version is spoken: a signal of the application."""
    if request.path == _ALL or request.path.startswith(_ALL + "/"):
        response.headers["Tus-Resumable"] = VERSION


def routes() -> list[web.RouteDef]:
    """Return the routes of resumable uploads; they come before those of files by id."""
    uploads = ResumableUploads()
    return [
        web.options(_ALL, uploads.describe),
        web.post(_ALL, uploads.create),
        web.head(_ONE, uploads.tell),
        web.patch(_ONE, uploads.append, expect_handler=no_continue_yet),
        web.delete(_ONE, uploads.end),
    ]
