"""Proofs as a WOPI client makes them, with arithmetic alone: no library signs for both sides."""

import hashlib
import random
import struct
from base64 import b64encode
from dataclasses import dataclass
from functools import cache

_SHA256 = bytes.fromhex("3031300d060960864801650304020105000420")  # RFC 8017 9.2
_EPOCH = 621_355_968_000_000_000
_BITS = 1024


@dataclass(frozen=True)
class SigningKey:
    """An RSA key: what discovery tells of it, and a way to sign."""

    modulus: int
    exponent: int
    private: int

    def sign(self, message: bytes) -> str:
        size = (self.modulus.bit_length() + 7) // 8
        digest = _SHA256 + hashlib.sha256(message).digest()
        padded = b"\x00\x01" + b"\xff" * (size - len(digest) - 3) + b"\x00" + digest
        signature = pow(int.from_bytes(padded, "big"), self.private, self.modulus)
        return b64encode(signature.to_bytes(size, "big")).decode()

    def told(self, prefix: str = "") -> str:
        """Return the attributes of discovery's `proof-key`."""
        size = (self.modulus.bit_length() + 7) // 8
        modulus = b64encode(self.modulus.to_bytes(size, "big")).decode()
        return f'{prefix}modulus="{modulus}" {prefix}exponent="AQAB"'


@cache
def new_key(seed: int) -> SigningKey:
    chance = random.Random(seed)
    while True:
        p, q = _prime(chance), _prime(chance)
        phi = (p - 1) * (q - 1)
        if p != q and phi % 65537:
            return SigningKey(p * q, 65537, pow(65537, -1, phi))


def ticks(now: float) -> int:
    return _EPOCH + int(now * 10_000_000)


def message(token: str, url: str, stamp: int) -> bytes:
    parts = [token.encode(), url.upper().encode(), struct.pack(">Q", stamp)]
    return b"".join(struct.pack(">I", len(part)) + part for part in parts)


def _prime(chance: random.Random) -> int:
    while True:
        number = chance.getrandbits(_BITS // 2) | (1 << (_BITS // 2 - 1)) | 1
        if all(pow(base, number - 1, number) == 1 for base in (2, 3, 5, 7, 11)):
            return number
