"""Who may ask the window's door: whoever came with a code that was good once.

The door stands on the loopback, where every user of this computer can knock. A code travels in a
file that its owner alone may read, never in a command line, and after a `#`, which browsers tell
no server; the page changes it for a token of its own at once.
"""

import secrets
from collections.abc import Callable

GOOD_FOR = 60.0
"""Seconds that a code is good for, if nobody used it."""


class Admission:
    """Codes that are good once, and tokens. `now` is a clock that never goes back, in seconds."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._codes: dict[str, float] = {}
        self._tokens: set[str] = set()

    def code(self) -> str:
        """Return a new code."""
        code = secrets.token_urlsafe(32)
        self._codes[code] = self._now() + GOOD_FOR
        return code

    def enter(self, code: str) -> str | None:
        """Change a code for a token; None where it is none, was used or is too old."""
        until = self._codes.pop(code, None)
        if until is None or until < self._now():
            return None
        token = secrets.token_urlsafe(32)
        self._tokens.add(token)
        return token

    def admits(self, token: str) -> bool:
        """Tell whether a token is one of ours."""
        asked = token.encode()
        return any(secrets.compare_digest(asked, held.encode()) for held in self._tokens)
