"""An archive written to a file: beside it first, so that it is whole or not there, and resumed.

What a run that was cut off has left beside is read again, and taken over as far as it is whole.
"""

import asyncio
import os
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO
from urllib.parse import unquote

import msgspec

from replication.core.errors import DatabaseMissing
from replication.store.protocol import DocumentStore
from server.export.exporting import ABOUT, CONTENTS, DOCUMENTS, FILES, TRASH, About, Exporting
from server.export.manifest import HEAD, Head, Manifest, read_head
from server.export.noted import Noted
from server.export.packing import Packing
from server.export.reading import Reading
from server.instances.instance import Instance
from server.instances.record import sync_directory
from server.jobs.sweep_blobs import unswept

Progress = Callable[[int, int], None]
"""Is told how many bytes more are written, and about how many those will be in all."""

_BUFFER = 1 << 20
_CONTENTS = (f"{FILES}/", f"{TRASH}/", f"{CONTENTS}/")


@dataclass
class _Begun:
    """What stands in a file: the archive up to `at`, and what it says of itself."""

    packing: Packing
    noted: Noted
    head: Head | None = None
    at: int = 0
    places: dict[str, int] = field(default_factory=dict)
    epochs: dict[str, str] = field(default_factory=dict)


async def export_to(home: Instance, target: Path, head: Head, progress: Progress) -> Manifest:
    """Export a home into a file. Raises OSError, ContentCut, FolderInUse, and as the stores do."""
    part = target.with_name(target.name + ".part")
    descriptor = os.open(part, os.O_RDWR | os.O_CREAT, 0o600)
    with ExitStack() as stack:
        file = stack.enter_context(os.fdopen(descriptor, "r+b", buffering=_BUFFER))
        sums = stack.enter_context(tempfile.TemporaryFile())
        begun = await asyncio.to_thread(_begun, file, sums)
        stack.callback(begun.noted.close)
        if not await _goes_on(begun, head, home.store):
            begun.noted.close()
            begun = _anew(sums)
            stack.callback(begun.noted.close)
        async with unswept(home):
            await _write(home, file, begun, begun.head or head, progress)
        await asyncio.to_thread(_flush, file)
    await asyncio.to_thread(_named, part, target)
    return msgspec.json.decode(begun.packing.manifest, type=Manifest)


async def _write(
    home: Instance, file: IO[bytes], begun: _Begun, head: Head, progress: Progress
) -> None:
    file.seek(begun.at)
    file.truncate()
    usage = await home.files.usage()
    progress(begun.at, usage.total)
    exporting = Exporting(home, head, begun.packing, begun.noted, begun.places)
    async for piece in exporting.pieces():
        await asyncio.to_thread(file.write, piece)
        progress(len(piece), usage.total)


def _flush(file: IO[bytes]) -> None:
    file.flush()
    os.fsync(file.fileno())


def _named(part: Path, target: Path) -> None:
    part.replace(target)
    sync_directory(target.absolute().parent)


def _anew(sums: IO[bytes]) -> _Begun:
    sums.seek(0)
    sums.truncate()
    return _Begun(Packing(sums), Noted())


def _begun(file: IO[bytes], sums: IO[bytes]) -> _Begun:
    """Read what stands in a file, as far as it is whole."""
    begun = _anew(sums)
    reading = Reading(file)
    try:
        for member, content in reading.whole_members():
            begun.noted.add_name(member.name)
            if member.is_directory:
                continue
            begun.packing.took(member.name, member.size, content.digest)
            if member.name.startswith(_CONTENTS):
                begun.noted.add_content(content.digest)
            else:
                _take_in(begun, member.name, content.text)
        begun.at, begun.packing.whole = reading.sound.at, reading.sound.whole
    finally:
        reading.close()
    return begun


def _take_in(begun: _Begun, name: str, text: bytes) -> None:
    kind, _, rest = name.partition("/")
    database = unquote(rest.partition("/")[0])
    if name == HEAD:
        begun.head = read_head(text)
    elif kind == DOCUMENTS and name.endswith(f"/{ABOUT}"):
        begun.epochs[database] = msgspec.json.decode(text, type=About).epoch
    elif kind == DOCUMENTS:
        begun.places[database] = int(Path(name).stem)


async def _goes_on(begun: _Begun, head: Head, store: DocumentStore) -> bool:
    """Tell whether what was begun is of this home, its databases, and what is wanted now."""
    there = begun.head
    if there is None or (there.uuid, there.wanted) != (head.uuid, head.wanted):
        return False
    return all([await _lives(store, name, epoch) for name, epoch in begun.epochs.items()])


async def _lives(store: DocumentStore, name: str, epoch: str) -> bool:
    try:
        return (await (await store.open(name)).sequence()).epoch == epoch
    except DatabaseMissing:
        return False
