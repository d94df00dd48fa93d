"""`foyer import FOLDER`: a folder of this machine becomes files of a home, with progress."""

import asyncio
import os
import stat
import sys
import time
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol

import click

from doctypes.files.errors import FileTreeError
from doctypes.files.file_tree import FileTree
from doctypes.files.import_verbs import Candidate, Imported, ImportOutcome, Names
from replication.blobs.protocol import BlobStore
from replication.blobs.staging_files import stage_files
from replication.blobs.taking import FileTaker, TakenFile
from replication.core.errors import StorageFull
from server.cli.messages import say
from server.cli.open_home import with_home
from server.cli.refusals import Refusal
from server.cli.where import Where
from server.instances.instance import Instance

_MOST_FILES = 1000
_MOST_BYTES = 1 << 28
_READ_AHEAD = 2
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_AUTHOR = "import"


@dataclass(frozen=True, slots=True)
class Import:
    """What is imported, under which path of the home, and whether it is moved there."""

    source: Path
    into: str
    move: bool


@dataclass(frozen=True, slots=True)
class Entry:
    """A file or directory found in the source."""

    path: str
    names: Names
    size: int
    modified_at: datetime
    is_directory: bool
    executable: bool

    @property
    def candidate(self) -> Candidate:
        """What is asked of the home before its content is read."""
        return Candidate(self.names, self.size, self.modified_at)


@dataclass(slots=True)
class Progress:
    """What is done so far, told once a second; on a terminal in one line."""

    started: float = field(default_factory=time.monotonic)
    told: float = 0.0
    files: int = 0
    bytes: int = 0
    kept: int = 0
    refused: list[tuple[str, str]] = field(default_factory=list)

    def add(self, entries: Sequence[Entry], outcome: ImportOutcome) -> None:
        """Take a batch into account."""
        self.files += sum(not entry.is_directory for entry in entries)
        self.bytes += sum(entry.size for entry in entries)
        self.kept += outcome.kept
        self.refused += [("/".join(names), str(error)) for names, error in outcome.refused]
        if time.monotonic() - self.told > 1:
            self.told = time.monotonic()
            self.tell()

    def tell(self, *, last: bool = False) -> None:
        """Say how far it is."""
        seconds = max(time.monotonic() - self.started, 0.001)
        line = say(
            "import_progress",
            files=self.files,
            megabytes=self.bytes // 1_000_000,
            rate=round(self.files / seconds),
        )
        on_terminal = sys.stderr.isatty()
        click.echo(f"\r{line}  " if on_terminal else line, err=True, nl=last or not on_terminal)


def run(where: Where, wanted: Import, domain: str | None) -> None:
    """Import a folder. Raises Refusal."""

    async def work(instance: Instance) -> Progress:
        try:
            return await import_folder(instance, wanted)
        except (FileTreeError, StorageFull) as error:
            raise Refusal(say("import_failed", why=error)) from error

    progress = with_home(work, where, domain)
    progress.tell(last=True)
    for path, why in progress.refused:
        click.echo(say("import_refused", path=path, why=why), err=True)
    click.echo(say("import_done", files=progress.files, kept=progress.kept))
    if progress.refused:
        sys.exit(1)


class Home(Protocol):
    """Where a folder is imported to."""

    @property
    def files(self) -> FileTree:
        """Its tree."""

    @property
    def blobs(self) -> BlobStore:
        """Where its contents are."""


async def import_folder(home: Home, wanted: Import) -> Progress:
    """Import a folder; one that was cut off is ended by doing it again. Raises FileTreeError."""
    progress = Progress()
    top = await home.files.make_directories(wanted.into, by=_AUTHOR)
    importer = _Importer(home, top.id, wanted.move, progress)
    # While one batch is written the contents of the next are read: one waits for the disk, the
    # other for the processor.
    reading: deque[asyncio.Task[_Batch]] = deque()
    try:
        for entries in batches(entries_of(wanted.source)):
            if len(reading) == _READ_AHEAD:
                await importer.write(await reading.popleft())
            reading.append(asyncio.create_task(importer.read(entries)))
        while reading:
            await importer.write(await reading.popleft())
    finally:
        for task in reading:
            task.cancel()
        await asyncio.gather(*reading, return_exceptions=True)
    if wanted.move:
        _remove_empty(wanted.source)
    return progress


