"""The C library's heap, told to give memory back once it is free.

glibc raises its thresholds with the largest block that was ever freed: after one password was
hashed, tens of megabytes of free memory at the end of the heap stay with the process for good.
Setting them stops that.
"""

import ctypes
import logging
from functools import cache

_log = logging.getLogger(__name__)

# From glibc's malloc.h.
_M_TRIM_THRESHOLD = -1
_M_MMAP_THRESHOLD = -3
_M_ARENA_MAX = -8

_FREE_AT_THE_END = 1 << 20
"""Bytes that may stay free at the end of the heap."""
_BLOCK_OF_ITS_OWN = 1 << 20
"""Bytes from which a block is asked of the system alone, and given back at once when freed."""
_ARENAS = 2
"""Heaps that threads share; the interpreter's lock lets one of them at a time go on anyway."""


def keep_small() -> bool:
    """Set the thresholds of this process; tell whether its C library has such."""
    found = _glibc()
    if found is None:
        return False
    for option, value in (
        (_M_TRIM_THRESHOLD, _FREE_AT_THE_END),
        (_M_MMAP_THRESHOLD, _BLOCK_OF_ITS_OWN),
        (_M_ARENA_MAX, _ARENAS),
    ):
        if not found.mallopt(option, value):
            _log.warning("the C library refuses a limit of its heap", extra={"option": option})
    return True


def give_back() -> bool:
    """Give what is free in the middle of the heap back too; tell whether there was any.

    Takes some milliseconds, in which other threads go on.
    """
    found = _glibc()
    return found is not None and found.malloc_trim(0) == 1


@cache
def _glibc() -> ctypes.CDLL | None:
    try:
        library = ctypes.CDLL(None)
        library.gnu_get_libc_version  # noqa: B018  # only glibc has it
    except (OSError, AttributeError, TypeError):  # musl, macOS, Windows
        return None
    return library
