"""PDFs of office documents, for whoever has no editor: made once for each content, and kept.

They are named by the content, so that copies share one, and go with it.
"""

import asyncio
import logging
from collections.abc import Iterable, Sequence
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp

from aiohttp import web

from doctypes.files.node import DOCTYPE, File
from doctypes.permissions.errors import PermissionDenied
from doctypes.permissions.rule import Verb
from server import keys
from server.files.content_head import disposition
from server.files.problem import FileRequestRefused
from server.instances.instance import Instance
from server.office.converter import Converter, Unconvertible, converters
from server.office.formats import DocumentType, extension_of, format_of, with_extension
from server.office.office import OFFICE
from server.office.opened import found_document

_PICTURED = frozenset({DocumentType.WORD, DocumentType.CELL, DocumentType.SLIDE})
_NOTHING = (
    "This server has nothing that shows office documents: a Document Server can be configured, "
    "or the package document-builder or LibreOffice be installed."
)
_log = logging.getLogger(__name__)


class Previews:
    """Makes PDFs for all homes, one at a time; what no program could read is not tried again."""

    def __init__(self, programs: Sequence[Converter] | None = None) -> None:
        self._programs = converters() if programs is None else programs
        self._making: dict[Path, asyncio.Task[bool]] = {}
        self._turn = asyncio.Lock()

    @property
    def any(self) -> bool:
        """Whether there is a program at all."""
        return bool(self._programs)

    async def of(self, instance: Instance, file: File) -> Path | None:
        """Return where the PDF of a document is, made if need be; None if none comes of it.

        Who asks meanwhile shares the work. Raises OSError.
        """
        target = place_of(instance.folder, instance.transit.named(file.blob))
        if await asyncio.to_thread(target.exists):
            return target
        making = self._making.get(target)
        if making is None:
            making = asyncio.create_task(self._make(instance, file, target))
            self._making[target] = making
            making.add_done_callback(lambda _: self._making.pop(target, None))
        return target if await asyncio.shield(making) else None

    async def _make(self, instance: Instance, file: File, target: Path) -> bool:
        given_up = target.with_suffix(".none")
        content = await instance.blobs.path(file.blob)
        if content is None or await asyncio.to_thread(given_up.exists):
            return False
        async with self._turn:
            for program in self._programs:
                if await self._made(program, Path(content), extension_of(file.name), target):
                    return True
        await asyncio.to_thread(given_up.touch)
        return False

    async def _made(self, program: Converter, content: Path, extension: str, target: Path) -> bool:
        folder = await asyncio.to_thread(_folder_for, target)
        try:
            source = await asyncio.to_thread(_lent, content, folder, extension)
            made = await program.convert(source, folder)
            await asyncio.to_thread(made.replace, target)
        except (Unconvertible, FileNotFoundError) as error:
            why = {"by": type(program).__name__, "reason": str(error)}
            _log.info("no preview", extra=why)
            return False
        finally:
            await asyncio.to_thread(rmtree, folder, ignore_errors=True)
        return True


def has_preview(app: web.Application, file: File) -> bool:
    """Tell whether a document may be asked for as PDF here."""
    opened_as = format_of(file.name)
    if opened_as is None or opened_as.document_type not in _PICTURED:
        return False
    return app[PREVIEWS].any or app[OFFICE].settings is not None


async def show_preview(request: web.Request) -> web.StreamResponse:
    """GET /office/{id}/preview: a document as PDF, for who may take its content out.

    Where no program is installed, a Document Server does it. Answers 422 to what can be shown as it
    is or cannot be read, and 501 where there is nothing to make it with.
    """
    found = await found_document(request)
    if not found.rights.takes_out:
        raise PermissionDenied(Verb.GET, DOCTYPE, found.file.id)
    if found.opened_as.document_type not in _PICTURED:
        raise FileRequestRefused(422, "This kind of document has no preview of its own")
    previews = request.app[PREVIEWS]
    if previews.any:
        return await _shown(request, previews, found.file)
    if request.app[OFFICE].settings is None:
        raise FileRequestRefused(501, _NOTHING)
    query = request.rel_url.update_query(to="pdf").raw_query_string
    raise web.HTTPSeeOther(f"/office/{found.file.id}/download?{query}")


async def _shown(request: web.Request, previews: Previews, file: File) -> web.FileResponse:
    path = await previews.of(request[keys.HOME], file)
    if path is None:
        raise FileRequestRefused(422, "No program here could read this document")
    return web.FileResponse(
        path,
        headers={
            "Content-Type": "application/pdf",
            "Content-Disposition": disposition(with_extension(file.name, "pdf"), download=False),
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "private, no-cache",
        },
    )


def place_of(folder: Path, blob: str) -> Path:
    """Return where the PDF of a content lies in a home's folder."""
    return folder / "previews" / blob[:2] / f"{blob}.pdf"


def forget_previews(folder: Path, blobs: Iterable[str]) -> None:
    """Take away the PDFs of contents that are gone from the home in this folder; blocks.

    `blobs` are what contents are called there (`Transit.named`).
    """
    for blob in blobs:
        for suffix in (".pdf", ".none"):
            place_of(folder, blob).with_suffix(suffix).unlink(missing_ok=True)


def _folder_for(target: Path) -> Path:
    """Make a folder on the same disk, so that what is made there is moved in one step."""
    target.parent.mkdir(parents=True, exist_ok=True)
    return Path(mkdtemp(prefix="making-", dir=target.parent)).absolute()


def _lent(content: Path, folder: Path, extension: str) -> Path:
    source = folder / f"document.{extension}"
    source.symlink_to(content.absolute())
    return source


PREVIEWS = web.AppKey("previews", Previews)
