"""Passwords: hashed slowly (Argon2id, PHC strings), a few at a time, outside of the event loop."""

import asyncio
import os
import sys
import threading
import unicodedata
from concurrent.futures import ThreadPoolExecutor

from cryptography.exceptions import InvalidKey
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from server.auth.kdf import PLAIN, Kdf, login_hashes

# OWASP's second choice of parameters: about 50 ms, and 19 MiB while it lasts.
_ITERATIONS, _MEMORY, _LANES = 2, 19 * 1024, 1
_HASH_LENGTH = 32
SALT_LENGTH = 16
AT_ONCE = 2
_NICE = 10

_SYLLABLES = [consonant + vowel for consonant in "bdfghjklmnprstvz" for vowel in "aeiou"]
READABLE_RANDOM = 10
"""Bytes of randomness that a readable password takes."""


def hash_password(password: str, salt: bytes) -> str:
    """Return a PHC string; takes tens of milliseconds. `salt` is SALT_LENGTH random bytes."""
    argon2 = Argon2id(
        salt=salt,
        length=_HASH_LENGTH,
        iterations=_ITERATIONS,
        lanes=_LANES,
        memory_cost=_MEMORY,
    )
    return argon2.derive_phc_encoded(_material(password))


def is_password(password: str, password_hash: str) -> bool:
    """Tell whether this is the password; takes tens of milliseconds.

    Nothing is the password of a hash that is no PHC string of Argon2id.
    """
    try:
        Argon2id.verify_phc_encoded(_material(password), password_hash)
    except InvalidKey:
        return False
    return True


def readable_password(random: bytes) -> str:
    """Spell READABLE_RANDOM bytes as a password that can be read out, of 63 bits: `lumo-kati-…`."""
    syllables = [_SYLLABLES[byte % len(_SYLLABLES)] for byte in random]
    pairs = zip(syllables[::2], syllables[1::2], strict=True)
    return "-".join(first + second for first, second in pairs)


def is_passphrase(passphrase: str, password_hash: str, kdf: Kdf) -> bool:
    """Tell whether a passphrase, as it was typed, is the one behind a hash; slow."""
    return any(is_password(derived, password_hash) for derived in login_hashes(passphrase, kdf))


class PasswordChecker:
    """Checks passwords in threads of its own, at most AT_ONCE at a time; others wait their turn.

    The threads step back behind the event loop where the system lets them, so that a storm of wrong
    passwords slows down nobody who is in already.
    """

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(AT_ONCE, "passwords", initializer=_step_back)

    async def is_password(self, password: str, password_hash: str, kdf: Kdf = PLAIN) -> bool:
        """Tell whether this is the password; with a `kdf`, what it derives from the password."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(
            self._threads, is_passphrase, password, password_hash, kdf
        )


if sys.platform == "linux":

    def _step_back() -> None:
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _NICE)  # there, of one thread

else:

    def _step_back() -> None:
        """Stay: elsewhere a priority is that of the whole process."""


def _material(password: str) -> bytes:
    # One keyboard sends é as one character, another as two.
    return unicodedata.normalize("NFC", password).encode("utf-8", "surrogatepass")
