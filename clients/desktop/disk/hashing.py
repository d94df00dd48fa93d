"""A file that is hashed: out of one buffer, for large ones of their own are kept by the process."""

import hashlib
from io import FileIO

from clients.desktop.model.content import Content

_BUFFER = 1 << 18
_AT_ONCE = 1 << 26
"""Bytes that a thread hashes before it looks whether anybody still wants them."""


class Hashing:
    """What was read of a file so far."""

    def __init__(self, first: bytes) -> None:
        self._hasher = hashlib.sha256(first)
        self._size = len(first)

    def go_on(self, file: FileIO) -> bool:
        """Read on; tells whether there may be more. It waits for the disk."""
        buffer = bytearray(_BUFFER)
        view, left = memoryview(buffer), _AT_ONCE
        while left > 0 and (count := file.readinto(buffer)):
            self._hasher.update(view[:count])
            self._size += count
            left -= count
        return left <= 0

    @property
    def content(self) -> Content:
        """Return what was read."""
        return Content(self._hasher.hexdigest(), self._size)
