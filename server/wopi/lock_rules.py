"""What each lock request does to a file's lock, and its answer: decided from values (MS-WOPI 3.3).

A lock is a text that the client chose. Whoever comes with another is told the present one.
"""

from dataclasses import dataclass

LONGEST = 1024
LIFETIME = 1800.0
"""Seconds; a lock that nobody refreshes ends."""
OK, BAD_REQUEST, CONFLICT = 200, 400, 409


@dataclass(frozen=True, slots=True)
class LockAnswer:
    """A status; the lock to tell (None: no header); and the lock that there is from now on.

    `renewed` tells that its time begins anew.
    """

    status: int
    told: str | None
    lock: str
    renewed: bool = False


def decide_lock(override: str, present: str, given: str, old: str | None = None) -> LockAnswer:
    """Decide about LOCK (with `old`: UnlockAndRelock), UNLOCK, REFRESH_LOCK and GET_LOCK.

    `present` is the lock that there is, "" for none.
    """
    if override == "GET_LOCK":
        return LockAnswer(OK, present, present)
    if not is_lock(given) or (old is not None and not is_lock(old)):
        return LockAnswer(BAD_REQUEST, None, present)
    if override == "LOCK":
        allowed = present == old if old is not None else present in ("", given)
    else:
        allowed = present == given
    if not allowed:
        return LockAnswer(CONFLICT, present, present)
    return LockAnswer(OK, None, "" if override == "UNLOCK" else given, renewed=True)


def may_write(present: str, given: str, size: int) -> bool:
    """Tell whether PutFile goes through: with the lock, or into an empty file without any."""
    return given == present if present else size == 0


def is_lock(text: str) -> bool:
    """Tell whether a text may be a lock."""
    return 0 < len(text) <= LONGEST and text.isascii()
