"""An archive being read: member by member, everything held to what the archive says of itself."""

import tempfile
from collections.abc import Iterator
from hashlib import sha256
from typing import IO, NamedTuple

import msgspec

from server.export.manifest import (
    MANIFEST,
    SEAL,
    SUMS,
    UNREADABLE,
    ExportUnusable,
    Flaw,
    Manifest,
)
from server.export.members import END, HeaderIllegal, Member, padding_of, read_header
from server.export.packing import Hash, line_of, name_in

PIECE = 1 << 18
_START = "its beginning"
_LARGEST_TEXT = 1 << 24


class Sound(NamedTuple):
    """How far an archive is whole: a place in bytes, the digest up to it, the last member."""

    at: int
    whole: Hash
    last: Member | None


class Content(NamedTuple):
    """A member that was read: its SHA-256 in hex, and all of it where it is small."""

    digest: str
    text: bytes


class Reading:
    """Reads an archive from its beginning to its end; `manifest` is known then.

    All raise ExportUnusable, with the place, where it is not as it was written, and OSError.
    """

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._name = _START
        self._sums = tempfile.TemporaryFile()  # noqa: SIM115  # closed with this
        self._whole = sha256()
        self._members = self._bytes = 0
        self.at = 0
        self.sound = Sound(0, self._whole.copy(), None)
        self.manifest = Manifest(members=0, bytes=0, sums="", archive="")

    def close(self) -> None:
        """Let go of what it kept."""
        self._sums.close()

    def members(self) -> Iterator[tuple[Member, "Body"]]:
        """Yield files and directories; a body that is not read is passed over.

        After the last the ending has been checked.
        """
        while True:
            member = self._next()
            if member is None:
                raise ExportUnusable(Flaw.ENDS, self._name, self.at)
            if member.name == SUMS:
                self._finish(member)
                return
            body = Body(self, member.size)
            yield member, body
            body.skip()
            self._pad(member)
            if not member.is_directory:
                self._sums.write(line_of(member.name, body.digest))
                self._members += 1
                self._bytes += member.size
            self.sound = Sound(self.at, self._whole.copy(), member)

    def whole_members(self) -> Iterator[tuple[Member, "Content"]]:
        """Yield files and directories with what is in them, as far as the archive goes."""
        last: tuple[Member, Content] | None = None
        try:
            for member, body in self.members():
                if last is not None:
                    yield last
                last = None
                text = body.whole() if member.size <= _LARGEST_TEXT else b""
                body.skip()
                last = member, Content(body.digest, text)
        except ExportUnusable:
            if last is None or self.sound.last is not last[0]:
                return
        if last is not None:
            yield last

    def take(self, size: int) -> bytes:
        """Read so many bytes. Raises ExportUnusable where there are fewer."""
        piece = self._file.read(size)
        self.at += len(piece)
        if len(piece) < size:
            raise ExportUnusable(Flaw.ENDS, self._name, self.at)
        self._whole.update(piece)
        return piece

    def _next(self) -> Member | None:
        try:
            member = read_header(self.take)
        except HeaderIllegal as error:
            raise ExportUnusable(Flaw.HEADER, self._name, self.at) from error
        if member is not None:
            self._name = member.name
        return member

    def _pad(self, member: Member) -> None:
        padding = padding_of(member.size)
        if self.take(len(padding)) != padding:
            raise ExportUnusable(Flaw.DAMAGED, member.name, self.at)

    def _finish(self, sums: Member) -> None:
        digest = self._compare(sums)
        archive = self._whole.hexdigest()
        text = self._text(MANIFEST)
        if self._text(SEAL) != line_of(MANIFEST, sha256(text).hexdigest()):
            raise ExportUnusable(Flaw.DAMAGED, MANIFEST, self.at)
        if self.take(len(END)) != END or self._file.read(1):
            raise ExportUnusable(Flaw.AFTER, at=self.at)
        try:
            told = msgspec.json.decode(text, type=Manifest)
        except UNREADABLE as error:
            raise ExportUnusable(Flaw.DAMAGED, MANIFEST, self.at) from error
        found = Manifest(
            members=self._members,
            bytes=self._bytes,
            sums=digest,
            archive=archive,
            missing=told.missing,
        )
        if found != told:
            raise ExportUnusable(Flaw.DAMAGED, MANIFEST, self.at)
        self.manifest = told

    def _compare(self, sums: Member) -> str:
        """Hold what was read to the list of digests; return the digest of that list."""
        digest, left = sha256(), sums.size
        self._sums.seek(0)
        for line in self._sums:
            told = self.take(min(len(line), left))
            if told != line:
                raise ExportUnusable(Flaw.DAMAGED, name_in(line), self.at)
            left -= len(told)
            digest.update(told)
        if left:
            raise ExportUnusable(Flaw.DAMAGED, SUMS, self.at)
        self._pad(sums)
        return digest.hexdigest()

    def _text(self, name: str) -> bytes:
        """Read a small member that must stand here."""
        member = self._next()
        if member is None or member.size > _LARGEST_TEXT or member != Member(name, member.size):
            raise ExportUnusable(Flaw.FOREIGN, self._name, self.at)
        content = self.take(member.size)
        self._pad(member)
        return content


class Body:
    """The bytes of a member, to be read while it is the current one."""

    def __init__(self, reading: Reading, size: int) -> None:
        self._reading = reading
        self._left = size
        self._digest = sha256()

    @property
    def digest(self) -> str:
        """SHA-256 in hex of what was read."""
        return self._digest.hexdigest()

    def pieces(self) -> Iterator[bytes]:
        """Yield the bytes that were not read yet."""
        while self._left:
            piece = self._reading.take(min(self._left, PIECE))
            self._left -= len(piece)
            self._digest.update(piece)
            yield piece

    def whole(self) -> bytes:
        """Read all of it."""
        return b"".join(self.pieces())

    def skip(self) -> None:
        """Read on to its end."""
        for _ in self.pieces():
            pass
