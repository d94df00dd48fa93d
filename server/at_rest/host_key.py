"""The host's key, which wraps those of homes: in a file, or with a program that never shows it.

Of a program (a KMS, a security module, a password manager) two things are asked: with the argument
`wrap` it reads a key in base64 and writes what it becomes, a line of text; with `unwrap` it reads
that line and writes the key in base64.
"""

import shlex
import subprocess
from base64 import b64decode, b64encode
from binascii import Error as NoBase64
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap, aes_key_wrap

from server.at_rest.settings import EncryptionSettings

KEY_LENGTH = 32
_PATIENCE = 60.0
"""Seconds that a program may take."""


class KeyUnusable(Exception):
    """The host's key cannot be had, or opens not this home; the message says why, and no secret."""


class HostKey(Protocol):
    """Wraps keys of homes; blocks."""

    def wrap(self, key: bytes) -> str:
        """Return a key of 32 bytes as it may be kept. Raises KeyUnusable."""

    def unwrap(self, wrapped: str) -> bytes:
        """Return the key that was wrapped. Raises KeyUnusable."""


def host_key(settings: EncryptionSettings) -> HostKey:
    """Return the key that the settings name; it is looked at when it is needed."""
    if settings.key_file is not None:
        return FileHostKey(settings.key_file)
    return CommandHostKey(tuple(shlex.split(settings.command)))


@dataclass(frozen=True, slots=True)
class FileHostKey:
    """32 bytes in base64, in a file; keys are wrapped as RFC 3394 has it."""

    path: Path

    def wrap(self, key: bytes) -> str:
        """Return a key as it may be kept."""
        return b64encode(aes_key_wrap(self._key(), key)).decode()

    def unwrap(self, wrapped: str) -> bytes:
        """Return the key that was wrapped."""
        try:
            return aes_key_unwrap(self._key(), b64decode(wrapped, validate=True))
        except (InvalidUnwrap, NoBase64, ValueError) as error:
            raise KeyUnusable(f"{self.path} is not the key that wrapped this home's") from error

    def _key(self) -> bytes:
        try:
            key = b64decode(self.path.read_bytes().strip(), validate=True)
        except (OSError, NoBase64) as error:
            raise KeyUnusable(f"{self.path}: {error}") from error
        if len(key) != KEY_LENGTH:
            raise KeyUnusable(f"{self.path}: {KEY_LENGTH} bytes in base64 are expected")
        return key


@dataclass(frozen=True, slots=True)
class CommandHostKey:
    """A program that wraps and unwraps."""

    command: tuple[str, ...]

    def wrap(self, key: bytes) -> str:
        """Return a key as it may be kept."""
        return self._asked("wrap", b64encode(key).decode())

    def unwrap(self, wrapped: str) -> bytes:
        """Return the key that was wrapped."""
        try:
            key = b64decode(self._asked("unwrap", wrapped), validate=True)
        except NoBase64 as error:
            raise KeyUnusable(f"{self.command[0]}: no base64") from error
        if len(key) != KEY_LENGTH:
            raise KeyUnusable(f"{self.command[0]}: {len(key)} bytes")
        return key

    def _asked(self, what: str, text: str) -> str:
        try:
            done = subprocess.run(  # noqa: S603  # what the operator set
                [*self.command, what],
                input=text.encode() + b"\n",
                capture_output=True,
                timeout=_PATIENCE,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise KeyUnusable(f"{self.command[0]}: {type(error).__name__}") from error
        if done.returncode:
            raise KeyUnusable(f"{self.command[0]} {what}: ended with {done.returncode}")
        return done.stdout.decode("utf-8", "replace").strip()
