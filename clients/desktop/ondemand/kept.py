"""Contents that were fetched, in part or whole, by their hash; the least used make way.

A block's bytes are on the disk before it counts as there, so that a power cut leaves no hole that
reads as bytes. What has come whole is hashed before it counts as such.
"""

import os
from base64 import b64decode
from collections.abc import Collection
from dataclasses import dataclass
from hashlib import md5
from pathlib import Path
from threading import Lock

from clients.desktop.ondemand.blocks import BLOCK, Have, count, ranges, touched

_DATA, _HAVE, _NEW = ".data", ".have", ".new"
_PIECE = 1 << 20


class WrongContent(Exception):
    """What was fetched is not what the home's document tells of; nothing of it is kept."""


@dataclass(frozen=True, slots=True)
class Content:
    """A content: its MD5 as documents have it (base64), and its size in bytes."""

    hash: str
    size: int

    @property
    def name(self) -> str:
        """Return what its files are called."""
        return b64decode(self.hash).hex()


class KeptContents:
    """A directory of contents; may be used by several threads."""

    def __init__(self, place: Path) -> None:
        place.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._place = place
        self._lock = Lock()
        self._have: dict[str, Have] = {}

    def missing(self, content: Content, start: int, stop: int) -> list[tuple[int, int]]:
        """Return the spans of bytes that are to be fetched before these can be read."""
        with self._lock:
            have = self._known(content)
            wanted = touched(content.size, start, stop)
            return list(ranges(have.missing(wanted), content.size))

    def write(self, content: Content, start: int, data: bytes) -> None:
        """Take in whole blocks, from where one begins. Raises WrongContent, OSError."""
        path = self._path(content, _DATA)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT, 0o600)
        try:
            os.pwrite(descriptor, data, start)
            os.fdatasync(descriptor)
        finally:
            os.close(descriptor)
        with self._lock:
            have = self._known(content)
            for block in touched(content.size, start, start + len(data)):
                if min((block + 1) * BLOCK, content.size) <= start + len(data):
                    have.add(block)
            self._note(content, have)
            is_whole = have.is_whole
        if is_whole and not self._is_right(content):
            self.forget(content)
            raise WrongContent(content.hash)

    def read(self, content: Content, start: int, stop: int) -> bytes:
        """Return bytes that are there. Raises OSError."""
        stop = min(stop, content.size)
        if start >= stop:
            return b""
        descriptor = os.open(self._path(content, _DATA), os.O_RDONLY)
        try:
            return os.pread(descriptor, stop - start, start)
        finally:
            os.close(descriptor)

    def share(self, content: Content) -> float:
        """Return how much of a content is there, 0 to 1."""
        with self._lock:
            have = self._known(content)
            return len(have) / have.blocks if have.blocks else 1.0

    def used(self, content: Content) -> None:
        """Remember that a content was used just now."""
        path = self._path(content, _HAVE)
        if path.exists():
            os.utime(path)

    def forget(self, content: Content) -> None:
        """Let go of a content."""
        with self._lock:
            self._forget(content.name)

    def trim(self, limit: int, spared: Collection[Content]) -> int:
        """Let go of what was used the longest ago until `limit` bytes are left; returns how many.

        What is spared stays, also where it is more than that.
        """
        with self._lock:
            names = {content.name for content in spared}
            sizes = {path.stem: _bytes_of(path) for path in self._place.glob(f"*{_DATA}")}
            left = sum(sizes.values())
            for name in sorted(sizes.keys() - names, key=self._last_used):
                if left <= limit:
                    break
                self._forget(name)
                left -= sizes[name]
            return left

    def _last_used(self, name: str) -> float:
        try:
            return (self._place / f"{name}{_HAVE}").stat().st_mtime
        except FileNotFoundError:
            return 0.0

    def _forget(self, name: str) -> None:
        self._have.pop(name, None)
        for ending in (_HAVE, _DATA):  # in this order: bytes that nothing tells of are no harm
            (self._place / f"{name}{ending}").unlink(missing_ok=True)

    def _known(self, content: Content) -> Have:
        have = self._have.get(content.name)
        if have is None:
            try:
                bits = self._path(content, _HAVE).read_bytes()
            except FileNotFoundError:
                bits = b""
            have = self._have[content.name] = Have(count(content.size), bits)
        return have

    def _note(self, content: Content, have: Have) -> None:
        new = self._path(content, _HAVE + _NEW)
        new.write_bytes(bytes(have))
        new.replace(self._path(content, _HAVE))

    def _is_right(self, content: Content) -> bool:
        hashing = md5(usedforsecurity=False)
        with self._path(content, _DATA).open("rb") as file:
            while piece := file.read(_PIECE):
                hashing.update(piece)
        return hashing.digest() == b64decode(content.hash)

    def _path(self, content: Content, ending: str) -> Path:
        return self._place / f"{content.name}{ending}"


def _bytes_of(path: Path) -> int:
    """Return what a file takes on the disk: one with holes takes less than it is long."""
    return path.stat().st_blocks * 512
