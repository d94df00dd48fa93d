"""One process at a time in a data folder: a lock that ends with the process, however it ends."""

import os
import sys
from pathlib import Path
from typing import BinaryIO

FILE_NAME = "foyer.lock"


class FolderInUse(Exception):
    """Another process has this folder; `process` is its id, where it can be told."""

    def __init__(self, folder: Path, process: str) -> None:
        super().__init__(str(folder))
        self.folder = folder
        self.process = process


class FolderLock:
    """Holds a data folder until `release`; by another `name`, what else is one at a time in one.

    Raises FolderInUse, OSError.
    """

    def __init__(self, folder: Path, name: str = FILE_NAME) -> None:
        self._file = (folder / name).open("a+b")
        try:
            _lock(self._file)
        except OSError as error:
            process = _holder(self._file)
            self._file.close()
            raise FolderInUse(folder, process) from error
        self._file.truncate(0)
        self._file.write(str(os.getpid()).encode())
        self._file.flush()

    def release(self) -> None:
        """Let others have the folder."""
        self._file.close()


def _holder(file: BinaryIO) -> str:
    try:
        file.seek(0)
        return file.read(20).decode("ascii", "replace").strip()
    except OSError:
        return ""


if sys.platform == "win32":
    import msvcrt

    def _lock(file: BinaryIO) -> None:
        # Far behind the process id, which others may so still read.
        file.seek(1 << 30)
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        file.seek(0)

else:
    import fcntl

    def _lock(file: BinaryIO) -> None:
        fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
