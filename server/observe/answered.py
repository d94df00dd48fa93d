"""The requests that were answered, as lines of the log, written some at a time.

A record of its own for each, as the logging library has it, costs a fifth of a small request. So
what there is to say is put aside, and said for all of a tenth of a second in one record and one
write. A process that is killed may lose that tenth of a second of its log.
"""

import asyncio
import logging
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import lru_cache

import msgspec

REQUESTS = logging.getLogger("server.requests")
SECONDS = 0.1
"""How long a line may wait for others."""
MOST = 2000
"""Lines that wait at the most; memory is theirs meanwhile."""


class Answered(msgspec.Struct, gc=False):
    """One request and its answer; `at` in seconds since 1970, `seconds` is what it took."""

    at: float
    request: str
    instance: str
    method: str
    path: str
    status: int
    seconds: float
    bytes: int
    caller: str
    hidden: tuple[str, ...] = ()
    """Parts of the path that let somebody in: they are left out of every line."""

    def facts(self) -> dict[str, object]:
        """Return what the line tells, in order."""
        return {
            "request": self.request,
            "instance": self.instance,
            "method": self.method,
            "path": logged_path(self.path, self.hidden),
            "status": self.status,
            "ms": round(self.seconds * 1000, 1),
            "bytes": self.bytes,
            "caller": self.caller,
        }

    def as_json(self) -> str:
        """Return the line as JSON, like all others (`server/observe/logging`)."""
        line = {
            "time": _time(self.at),
            "level": "info",
            "logger": REQUESTS.name,
            "event": "request",
            **self.facts(),
        }
        try:
            return msgspec.json.encode(line).decode()
        except UnicodeEncodeError:  # bytes of a path that are no text
            line["path"] = str(line["path"]).encode("utf-8", "backslashreplace").decode()
            return msgspec.json.encode(line).decode()


class AnsweredRequests:
    """Gathers what there is to say of requests, and says it together."""

    def __init__(self, log: logging.Logger) -> None:
        self._log = log
        self._waiting: list[Answered] = []
        self._due_in: asyncio.AbstractEventLoop | None = None

    def add(self, answered: Answered) -> None:
        """Say this with the next lines, if somebody reads along; called in an event loop."""
        if not self._log.isEnabledFor(logging.INFO):
            return
        self._waiting.append(answered)
        loop = asyncio.get_running_loop()
        if len(self._waiting) >= MOST:
            self.say()
        elif self._due_in is not loop:  # none is due, or one in a loop that has ended
            self._due_in = loop
            loop.call_later(SECONDS, self.say)

    def say(self) -> None:
        """Write all lines that wait."""
        said, self._waiting, self._due_in = self._waiting, [], None
        if said:
            self._log.info("requests", extra={"answered": said})


ANSWERED = AnsweredRequests(REQUESTS)
"""Those of this process."""


def answered_of(record: logging.LogRecord) -> Sequence[Answered]:
    """Return the requests that a record of the log is about: none, but for those written here."""
    found: Sequence[Answered] = getattr(record, "answered", ())
    return found


def logged_path(path: str, hidden: tuple[str, ...]) -> str:
    """Return the path as it may be written down."""
    for part in hidden:
        path = path.replace(part, "…")
    return path


def _time(at: float) -> str:
    second, rest = divmod(at, 1)
    return f"{_second(int(second))}.{int(rest * 1000):03}+00:00"


@lru_cache(maxsize=2)
def _second(at: int) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%S")
