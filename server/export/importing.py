"""An archive on its way into a home that nobody has opened yet, through the ports alone.

The archive was read once before (`checked`), so what is wrong with it is known before anything is
written. What is written twice is the same twice: an import that was cut off goes on where it was
when it is done again.
"""

from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import IO
from urllib.parse import unquote

import msgspec

from doctypes.files.blob_references import named_blobs
from doctypes.files.node import DOCTYPE
from doctypes.files.version import VERSIONS
from replication.blobs.protocol import BlobStore
from replication.core.document import Edit
from replication.core.errors import Invalid, ReplicationError
from replication.store.protocol import Database, DocumentStore
from server.export.beside import Beside
from server.export.exporting import ABOUT, CONTENTS, DOCUMENTS, FILES, LOCALS, TRASH, About
from server.export.lines import edit_in, local_in
from server.export.manifest import (
    HEAD,
    RECORD,
    UNREADABLE,
    ExportUnusable,
    Flaw,
    Head,
    Manifest,
    read_head,
)
from server.export.members import Member
from server.export.noted import Noted
from server.export.reading import Body, Reading

Progress = Callable[[int], None]
"""Is told how many bytes more were read."""

_WHOLE = 1 << 18
"""Bytes of a content that is taken in beside others."""
_BESIDE = 16
_EDITS = 500
_LARGEST_TEXT = 1 << 28
_KINDS = (FILES, TRASH, CONTENTS, DOCUMENTS, LOCALS)


@dataclass(frozen=True, slots=True)
class Checked:
    """An archive that was read to its end: what it says of itself and of the home's record."""

    head: Head
    record: bytes
    manifest: Manifest


def check(file: IO[bytes], progress: Progress) -> Checked:
    """Read an archive, and hold it to what it says. Raises ExportUnusable, OSError."""
    head, record = None, b""
    reading = Reading(file)
    try:
        for number, (member, body) in enumerate(reading.members()):
            if number < len(_FIRST) and (member.name != _FIRST[number] or member.size > _WHOLE):
                raise ExportUnusable(Flaw.NO_EXPORT)
            if member.name == HEAD:
                head = read_head(body.whole())
            elif member.name == RECORD:
                record = body.whole()
            elif member.name.partition("/")[0] not in _KINDS:
                raise ExportUnusable(Flaw.FOREIGN, member.name, reading.at)
            body.skip()
            progress(member.size)
        if head is None or not record:
            raise ExportUnusable(Flaw.NO_EXPORT)
        return Checked(head, record, reading.manifest)
    finally:
        reading.close()


_FIRST = (HEAD, RECORD)


class Importing:
    """Fills a home's stores, which hold nothing but what an earlier run of this left there."""

    def __init__(self, store: DocumentStore, blobs: BlobStore, progress: Progress) -> None:
        self._store = store
        self._blobs = blobs
        self._progress = progress
        self._noted = Noted()

    async def take(self, file: IO[bytes]) -> None:
        """Take an archive in. Raises ExportUnusable, and as the stores do."""
        reading, beside = Reading(file), Beside(_BESIDE)
        try:
            for member, body in reading.members():
                await self._member(member, body, beside)
                self._progress(member.size)
            await beside.done()
            await self._require_contents(reading.manifest.missing)
        finally:
            await beside.give_up()
            self._noted.close()
            reading.close()

    async def _member(self, member: Member, body: Body, beside: Beside) -> None:
        kind, _, rest = member.name.partition("/")
        if member.is_directory or kind in (HEAD, RECORD):
            return
        if kind in (FILES, TRASH, CONTENTS):
            if member.size <= _WHOLE:
                await beside.start(self._content(_one(body.whole()), member.size))
            else:
                await self._content(_pieces(body), member.size)
            return
        if member.size > _LARGEST_TEXT:
            raise ExportUnusable(Flaw.FOREIGN, member.name)
        try:
            await self._text(kind, rest, body.whole())
        except (*UNREADABLE, Invalid) as error:
            raise ExportUnusable(Flaw.DAMAGED, member.name) from error

    async def _content(self, body: AsyncIterator[bytes], size: int) -> None:
        staged = await self._blobs.stage(body, length=size)
        await staged.commit()
        self._noted.add_content(staged.digest)

    async def _text(self, kind: str, rest: str, text: bytes) -> None:
        folder, _, name = rest.partition("/")
        database = await self._store.ensure(unquote(folder))
        if kind == LOCALS:
            for line in text.splitlines():
                await database.put_local(*local_in(line))
        elif name == ABOUT:
            about = msgspec.json.decode(text, type=About)
            await database.set_revs_limit(about.revs_limit)
            await database.set_security(bytes(about.security))
        else:
            for edits in _batches(text):
                await _written(database, edits)

    async def _require_contents(self, missing: Sequence[str]) -> None:
        """Raise ExportUnusable for a content that a document names and the archive lacks."""
        known = frozenset(missing)
        async for digest in self._named():
            if digest not in known and not self._noted.has_content(digest):
                raise ExportUnusable(Flaw.LACKS, digest)

    async def _named(self) -> AsyncIterator[str]:
        names = await self._store.names()
        if DOCTYPE in names:
            files = await self._store.open(DOCTYPE)
            async for digest in named_blobs(files, await self._store.ensure(VERSIONS)):
                yield digest
        for name in names:
            for digest in await (await self._store.open(name)).attachment_blobs():
                yield digest


async def _written(database: Database, edits: Sequence[Edit]) -> None:
    for outcome in await database.write(edits):
        if isinstance(outcome, ReplicationError):
            raise outcome


def _batches(text: bytes) -> Iterator[list[Edit]]:
    edits: list[Edit] = []
    for line in text.splitlines():
        edits.append(edit_in(line))
        if len(edits) == _EDITS:
            yield edits
            edits = []
    if edits:
        yield edits


async def _one(piece: bytes) -> AsyncIterator[bytes]:
    yield piece


async def _pieces(body: Body) -> AsyncIterator[bytes]:
    for piece in body.pieces():
        yield piece
