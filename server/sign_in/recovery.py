"""Recovery codes: ten that open the second step once each, for when a phone is lost.

They are random (50 bits), so their SHA-256 is all that is kept; the second step is throttled.
"""

from collections.abc import Callable

from server.devices.device import hashed

COUNT = 10
_LENGTH = 10
_ALPHABET = "23456789abcdefghijkmnpqrstuvwxyz"
"""32 letters and digits, without those that look alike, so that each byte's remainder is even."""


def new_codes(random: Callable[[int], bytes]) -> list[str]:
    """Return fresh codes, as they are shown: `abcde-23456`."""
    return [_spelt(random(_LENGTH)) for _ in range(COUNT)]


def kept(code: str) -> str:
    """Return what is kept of a code, however it was typed."""
    return hashed("recovery " + "".join(code.lower().split()).replace("-", ""))


def _spelt(random: bytes) -> str:
    letters = "".join(_ALPHABET[byte % len(_ALPHABET)] for byte in random)
    return f"{letters[:5]}-{letters[5:]}"
