"""How a blob is sealed: pieces that open only where they were put, and a name that tells nothing.

A file is `FOYSEAL1`, 32 random bytes of salt, the pieces, and an end. Its key is derived of the
folder's and the salt (HKDF-SHA256), so no two files share one. Pieces hold 64 KiB each but the last
(AES-256-GCM, the nonce their number), so a range is read by opening the pieces around it, and one
that was moved, or taken from another file, does not open. The end seals the digest of the content
and its length: a file that was cut, or that has the name of another, does not open either.

A file's name is its digest, encrypted (AES-256-XTS): the same content has the same name here, and
nobody without the key can ask whether a content they know is among them.
"""

import struct

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import XTS
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from replication.core.errors import BlobMismatch

MAGIC = b"FOYSEAL1"
SALT = 32
HEAD = len(MAGIC) + SALT
PIECE = 1 << 16
TAG = 16
SEALED_PIECE = PIECE + TAG
_FACTS = struct.Struct(">32sQ")
END = _FACTS.size + TAG
_LAST = (1 << 64) - 1  # the number of the end
_XTS_KEY = 64


class FolderKey:
    """Derives what a folder is sealed with from 32 secret bytes."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret
        self._names = Cipher(AES(self._derived(b"", b"names", _XTS_KEY)), XTS(bytes(16)))

    def name_of(self, digest: str) -> str:
        """Return the name that a content has here, 64 digits as its digest has."""
        return self._names.encryptor().update(bytes.fromhex(digest)).hex()

    def digest_of(self, name: str) -> str:
        """Return the digest that a name stands for."""
        return self._names.decryptor().update(bytes.fromhex(name)).hex()

    def file(self, salt: bytes) -> AESGCM:
        """Return what seals the file of a salt."""
        return AESGCM(self._derived(salt, b"content", 32))

    def _derived(self, salt: bytes, purpose: bytes, length: int) -> bytes:
        return HKDF(SHA256(), length, salt, b"foyer blobs " + purpose).derive(self._secret)


class Sealing:
    """Seals one content as it comes; `salt` is 32 random bytes."""

    def __init__(self, key: FolderKey, salt: bytes) -> None:
        self._cipher = key.file(salt)
        self._waiting = bytearray()
        self._head = MAGIC + salt
        self._count = self._size = 0

    def add(self, data: bytes) -> bytes:
        """Return what can be written once these bytes came too."""
        self._waiting += data
        self._size += len(data)
        whole = len(self._waiting) - len(self._waiting) % PIECE
        pieces = (bytes(self._waiting[at : at + PIECE]) for at in range(0, whole, PIECE))
        sealed = b"".join([self._taken_head(), *map(self._piece, pieces)])
        del self._waiting[:whole]
        return sealed

    def end(self, digest: str) -> bytes:
        """Return what stands at the end of a content of this digest."""
        rest = [self._taken_head()]
        if self._waiting:
            rest.append(self._piece(bytes(self._waiting)))
        facts = _FACTS.pack(bytes.fromhex(digest), self._size)
        return b"".join([*rest, self._cipher.encrypt(_nonce(_LAST), facts, None)])

    def _taken_head(self) -> bytes:
        head, self._head = self._head, b""
        return head

    def _piece(self, content: bytes) -> bytes:
        sealed = self._cipher.encrypt(_nonce(self._count), content, None)
        self._count += 1
        return sealed


class Opened:
    """Opens one file; raises BlobMismatch for what was not sealed there."""

    def __init__(self, key: FolderKey, digest: str, head: bytes, end: bytes) -> None:
        if not head.startswith(MAGIC) or len(head) != HEAD:
            raise BlobMismatch("sha256", digest, "a file that is not sealed")
        self._cipher = key.file(head[len(MAGIC) :])
        self._digest = digest
        facts = self._open(_LAST, end)
        found, self.size = _FACTS.unpack(facts)
        if found.hex() != digest:
            raise BlobMismatch("sha256", digest, found.hex())

    def piece(self, number: int, sealed: bytes) -> bytes:
        """Return the content of a piece by its number."""
        return self._open(number, sealed)

    def _open(self, number: int, sealed: bytes) -> bytes:
        try:
            return self._cipher.decrypt(_nonce(number), sealed, None)
        except InvalidTag:
            raise BlobMismatch("sha256", self._digest, f"piece {number} damaged") from None


def _nonce(number: int) -> bytes:
    return number.to_bytes(12, "big")


def plain_size(size: int) -> int:
    """Return how long a content is, by the length of its file."""
    sealed = size - HEAD - END
    return sealed - TAG * (-(-sealed // SEALED_PIECE))


def span_of(start: int, stop: int, size: int) -> tuple[int, int]:
    """Return where in a file the pieces around a range of a content of `size` lie."""
    first, last = start // PIECE, -(-stop // PIECE)
    pieces = -(-size // PIECE)
    whole = size + TAG * pieces
    return HEAD + first * SEALED_PIECE, HEAD + min(last * SEALED_PIECE, whole)
