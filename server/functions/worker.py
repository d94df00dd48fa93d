"""The process that runs what users wrote: JavaScript of design documents, regular expressions.

It speaks over its standard streams and has nothing else: no files, no network, no clock to set. A
question is two lengths (32 bits, big-endian), a header in JSON and a body; an answer is one length
and JSON. It ends when its input does.
"""

import ctypes
import json
import struct
import sys
from collections import OrderedDict
from collections.abc import Callable
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Any, BinaryIO

CPU_SECONDS = 3
"""For one question. CouchDB gives 5 seconds by the clock."""

MEMORY = 128 * 1024 * 1024  # bytes for one design document's context
STACK = 512 * 1024
MOST_DESIGNS = 8  # whose texts are kept; the least recently asked makes room
MOST_CONTEXTS = 16
LARGEST_KEPT = 32 * 1024 * 1024  # bytes that a context may hold on to between questions
ADDRESS_SPACE = 3 * 1024 * 1024 * 1024
LAST_RESORT = 30  # seconds of CPU after which the system ends the process, whatever it runs

UNKNOWN_DESIGN = b'{"unknown":true}'
_FOLDER = Path(__file__).parent
_JUDGING = ("judging.js",)
_INDEXING = ("mapreduce.js",)
_RENDERING = ("mimetypes.js", "rendering.js")
_SELECTING = "server.functions.selecting"
_ROOMS = {
    **dict.fromkeys(("map", "reduce", "rereduce"), _INDEXING),
    **dict.fromkeys(("show", "update", "list", "rewrite"), _RENDERING),
}


def _runtime(rooms: tuple[str, ...]) -> str:
    """Put together what a context begins with."""
    core, *others = [(_FOLDER / name).read_text(encoding="utf-8") for name in ("couch.js", *rooms)]
    return f"{core}(globalThis, [{','.join(others)}])"


_RUNTIMES: dict[tuple[str, ...], str] = {
    rooms: _runtime(rooms) for rooms in (_JUDGING, _INDEXING, _RENDERING)
}


class Designs:
    """Contexts of functions of design documents, each apart from the others.

    Each function has a context of its own, so none can change what another works with.
    """

    def __init__(self) -> None:
        self._texts: OrderedDict[str, str] = OrderedDict()
        self._contexts: OrderedDict[tuple[str, ...], _Context] = OrderedDict()
        self.has_let_go = False  # of a context that may have been large

    def load(self, key: str, text: str) -> bytes:
        """Take a design document in, given in JSON."""
        self._texts[key] = text
        _let_go(self._texts, MOST_DESIGNS)
        for place in [place for place in self._contexts if place[0] == key]:
            del self._contexts[place]
        return b'{"ok":true}'

    def call(self, key: str, kind: str, path: str, arguments: str) -> bytes:
        """Call a function of a design document that was taken in."""
        rooms = _ROOMS.get(kind, _JUDGING)
        place = (key, path, *rooms)
        context = self._contexts.pop(place, None)
        if context is None:
            text = self._texts.get(key)
            if text is None:
                return UNKNOWN_DESIGN
            self._texts.move_to_end(key)
            context = _Context(_RUNTIMES[rooms], text, library=kind == "map")
        try:
            return context.call(kind, path, arguments)
        finally:
            if context.is_fit():
                self._contexts[place] = context
                _let_go(self._contexts, MOST_CONTEXTS)
            else:
                self.has_let_go = True


class _Context:
    """One context of QuickJS with a design document in it."""

    def __init__(self, runtime: str, text: str, *, library: bool) -> None:
        # has no wheel for every system; regular expressions work without
        import quickjs  # type: ignore[import-untyped]

        self._context = quickjs.Context()
        self._context.set_memory_limit(MEMORY)
        self._context.set_max_stack_size(STACK)
        self._context.set_time_limit(CPU_SECONDS)
        self._dispatch = self._context.eval(runtime)(text, library)

    def call(self, kind: str, path: str, arguments: str) -> bytes:
        """Call a function. What a map came to before it was stopped is not lost."""
        try:
            return self._called(kind, path, arguments)
        except Exception as error:
            dispatch, self._dispatch = self._dispatch, None
            if kind != "map":
                raise
            return str(dispatch("rescue", path, json.dumps(_words(error)))).encode()

    def _called(self, kind: str, path: str, arguments: str) -> bytes:
        answer: str = self._dispatch(kind, path, arguments)
        return answer.encode()

    def is_fit(self) -> bool:
        """Tell whether it may be asked again: nobody knows what state a stop leaves behind."""
        if self._dispatch is None:
            return False
        used: int = self._context.memory()["memory_used_size"]
        return used < LARGEST_KEPT


def _let_go(kept: OrderedDict[Any, Any], most: int) -> None:
    while len(kept) > most:
        kept.popitem(last=False)


def answer(designs: Designs, header: dict[str, Any], body: bytes) -> bytes:
    """Answer one question; whatever goes wrong is an answer too."""
    try:
        if header["kind"] == "select":
            return bytes(import_module(_SELECTING).select(body))
        if header["kind"] == "load":
            return designs.load(header["design"], body.decode())
        path = json.dumps(header["path"])
        return designs.call(header["design"], header["kind"], path, body.decode())
    except Exception as error:  # noqa: BLE001  # the line between users' code and ours
        return json.dumps({"error": _words(error)}).encode()


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


def _trimmer() -> Callable[[int], int]:
    """Return what gives freed memory back to the system, where the C library keeps it."""
    try:
        trim: Callable[[int], int] = ctypes.CDLL(None).malloc_trim
    except (OSError, AttributeError, TypeError):
        return lambda _: 0
    return trim


def serve(
    questions: BinaryIO,
    answers: BinaryIO,
    before_each: Callable[[], None] = lambda: None,
    trimmer: Callable[[int], int] = lambda _: 0,
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
        if designs.has_let_go:
            designs.has_let_go = False
            trimmer(0)


def main(*, selects: bool = True) -> None:
    """Run over the standard streams.

    A process that is never asked to select is there in half the time without what that takes.
    """
    with suppress(ImportError):
        import_module("quickjs")  # while files can still be opened
    if selects:
        import_module(_SELECTING)
    trimmer = _trimmer()
    _confine()
    serve(sys.stdin.buffer, sys.stdout.buffer, _grant_time, trimmer)
