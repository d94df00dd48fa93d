"""One process for each folder: a lock that ends with whoever holds it."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class Held(Exception):
    """Another process has the folder."""


@contextmanager
def only_one(place: Path) -> Iterator[None]:
    """Hold a folder's lock. Raises Held."""
    place.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor = os.open(place / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            _lock(descriptor)
        except OSError as error:
            raise Held(str(place)) from error
        yield
    finally:
        os.close(descriptor)


def is_held(place: Path) -> bool:
    """Tell whether a process has the folder."""
    try:
        with only_one(place):
            return False
    except Held:
        return True


if sys.platform == "win32":
    import msvcrt

    def _lock(descriptor: int) -> None:
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _lock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
