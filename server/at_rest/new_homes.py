"""Whether, and how, a home that is made gets a key of its own."""

from collections.abc import Callable
from pathlib import Path

from server.at_rest.home_key import is_sealed, make_key
from server.at_rest.host_key import host_key
from server.at_rest.settings import EncryptionSettings

Seal = Callable[[Path], None]
"""Gives the folder of a new home a key, if new homes are to have one; blocks.

Raises KeyUnusable, OSError.
"""


def left_open(folder: Path) -> None:
    """Give it none."""
    del folder


def sealing(settings: EncryptionSettings | None) -> Seal:
    """Return what new homes get by the settings."""
    if settings is None or not settings.new_homes:
        return left_open
    host = host_key(settings)

    def seal(folder: Path) -> None:
        if not is_sealed(folder):
            make_key(folder, host)

    return seal
