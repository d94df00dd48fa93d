"""A chunk of a content, and a list of all of them as it is kept and sent.

The list begins with `FYCHUNK1` and the SHA-256 of the whole content, 32 bytes. For each chunk in
order follow its length, four bytes with the highest first, and its SHA-256, 32 bytes.
"""

import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

_MAGIC = b"FYCHUNK1"
_HEAD = struct.Struct(">8s32s")
_RECORD = struct.Struct(">I32s")


class NoChunkList(ValueError):
    """Bytes that are no list of chunks."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """A piece of a content: its SHA-256, 32 bytes, and its length."""

    digest: bytes
    size: int


@dataclass(frozen=True, slots=True)
class ChunkList:
    """All of a content, whose SHA-256 is `digest` in hex."""

    digest: str
    chunks: Sequence[Chunk]

    @property
    def size(self) -> int:
        """Return the length of the content in bytes."""
        return sum(chunk.size for chunk in self.chunks)


def packed(found: ChunkList) -> bytes:
    """Return a list as it is kept and sent."""
    return b"".join([_HEAD.pack(_MAGIC, bytes.fromhex(found.digest)), *_records(found.chunks)])


def _records(chunks: Iterable[Chunk]) -> Iterable[bytes]:
    return (_RECORD.pack(chunk.size, chunk.digest) for chunk in chunks)


def unpacked(data: bytes) -> ChunkList:
    """Read a list. Raises NoChunkList for what is none, or was cut off."""
    if len(data) < _HEAD.size or (len(data) - _HEAD.size) % _RECORD.size:
        raise NoChunkList("not as long as a list of chunks is")
    magic, digest = _HEAD.unpack_from(data)
    if magic != _MAGIC:
        raise NoChunkList("it does not begin as a list of chunks does")
    records = _RECORD.iter_unpack(data[_HEAD.size :])
    return ChunkList(digest.hex(), [Chunk(chunk, size) for size, chunk in records])
