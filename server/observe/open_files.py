"""How many files this process may have open: a home that is open takes six, a connection one."""

import sys


def allow_many_files() -> None:
    """Raise the limit as far as the system lets us; 1024, which is common, is some 150 homes."""
    if sys.platform == "win32":  # no such limit there
        return
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _ENOUGH if hard == resource.RLIM_INFINITY else min(hard, _ENOUGH)
    if soft < wanted:
        try:
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
        except (ValueError, OSError):  # macOS has another limit below the one that it tells
            resource.setrlimit(resource.RLIMIT_NOFILE, (min(wanted, _OF_MACOS), hard))


_ENOUGH = 65_536
_OF_MACOS = 10_240
