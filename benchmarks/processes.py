"""What a server and the processes that it started spend: processor time and memory, from /proc."""

import os
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")
_PAGE = os.sysconf("SC_PAGE_SIZE")
_PARENT, _USER, _SYSTEM, _RESIDENT = 1, 11, 12, 21  # of /proc/PID/stat, behind the name


def _stats() -> dict[int, list[str]]:
    found = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                text = (folder / "stat").read_text()
            except OSError:
                continue  # it has ended meanwhile
            found[int(folder.name)] = text.rpartition(") ")[2].split()
    return found


def _family(pid: int) -> list[list[str]]:
    stats = _stats()
    wanted = [pid]
    for one in wanted:
        wanted += [child for child, fields in stats.items() if int(fields[_PARENT]) == one]
    return [stats[one] for one in wanted if one in stats]


def processor_seconds(pid: int) -> float:
    """Return the processor time of a process and of those below it that still run."""
    return sum(int(fields[_USER]) + int(fields[_SYSTEM]) for fields in _family(pid)) / _TICKS


def resident_mib(pid: int) -> float:
    """Return the memory that they hold; what they share counts for each."""
    return sum(int(fields[_RESIDENT]) for fields in _family(pid)) * _PAGE / (1 << 20)