def _remove_empty(folder: Path) -> None:
    for directory, _, _ in os.walk(folder, topdown=False):
        with suppress(OSError):  # it is not empty
            Path(directory).rmdir()


@dataclass(frozen=True, slots=True)
class _Importer:
    home: Home
    top: str
    move: bool
    progress: Progress

    async def read(self, entries: Sequence[Entry]) -> "_Batch":
        """Take in the contents that the home does not have."""
        files = [entry for entry in entries if not entry.is_directory]
        new = files if self.move else await self._unknown(files)
        nodes = [Imported(one.names, one.modified_at) for one in entries if one.is_directory]
        contents = await self._taken([entry.path for entry in new])
        unread: list[tuple[str, str]] = []
        for entry, content in zip(new, contents, strict=True):
            if isinstance(content, OSError):
                unread.append(("/".join(entry.names), str(content)))
            else:
                nodes.append(Imported(entry.names, entry.modified_at, content, entry.executable))
        return _Batch(entries, nodes, unread, len(files) - len(new))

    async def _taken(self, paths: Sequence[str]) -> list[TakenFile | OSError]:
        blobs = self.home.blobs
        if isinstance(blobs, FileTaker):
            return await blobs.take_files(paths, link=self.move)
        return await stage_files(blobs, paths)

    async def _unknown(self, files: Sequence[Entry]) -> list[Entry]:
        """Return those that are not there with their size and time.

        That is not enough to remove a file: what is moved is read whatever is there.
        """
        there = await self.home.files.are_imported(self.top, [one.candidate for one in files])
        return [entry for entry, known in zip(files, there, strict=True) if not known]

    async def write(self, batch: "_Batch") -> None:
        """Let the home have a batch; then only, remove what is moved."""
        outcome = await self.home.files.import_nodes(self.top, batch.nodes, by=_AUTHOR)
        outcome.kept += batch.kept
        self.progress.refused += batch.unread
        self.progress.add(batch.entries, outcome)
        if self.move:
            failed = {path for path, _ in batch.unread}
            failed |= {"/".join(names) for names, _ in outcome.refused}
            files = (entry for entry in batch.entries if not entry.is_directory)
            _remove(entry for entry in files if "/".join(entry.names) not in failed)


@dataclass(frozen=True, slots=True)
class _Batch:
    """Entries whose contents are durable, but for those that were `kept` or are `unread`."""

    entries: Sequence[Entry]
    nodes: Sequence[Imported]
    unread: Sequence[tuple[str, str]]
    kept: int


def _remove(entries: Iterator[Entry]) -> None:
    for entry in entries:
        os.unlink(entry.path)  # noqa: PTH108  # a path of any bytes


def entries_of(folder: Path) -> Iterator[Entry]:
    """Yield what is in a folder, each directory before what it holds; links are passed over."""
    waiting: list[tuple[str, Names]] = [(str(folder), ())]
    while waiting:
        path, names = waiting.pop()
        with os.scandir(path) as found:
            for entry in sorted(found, key=lambda one: one.name):
                status = entry.stat(follow_symlinks=False)
                below = (*names, entry.name)
                if stat.S_ISDIR(status.st_mode):
                    waiting.append((entry.path, below))
                elif not stat.S_ISREG(status.st_mode):
                    continue
                yield _entry(entry.path, below, status)


def _entry(path: str, names: Names, status: os.stat_result) -> Entry:
    is_directory = stat.S_ISDIR(status.st_mode)
    return Entry(
        path,
        names,
        0 if is_directory else status.st_size,
        _EPOCH + timedelta(microseconds=status.st_mtime_ns // 1000),
        is_directory,
        not is_directory and bool(status.st_mode & stat.S_IXUSR),
    )


def batches(entries: Iterator[Entry]) -> Iterator[list[Entry]]:
    """Put entries together for one transaction: so many, or so many bytes."""
    batch: list[Entry] = []
    size = 0
    for entry in entries:
        batch.append(entry)
        size += entry.size
        if len(batch) >= _MOST_FILES or size >= _MOST_BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch
