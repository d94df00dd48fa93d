"""What lies in a home's folder beside its contents: chunks, uploads that go on later, lists.

They are written and read at any place, so they are masked (AES-256-CTR), not sealed piece by piece:
who has the disk reads nothing of them, and a content that was changed on its way is found by its
digest. What each will be (names among it) is sealed whole.
"""

import hmac
import os
from dataclasses import dataclass, field
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CTR

_BLOCK = 16
_NONCE = 12


class Transit(Protocol):
    """How files of uploads under way are written."""

    @property
    def head(self) -> int:
        """How many bytes stand in front of a file of its own."""

    def new_head(self) -> bytes:
        """Return what stands in front of a new file."""

    def mask(self, name: str, at: int, data: bytes) -> bytes:
        """Return bytes of a file, by its name, as they are kept, or kept ones as they were."""

    def named(self, name: str) -> str:
        """Return what a file is called that is found again by this name."""

    def seal(self, text: bytes) -> bytes:
        """Return a small file as it is kept."""

    def unseal(self, kept: bytes) -> bytes:
        """Return a small file as it was. Raises ValueError."""


class InTheClear:
    """Of homes that are not sealed."""

    @property
    def head(self) -> int:
        """Nothing stands in front."""
        return 0

    def new_head(self) -> bytes:
        """Return nothing."""
        return b""

    def mask(self, name: str, at: int, data: bytes) -> bytes:
        """Return the bytes."""
        del name, at
        return data

    def named(self, name: str) -> str:
        """Return the name."""
        return name

    def seal(self, text: bytes) -> bytes:
        """Return the text."""
        return text

    def unseal(self, kept: bytes) -> bytes:
        """Return the text."""
        return kept


@dataclass(frozen=True, slots=True)
class Masked:
    """Of sealed homes; the keys are 32 secret bytes each."""

    masks: bytes = field(repr=False)
    texts: bytes = field(repr=False)

    @property
    def head(self) -> int:
        """How many bytes stand in front of a file of its own."""
        return _BLOCK

    def new_head(self) -> bytes:
        """Return random bytes, so that no two files of a name have one mask."""
        return os.urandom(_BLOCK)

    def mask(self, name: str, at: int, data: bytes) -> bytes:
        """Return bytes masked, or unmasked."""
        start = int.from_bytes(hmac.digest(self.masks, name.encode(), "sha256")[:_BLOCK])
        block, skipped = divmod(at, _BLOCK)
        counter = ((start + block) % (1 << 8 * _BLOCK)).to_bytes(_BLOCK)
        cipher = Cipher(AES(self.masks), CTR(counter)).encryptor()
        return cipher.update(bytes(skipped) + data)[skipped:]

    def named(self, name: str) -> str:
        """Return a name that tells nothing to who does not have the keys."""
        return hmac.digest(self.texts, b"name " + name.encode(), "sha256").hex()

    def seal(self, text: bytes) -> bytes:
        """Return a text that only `unseal` opens."""
        nonce = os.urandom(_NONCE)
        return nonce + AESGCM(self.texts).encrypt(nonce, text, None)

    def unseal(self, kept: bytes) -> bytes:
        """Return a text that was sealed. Raises ValueError."""
        try:
            return AESGCM(self.texts).decrypt(kept[:_NONCE], kept[_NONCE:], None)
        except InvalidTag as error:
            raise ValueError("it was not sealed here") from error


_plain: type[Transit] = InTheClear
_masked: type[Transit] = Masked
