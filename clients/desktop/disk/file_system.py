"""Whether a file system knows its files by the same numbers after it was mounted anew."""

import os
import sys
from pathlib import Path

MOUNTS = "/proc/self/mountinfo"
_NUMBERED_ANEW = ("exfat", "fuse", "fuseblk", "msdos", "vfat")
"""FAT has no numbers for files; what is mounted by FUSE mostly counts what was looked at."""


def keeps_numbers(device: int) -> bool:
    """Tell whether inodes of a mounted device outlive its being mounted. True where unknown."""
    if sys.platform != "linux":
        return True
    try:
        mounts = Path(MOUNTS).read_text(encoding="utf-8", errors="replace")
    except OSError:
        return True
    kind = type_of(mounts, os.major(device), os.minor(device))
    return not (kind in _NUMBERED_ANEW or kind.startswith("fuse."))


def type_of(mounts: str, major: int, minor: int) -> str:
    """Find the type of a device in a list of mounts (proc_pid_mountinfo(5)); empty: not there."""
    for line in mounts.splitlines():
        mounted, _, file_system = line.partition(" - ")
        fields = mounted.split(" ")
        if fields[2:3] == [f"{major}:{minor}"]:
            return file_system.split(" ")[0]
    return ""
