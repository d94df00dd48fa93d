"""A home as it stands at one moment: a copy of its documents, and the blobs that they name.

The blobs stay where they are, for they never change. The sweep is held off until they are copied
(`Unswept`), or it could take what the copy names and the home names no more.
"""

import asyncio
import re
import shutil
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from hashlib import file_digest
from pathlib import Path

from server.backup.manifest import Manifest
from server.instances.folder_lock import FolderInUse, FolderLock
from server.instances.instance import Instance
from server.instances.record import InstanceRecord
from server.jobs.sweep_blobs import SWEEP_LOCK, named_in
from server.version import VERSION

DOCUMENTS = "documents.db"
_LEFT_OUT = re.compile(r"documents\.db.*|.*\.(new|lock|part)\Z")
_PAUSE = 0.2

CopyDocuments = Callable[[Path, Path, Callable[[int, int], None]], None]
OpenInstance = Callable[[InstanceRecord], Awaitable[Instance]]


@dataclass(frozen=True, slots=True)
class Engine:
    """What copies a file of documents, and what opens a home to ask what it names."""

    copy: CopyDocuments
    open: OpenInstance


@dataclass(frozen=True, slots=True)
class Snapshot:
    """`files` lie in a folder of their own; `blobs` (digest to size) still in the home's.

    `missing` are those that documents name and the home does not have.
    """

    manifest: Manifest
    record: InstanceRecord
    folder: Path
    blobs: dict[str, int]
    missing: list[str]

    def blob(self, digest: str) -> Path:
        """Return where a blob lies."""
        return place_of(self.record.folder / "blobs", digest)


def place_of(blobs: Path, digest: str) -> Path:
    """Return where a blob lies in a folder of blobs (docs/formats/blobs.md)."""
    return blobs / digest[:2] / digest


@contextmanager
def unswept(folder: Path) -> Iterator[None]:
    """Hold the sweep of a home's blobs off; waits for one that is under way."""
    lock = _waited_for(folder)
    try:
        yield
    finally:
        lock.release()


def _waited_for(folder: Path) -> FolderLock:
    while True:
        try:
            return FolderLock(folder, SWEEP_LOCK)
        except FolderInUse:
            time.sleep(_PAUSE)


def take_snapshot(
    record: InstanceRecord,
    folder: Path,
    engine: Engine,
    now: str,
    progress: Callable[[int, int], None] = lambda *_: None,
) -> Snapshot:
    """Copy a home's documents and small files into `folder`, and find the blobs they name.

    Only within `unswept`. `now` is RFC 3339. Raises OSError.
    """
    for path in record.folder.iterdir():
        if path.is_file() and not _LEFT_OUT.match(path.name):
            shutil.copyfile(path, folder / path.name)
    if (record.folder / DOCUMENTS).exists():
        engine.copy(record.folder / DOCUMENTS, folder / DOCUMENTS, progress)
    named = asyncio.run(_named(replace(record, folder=folder), engine))
    blobs, missing = _sizes(record.folder / "blobs", named)
    return Snapshot(_manifest(record, folder, blobs, now), record, folder, blobs, missing)


async def _named(copied: InstanceRecord, engine: Engine) -> set[str]:
    """Ask a copy what it names; it is a home without blobs, and leaves but its file."""
    if not (copied.folder / DOCUMENTS).exists():
        return set()
    instance = await engine.open(copied)
    try:
        return {digest async for digest in named_in(instance)}
    finally:
        await instance.close()
        await asyncio.to_thread(_leave_documents_alone, copied.folder)


def _leave_documents_alone(folder: Path) -> None:
    shutil.rmtree(folder / "blobs", ignore_errors=True)
    for path in folder.glob(f"{DOCUMENTS}-*"):
        path.unlink()


def _sizes(blobs: Path, named: set[str]) -> tuple[dict[str, int], list[str]]:
    found: dict[str, int] = {}
    missing = []
    for digest in sorted(named):
        try:
            found[digest] = place_of(blobs, digest).stat().st_size
        except FileNotFoundError:
            missing.append(digest)
    return found, missing


def _manifest(record: InstanceRecord, folder: Path, blobs: dict[str, int], now: str) -> Manifest:
    return Manifest(
        version=VERSION,
        domain=record.domain,
        uuid=record.uuid,
        created_at=now,
        files={path.name: digest_of(path) for path in sorted(folder.iterdir())},
        blobs=len(blobs),
        bytes=sum(blobs.values()),
    )


def digest_of(path: Path) -> str:
    """Return a file's SHA-256 in hex."""
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()
