"""Log lines: readable text on a terminal, JSON elsewhere; no query, header or body is in them."""

import json
import logging
import re
import sys
from datetime import UTC, datetime
from typing import Literal, TextIO

from server.observe.answered import Answered, answered_of
from server.observe.request_context import CONTEXT

LogFormat = Literal["auto", "text", "json"]

_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}
_encode = json.JSONEncoder(
    ensure_ascii=False, check_circular=False, separators=(",", ":"), default=str
).encode
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")


def start_logging(chosen: LogFormat, stream: TextIO | None = None) -> None:
    """Send all log lines of this process to the stream (None: standard error), in one format."""
    target = stream or sys.stderr
    if chosen == "auto":
        chosen = "text" if target.isatty() else "json"
    handler = logging.StreamHandler(target)
    handler.setFormatter(_FORMATTERS[chosen]())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.INFO)


def _facts(record: logging.LogRecord) -> dict[str, object]:
    """Return what the line tells besides its message, the request under way first."""
    facts: dict[str, object] = {}
    context = CONTEXT.get()
    if context is not None:
        facts["request"] = context.request_id
        facts["instance"] = context.instance
    facts.update((key, value) for key, value in vars(record).items() if key not in _STANDARD)
    return facts


class JsonFormatter(logging.Formatter):
    """One JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line, or those of all requests that the record is about."""
        if answered := answered_of(record):
            return "\n".join([request.as_json() for request in answered])
        line: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": record.getMessage(),
            **_facts(record),
        }
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return _encode(line)


class TextFormatter(logging.Formatter):
    """One line for a person; only the trace of an exception takes more."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line, or those of all requests that the record is about."""
        if answered := answered_of(record):
            return "\n".join([_request_as_text(request) for request in answered])
        level, said = record.levelname.lower(), record.getMessage()
        line = _text_line(record.created, level, said, _facts(record))
        if record.exc_info:
            line += "\n" + self.formatException(record.exc_info)
        return line


def _request_as_text(request: Answered) -> str:
    return _text_line(request.at, "info", "request", request.facts())


def _text_line(at: float, level: str, said: str, facts: dict[str, object]) -> str:
    time = datetime.fromtimestamp(at).astimezone().strftime("%H:%M:%S")
    told = " ".join(f"{name}={value}" for name, value in facts.items() if value != "")
    # What others sent stays on the line it came in.
    line = f"{time} {level:7} {said} {told}".rstrip()
    return _CONTROL.sub(lambda found: repr(found.group())[1:-1], line)


_FORMATTERS: dict[LogFormat, type[logging.Formatter]] = {
    "json": JsonFormatter,
    "text": TextFormatter,
}
