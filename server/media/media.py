"""Asking the media workers: what a file tells of itself, its thumbnails, its text."""

import asyncio
import logging
import sys
from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import msgspec
from aiohttp import web

from doctypes.files.node import File
from replication.core.errors import Refused
from server.functions.worker_process import WorkerProcess
from server.instances.instance import Instance
from server.media.kept_texts import KeptTexts
from server.media.sizes import CLASSES, SIZES

_log = logging.getLogger(__name__)

PATIENCE = 30.0
IDLE = 60.0
LARGEST_PROBED = 200 << 20
"""Bytes of a file that is looked into while its upload waits for it."""

_START = "import sys; sys.path.insert(0, sys.argv[1]); from server.media.worker import main; main()"
COMMAND = (sys.executable, "-I", "-c", _START, str(Path(__file__).parents[2]))


class Media:
    """Thumbnails and texts of all homes, made by processes that may crash; one file at a time.

    One works for those who wait for an answer, the other for what nobody has asked for yet.
    """

    def __init__(self, worker: WorkerProcess | None = None) -> None:
        self._worker = worker or WorkerProcess(COMMAND, PATIENCE, IDLE)
        self._background = WorkerProcess(COMMAND, PATIENCE, IDLE)
        self._making: dict[Path, asyncio.Task[bool]] = {}
        self._closing = False

    async def facts(self, instance: Instance, blob: str, file_class: str) -> dict[str, Any]:
        """Return what a picture tells of itself (cozy.md E, `metadata`); nothing of other files."""
        if file_class != "image":
            return {}
        path = await instance.blobs.path(blob)
        if path is None or await asyncio.to_thread(_size, path) > LARGEST_PROBED:
            return {}
        told = await self._ask({"path": str(path), "class": file_class})
        facts: dict[str, Any] = told.get("facts", {})
        return facts

    async def thumbnail(self, instance: Instance, file: File, size: str) -> Path | None:
        """Return where a thumbnail is, made if need be; None for a file that has no picture."""
        if file.file_class not in CLASSES or size not in SIZES:
            return None
        target = place_of(instance, file.blob, size)
        if target.exists():
            return target
        made = await self.make(instance, file)
        return target if made else None

    async def pages(self, instance: Instance, file: File) -> int:
        """Return how many pages a PDF has; 0 for what is none, or broken."""
        path = await instance.blobs.path(file.blob)
        if path is None or file.file_class != "pdf":
            return 0
        told = await self._ask({"path": str(path), "page": 0, "into": ""})
        return int(told.get("pages", 0))

    async def page(self, instance: Instance, file: File, number: int) -> bytes | None:
        """Return one page of a PDF, from 1 on, as a document of its own; None if there is none."""
        path = await instance.blobs.path(file.blob)
        if path is None or file.file_class != "pdf" or number < 1:
            return None
        with TemporaryDirectory() as folder:
            target = Path(folder) / "page.pdf"
            told = await self._ask({"path": str(path), "page": number, "into": str(target)})
            return None if "error" in told else await asyncio.to_thread(target.read_bytes)

    async def keep_text(self, instance: Instance, file: File, kept: KeptTexts) -> bool:
        """Take the text out of a file and keep it; none for what cannot be read.

        Returns False when the house is being closed: then nothing was found out. Raises OSError.
        """
        path = await instance.blobs.path(file.blob)
        told: dict[str, Any] = {"error": "no file holds just the content"}
        if path is not None:
            target = kept.place_of(file.blob)
            asked = {"path": str(path), "text": file.mime, "into": str(target)}
            told = await self._ask(asked, self._background)
        if self._closing:
            return False
        if "error" in told:
            _log.info("no text", extra={"why": told["error"], "mime": file.mime})
            await kept.put(file.blob, "")
        return True

    async def make(self, instance: Instance, file: File, *, unasked: bool = False) -> bool:
        """Make all thumbnails of a file; tells whether there are any.

        Who asks meanwhile shares the work; what could not be opened is not tried again.
        """
        if file.file_class not in CLASSES:
            return False
        mark = place_of(instance, file.blob, "none")
        if mark.exists():
            return False
        making = self._making.get(mark)
        if making is None:
            worker = self._background if unasked else self._worker
            making = asyncio.create_task(self._make(instance, file, mark, worker))
            self._making[mark] = making
            making.add_done_callback(lambda _: self._making.pop(mark, None))
        return await asyncio.shield(making)

    async def _make(
        self, instance: Instance, file: File, mark: Path, worker: WorkerProcess
    ) -> bool:
        into = {size: str(place_of(instance, file.blob, size)) for size in SIZES}
        if await asyncio.to_thread(_are_there, into.values()):
            return True
        path = await instance.blobs.path(file.blob)
        if path is None:
            return False
        asked = {"path": str(path), "class": file.file_class, "into": into}
        told = await self._ask(asked, worker)
        if self._closing:  # then an error says nothing of the file
            return False
        if "error" in told:
            await asyncio.to_thread(_touch, mark)
            _log.info("no thumbnail", extra={"why": told["error"], "class": file.file_class})
            return False
        return True

    async def _ask(
        self, question: dict[str, Any], worker: WorkerProcess | None = None
    ) -> dict[str, Any]:
        """Ask a worker; once more where the first try found it dead."""
        worker = worker or self._worker
        try:
            return await self._asked(question, worker)
        except Refused:
            try:
                return await self._asked(question, worker)
            except Refused as error:
                return {"error": str(error)}

    async def _asked(self, question: dict[str, Any], worker: WorkerProcess) -> dict[str, Any]:
        answer = await worker.ask(msgspec.json.encode(question), b"")
        return msgspec.json.decode(answer, type=dict[str, Any])

    async def close(self) -> None:
        """End the workers."""
        self._closing = True
        await self._worker.close()
        await self._background.close()


def _size(path: str) -> int:
    return Path(path).stat().st_size


def _are_there(paths: Iterable[str]) -> bool:
    return all(Path(path).exists() for path in paths)


def _touch(mark: Path) -> None:
    mark.parent.mkdir(parents=True, exist_ok=True)
    mark.touch()


def place_of(instance: Instance, blob: str, size: str) -> Path:
    """Return where a thumbnail lies: by the name of the content, so that copies share it."""
    name = instance.transit.named(blob)
    return instance.folder / "thumbnails" / name[:2] / f"{name}-{size}"


def forget(folder: Path, blobs: Iterable[str]) -> None:
    """Take away the thumbnails of contents that are gone from the home in this folder; blocks.

    `blobs` are what contents are called there (`Transit.named`).
    """
    for blob in blobs:
        for found in (folder / "thumbnails" / blob[:2]).glob(f"{blob}-*"):
            found.unlink(missing_ok=True)


MEDIA = web.AppKey("media", Media)
