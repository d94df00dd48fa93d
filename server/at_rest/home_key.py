"""A home's own key: 32 random bytes, kept wrapped in its folder, and what is derived of them."""

import os
from dataclasses import dataclass, field
from pathlib import Path

import msgspec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from server.at_rest.host_key import KEY_LENGTH, HostKey, KeyUnusable
from server.instances.record import sync_directory

FILE_NAME = "key.json"
FORMAT = 1


class _Kept(msgspec.Struct, frozen=True):
    wrapped: str
    format: int = FORMAT


@dataclass(frozen=True, slots=True)
class HomeKey:
    """Derives (HKDF-SHA256) a key for each purpose."""

    secret: bytes = field(repr=False)

    def derived(self, purpose: str, length: int = KEY_LENGTH) -> bytes:
        """Return a key for a purpose."""
        return HKDF(SHA256(), length, None, f"foyer home {purpose}".encode()).derive(self.secret)

    @property
    def documents(self) -> bytes:
        """The key of `documents.db`."""
        return self.derived("documents")

    @property
    def contents(self) -> bytes:
        """The key of the folder of contents."""
        return self.derived("contents")

    def turned(self, secret: bytes) -> bytes:
        """Return the secret in a record as it is used, or one that is used as a record has it.

        So a record alone makes no token: its secret is half of what codes are made with.
        """
        pad = self.derived("record", len(secret))
        return bytes(a ^ b for a, b in zip(secret, pad, strict=True))


def make_key(folder: Path, host: HostKey) -> HomeKey:
    """Give a home a key of its own, durably; blocks. Raises KeyUnusable, OSError."""
    secret = os.urandom(KEY_LENGTH)
    content = msgspec.json.encode(_Kept(host.wrap(secret)))
    descriptor = os.open(folder / (FILE_NAME + ".new"), os.O_WRONLY | os.O_CREAT, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    (folder / (FILE_NAME + ".new")).replace(folder / FILE_NAME)
    sync_directory(folder)
    return HomeKey(secret)


def is_sealed(folder: Path) -> bool:
    """Tell whether a home has a key of its own."""
    return (folder / FILE_NAME).exists()


def read_key(folder: Path, host: HostKey | None) -> HomeKey | None:
    """Return the key of a home; None for one that is not sealed; blocks. Raises KeyUnusable."""
    try:
        kept = msgspec.json.decode((folder / FILE_NAME).read_bytes(), type=_Kept)
    except FileNotFoundError:
        return None
    except msgspec.MsgspecError as error:
        raise KeyUnusable(f"{folder / FILE_NAME}: {error}") from error
    if host is None:
        raise KeyUnusable("the home is sealed, and the settings name no key of the host")
    return HomeKey(host.unwrap(kept.wrapped))
