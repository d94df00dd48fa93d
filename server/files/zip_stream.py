"""An archive as it is written: ZIP64, nothing on the disk, no more than a piece in memory.

Sizes and checksums follow each member (APPNOTE 4.3.9), so that nothing has to be known before.
Contents are stored as they are: most are compressed already, and a download should cost little.
"""

import io
import zipfile
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime

_LARGE = 1 << 31
"""Bytes from which a member is written with 64-bit sizes."""

_EARLIEST, _LATEST = datetime(1980, 1, 1), datetime(2107, 12, 31)  # noqa: DTZ001  # as ZIP has it
_DIRECTORY = 0o40755 << 16
_FILE, _EXECUTABLE = 0o100644 << 16, 0o100755 << 16


@dataclass(frozen=True, slots=True)
class Member:
    """One entry: its path with slashes, and its content (None: a directory)."""

    path: str
    modified: datetime
    size: int = 0
    content: AsyncIterator[bytes] | None = None
    executable: bool = False


class _Sink(io.RawIOBase):
    """Takes what the archive writes, and cannot seek back."""

    def __init__(self) -> None:
        super().__init__()
        self._written = bytearray()

    def writable(self) -> bool:
        """Tell that it takes bytes."""
        return True

    def write(self, data: object, /) -> int:
        """Keep bytes until they are taken."""
        view = memoryview(data)  # type: ignore[arg-type]  # whatever has a buffer
        self._written += view
        return view.nbytes

    def take(self) -> bytes:
        """Return what was written since, and forget it."""
        taken, self._written = bytes(self._written), bytearray()
        return taken


async def zipped(members: AsyncIterator[Member]) -> AsyncIterator[bytes]:
    """Yield an archive of these members, piece by piece."""
    sink = _Sink()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_STORED, allowZip64=True) as archive:
        async for member in members:
            info = _info(member)
            if member.content is None:
                archive.writestr(info, b"")
            else:
                with archive.open(info, "w", force_zip64=member.size >= _LARGE) as entry:
                    async for piece in member.content:
                        entry.write(piece)
                        yield sink.take()
            yield sink.take()
    yield sink.take()


def _info(member: Member) -> zipfile.ZipInfo:
    moment = min(max(member.modified.replace(tzinfo=None), _EARLIEST), _LATEST)
    path = member.path + ("/" if member.content is None else "")
    info = zipfile.ZipInfo(path, moment.timetuple()[:6])
    info.create_system = 3  # Unix: whose modes the attributes are
    if member.content is None:
        info.external_attr = _DIRECTORY | 0x10
    else:
        info.external_attr = _EXECUTABLE if member.executable else _FILE
    return info
