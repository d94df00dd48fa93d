"""Directories to mount on: empty, and nothing of a killed process left on them."""

import errno
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def mountpoint(path: Path) -> Iterator[Path]:
    """Give an empty directory to mount on; what a killed process left mounted is unmounted first.

    Raises OSError: it is no directory, or not empty.
    """
    if is_dead(path):
        unmount(path)
    path.mkdir(parents=True, exist_ok=True)
    if any(path.iterdir()):
        raise OSError(errno.ENOTEMPTY, os.strerror(errno.ENOTEMPTY), str(path))
    try:
        yield path
    finally:
        if is_dead(path):
            unmount(path)


def is_dead(path: Path) -> bool:
    """Tell whether something is mounted there whose process is gone."""
    try:
        next(path.iterdir(), None)  # what stat(2) tells may be remembered from before
    except OSError as error:
        return error.errno == errno.ENOTCONN
    return False


def unmount(path: Path) -> bool:
    """Unmount, also while programs still look into it; False where it was not mounted."""
    program = shutil.which("fusermount3") or shutil.which("fusermount")
    if program is None:
        return False
    ended = subprocess.run([program, "-u", "-z", str(path)], capture_output=True, check=False)  # noqa: S603  # the system's own program
    return ended.returncode == 0
