"""A process that crashes leaves its memory nowhere: there are passphrases and tokens in it."""

import sys


def leave_no_dumps() -> None:
    """Let the system write no dump of this process; what it starts inherits that."""
    if sys.platform == "win32":  # no limit there, and no dumps by default
        return
    import resource

    _, hard = resource.getrlimit(resource.RLIMIT_CORE)
    resource.setrlimit(resource.RLIMIT_CORE, (0, hard))
