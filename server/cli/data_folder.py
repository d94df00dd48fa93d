"""The data folder of a command: made if need be, and held while the command changes it."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from server.at_rest.new_homes import Seal, left_open
from server.cli.refusals import folder_refusals, refusals
from server.instances.erasing import tidy
from server.instances.folder_lock import FolderLock
from server.instances.founding import HomeRegister


@contextmanager
def held(folder: Path, kdf_iterations: int, seal: Seal = left_open) -> Iterator[HomeRegister]:
    """Hold a data folder for this process alone.

    Passphrases chosen meanwhile are derived so, homes made meanwhile sealed. Raises Refusal.
    """
    with refusals():
        with folder_refusals(folder):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            lock = FolderLock(folder)
        try:
            register = HomeRegister(folder, secrets.token_bytes, kdf_iterations, seal=seal)
            with folder_refusals(folder):
                tidy(register)
            yield register
        finally:
            lock.release()
