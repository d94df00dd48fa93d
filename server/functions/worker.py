"""The process that runs what users wrote: JavaScript of design documents, regular expressions.

It speaks over its standard streams and has nothing else: no files, no network, no clock to set. A
question is two lengths (32 bits, big-endian), a header in JSON and a body; an answer is one length
and JSON. It ends when its input does.
"""

import json
import struct
import sys
from collections import OrderedDict
from collections.abc import Callable
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Any, BinaryIO

from replication.query.matching import matcher
from replication.query.selector import parse_selector

CPU_SECONDS = 3
"""For one question. CouchDB gives 5 seconds by the clock."""

MEMORY = 128 * 1024 * 1024  # bytes for one design document's context
STACK = 512 * 1024
MOST_DESIGNS = 8  # contexts kept; the least recently asked makes room
ADDRESS_SPACE = 3 * 1024 * 1024 * 1024
LAST_RESORT = 30  # seconds of CPU after which the system ends the process, whatever it runs

MOST_DIGITS = 400

UNKNOWN_DESIGN = b'{"unknown":true}'
_RUNTIME = Path(__file__).with_name("couch.js").read_text(encoding="utf-8")


class Designs:
    """Contexts of design documents by key, each apart from the others."""

    def __init__(self) -> None:
        self._dispatchers: OrderedDict[str, Any] = OrderedDict()

    def load(self, key: str, text: str) -> bytes:
        """Take a design document in, given in JSON."""
        # has no wheel for every system; regular expressions work without
        import quickjs  # type: ignore[import-untyped]

        context = quickjs.Context()
        context.set_memory_limit(MEMORY)
        context.set_max_stack_size(STACK)
        context.set_time_limit(CPU_SECONDS)
        self._dispatchers[key] = context.eval(_RUNTIME)(text)
        while len(self._dispatchers) > MOST_DESIGNS:
            self._dispatchers.popitem(last=False)
        return b'{"ok":true}'

    def call(self, key: str, kind: str, path: str, arguments: str) -> bytes:
        """Call a function of a design document that was taken in."""
        dispatcher = self._dispatchers.get(key)
        if dispatcher is None:
            return UNKNOWN_DESIGN
        self._dispatchers.move_to_end(key)
        try:
            answer: str = dispatcher(kind, path, arguments)
        except Exception:
            del self._dispatchers[key]  # stopped in the middle: nobody knows in what state
            raise
        return answer.encode()


def answer(designs: Designs, header: dict[str, Any], body: bytes) -> bytes:
    """Answer one question; whatever goes wrong is an answer too."""
    try:
        if header["kind"] == "select":
            return _select(body)
        if header["kind"] == "load":
            return designs.load(header["design"], body.decode())
        path = json.dumps(header["path"])
        return designs.call(header["design"], header["kind"], path, body.decode())
    except Exception as error:  # noqa: BLE001  # the line between users' code and ours
        return json.dumps({"error": _words(error)}).encode()


def _select(body: bytes) -> bytes:
    given = json.loads(body, parse_int=_integer)
    matches = matcher(parse_selector(given["selector"]))
    return json.dumps({"ok": [matches(document) for document in given["documents"]]}).encode()


def _integer(text: str) -> int | float:
    """Read a number; one of thousands of digits is infinite, for all it matters."""
    return int(text) if len(text) < MOST_DIGITS else float(text)


def _words(error: Exception) -> tuple[str, str]:
    text = str(error)
    if "interrupted" in text:
        return "os_process_error", "OS process timed out."
    if "out of memory" in text or text in {"", "null"}:
        return "os_process_error", "The function used too much memory."
    return "os_process_error", text.partition("\n")[0]


def _confine() -> None:
    """Take away what this process will never need, where the system can."""
    try:
        import resource
    except ImportError:
        return
    for limit, value in ((resource.RLIMIT_NOFILE, 0), (resource.RLIMIT_AS, ADDRESS_SPACE)):
        try:
            resource.setrlimit(limit, (value, value))
        except (ValueError, OSError):
            continue


def _grant_time() -> None:
    """Have the system end this process should one question take far too long."""
    try:
        import resource
    except ImportError:
        return
    used = resource.getrusage(resource.RUSAGE_SELF)
    seconds = int(used.ru_utime + used.ru_stime) + LAST_RESORT
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, resource.RLIM_INFINITY))


def serve(
    questions: BinaryIO, answers: BinaryIO, before_each: Callable[[], None] = lambda: None
) -> None:
    """Answer until there are no more questions."""
    designs = Designs()
    while lengths := questions.read(8):
        for_header, for_body = struct.unpack(">II", lengths)
        before_each()
        header = json.loads(questions.read(for_header))
        text = answer(designs, header, questions.read(for_body))
        answers.write(struct.pack(">I", len(text)) + text)
        answers.flush()


def main() -> None:
    """Run over the standard streams."""
    with suppress(ImportError):
        import_module("quickjs")  # while files can still be opened
    _confine()
    serve(sys.stdin.buffer, sys.stdout.buffer, _grant_time)
