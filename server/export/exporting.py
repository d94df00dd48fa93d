"""A home on its way into an archive: its files, then its documents, through the ports alone.

Whoever uses the home goes on meanwhile. Contents come before the documents that name them, and the
feeds are read until a round finds nothing new; so the archive holds a state that was, and where it
was cut off it is whole up to the last member. The caller holds the sweep off.
"""

from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from datetime import datetime
from urllib.parse import quote

import msgspec

from doctypes.files.node import ROOT_ID, TRASH_ID, Directory, File, Node
from replication.core.errors import BlobMissing, DatabaseMissing
from replication.store.protocol import Database, IdRange
from server.export.chosen import is_taken, locals_of
from server.export.documents import Part, parts
from server.export.lines import local_line_of
from server.export.manifest import HEAD, RECORD, Head, Wanted, encoded
from server.export.members import Member
from server.export.noted import Noted
from server.export.packing import Packing
from server.export.told_record import told_of
from server.instances.instance import Instance
from server.instances.record import InstanceRecord, rfc3339
from server.version import VERSION

FILES, TRASH, CONTENTS = "files", "trash", "contents"
DOCUMENTS, LOCALS = "documents", "local"
ABOUT = "database.json"
_MOST_ROUNDS = 20
_LOCALS_AT_ONCE = 500


class About(msgspec.Struct, frozen=True):
    """What stands beside the documents of a database."""

    name: str
    epoch: str
    revs_limit: int
    security: msgspec.Raw


def head_of(record: InstanceRecord, wanted: Wanted, now: datetime) -> Head:
    """Return what an archive of a home begins with."""
    return Head(
        version=VERSION,
        domain=record.domain,
        uuid=record.uuid,
        created_at=rfc3339(now),
        wanted=wanted,
    )


def folder_of(kind: str, database: str) -> str:
    """Return where a database has its members."""
    return f"{kind}/{quote(database, safe='')}"


class Exporting:
    """Renders one home; `places` are sequences up to which documents are in the archive already."""

    def __init__(
        self, home: Instance, head: Head, packing: Packing, noted: Noted, places: Mapping[str, int]
    ) -> None:
        self._home = home
        self._head = head
        self._packing = packing
        self._noted = noted
        self._places = dict(places)
        self._missing: dict[str, None] = {}

    async def pieces(self) -> AsyncIterator[bytes]:
        """Yield the archive, or what it lacks. Raises as the stores do, and ContentCut."""
        if self._noted.add_name(HEAD):
            yield self._packing.text(HEAD, encoded(self._head))
        if self._noted.add_name(RECORD):
            record = replace(self._home.record, secret=self._home.secret)
            told = told_of(record, self._head.wanted)
            yield self._packing.text(RECORD, encoded(told))
        for top, folder in ((ROOT_ID, FILES), (TRASH_ID, TRASH)):
            async for piece in self._tree(top, folder):
                yield piece
        async for piece in self._documents():
            yield piece
        async for piece in self._locals():
            yield piece
        async for piece in self._packing.ending(list(self._missing)):
            yield piece

    async def _tree(self, top: str, folder: str) -> AsyncIterator[bytes]:
        """Yield the files below a directory, each by its own path."""
        node = await self._home.files.get(top)
        waiting = [(node, folder)] if isinstance(node, Directory) else []
        while waiting:
            directory, path = waiting.pop()
            if self._noted.add_name(path):
                yield self._packing.directory(Member(path, 0, _date_of(directory), True))
            async for page in self._home.files.children(directory):
                for node in page:
                    below = f"{path}/{node.name}"
                    if isinstance(node, Directory):
                        waiting.append((node, below))
                        continue
                    async for piece in self._file(node, below):
                        yield piece

    async def _file(self, file: File, path: str) -> AsyncIterator[bytes]:
        if self._noted.add_name(path):
            async for piece in self._content(file.blob, path, _date_of(file)):
                yield piece

    async def _content(self, digest: str, path: str, date: int = 0) -> AsyncIterator[bytes]:
        blobs = self._home.blobs
        try:
            found = await blobs.stat(digest)
        except BlobMissing:
            self._missing[digest] = None
            return
        member = Member(path, found.size, date)
        async for piece in self._packing.member(member, blobs.read(digest)):
            yield piece
        self._noted.add_content(digest)

    async def _documents(self) -> AsyncIterator[bytes]:
        """Yield documents until nothing changed in a round, or too many rounds went by."""
        for _ in range(_MOST_ROUNDS):
            moved = False
            for name in await self._home.store.names():
                if is_taken(name, self._head.wanted):
                    async for piece in self._database(name):
                        moved = True
                        yield piece
            if not moved:
                return

    async def _database(self, name: str) -> AsyncIterator[bytes]:
        try:
            database = await self._home.store.open(name)
            folder = folder_of(DOCUMENTS, name)
            if self._noted.add_name(f"{folder}/{ABOUT}"):
                yield self._packing.text(f"{folder}/{ABOUT}", await _about(database))
            since = self._places.get(name, 0)
            async for part in parts(database, since, self._head.wanted):
                async for piece in self._part(part, folder):
                    yield piece
                self._places[name] = part.last
        except DatabaseMissing:  # deleted meanwhile
            return

    async def _part(self, part: Part, folder: str) -> AsyncIterator[bytes]:
        for digest in part.contents:
            if not self._noted.has_content(digest):
                async for piece in self._content(digest, f"{CONTENTS}/{digest[:2]}/{digest}"):
                    yield piece
        if part.lines:
            yield self._packing.text(f"{folder}/{part.last:018d}.jsonl", bytes(part.lines))

    async def _locals(self) -> AsyncIterator[bytes]:
        for name in await self._home.store.names():
            beginning = locals_of(name)
            if beginning is None or not is_taken(name, self._head.wanted):
                continue
            database = await self._home.store.open(name)
            number, after = 0, f"_local/{beginning}"
            while found := await database.local_documents(
                IdRange(start=after, skip=bool(number), limit=_LOCALS_AT_ONCE)
            ):
                number, after = number + 1, found[-1].document_id
                ours = [one for one in found if one.document_id.startswith(f"_local/{beginning}")]
                path = f"{folder_of(LOCALS, name)}/{number:06d}.jsonl"
                if ours and self._noted.add_name(path):
                    yield self._packing.text(path, b"".join(map(local_line_of, ours)))


async def _about(database: Database) -> bytes:
    sequence, limit = await database.sequence(), await database.revs_limit()
    security = msgspec.Raw(await database.security())
    return encoded(About(database.name, sequence.epoch, limit, security))


def _date_of(node: Node) -> int:
    return max(0, int(node.updated_at.timestamp()))
