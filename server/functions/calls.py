"""One call of a function of a design document: asked of a worker process, its answer read."""

import logging
from collections.abc import Iterator, Sequence
from typing import TypeVar

import msgspec

from replication.core.errors import Refused
from replication.wire.document_json import encode
from server.functions.design import JAVASCRIPT, Design
from server.functions.worker_process import WorkerProcess

_T = TypeVar("_T")

_log = logging.getLogger(__name__)

MOST_BYTES_AT_ONCE = 4 * 1024 * 1024


class _Answer(msgspec.Struct):
    ok: msgspec.Raw = msgspec.Raw(b"null")
    error: tuple[str, str] | None = None
    log: list[str] = []
    unknown: bool = False


class Calls:
    """Asks one worker process. All raise Refused when the function or the process fails."""

    def __init__(self, worker: WorkerProcess) -> None:
        self._worker = worker

    async def call(
        self, design: Design, kind: str, path: Sequence[str], given: bytes
    ) -> msgspec.Raw:
        """Return what the function at a path gives for its arguments, both in JSON."""
        if design.language != JAVASCRIPT:
            raise Refused("unknown_query_language", str(design.language))
        header = {"kind": kind, "design": design.key, "path": list(path)}
        answer = await self._ask(header, given)
        while answer.unknown:
            await self._ask({"kind": "load", "design": design.key}, design.text)
            answer = await self._ask(header, given)
        for line in answer.log:
            _log.info("a design document says", extra={"design": design.key, "said": line})
        if answer.error is not None:
            raise Refused(*answer.error)
        return answer.ok

    async def select(self, selector: object, documents: Sequence[bytes]) -> msgspec.Raw:
        """Return in JSON which documents a selector matches."""
        given = b'{"selector":%s,"documents":%s}' % (encode(selector), array(documents))
        answer = await self._ask({"kind": "select"}, given)
        if answer.error is not None:
            raise Refused(*answer.error)
        return answer.ok

    async def _ask(self, header: object, body: bytes) -> _Answer:
        answer = await self._worker.ask(encode(header), body)
        return read(answer, _Answer)

    async def close(self) -> None:
        """End the worker process."""
        await self._worker.close()


def read(answer: bytes | msgspec.Raw, kind: type[_T]) -> _T:
    """Read an answer. Raises Refused for what is none, whatever users made of their context."""
    try:
        return msgspec.json.decode(answer, type=kind)
    except (msgspec.DecodeError, RecursionError):
        raise Refused("os_process_error", "The function's answer cannot be read.") from None


def array(items: Sequence[bytes]) -> bytes:
    """Write texts in JSON as one array of them."""
    return b"[" + b",".join(items) + b"]"


def portions(items: Sequence[bytes], most: int) -> Iterator[list[bytes]]:
    """Cut into runs that are short enough for one call; an item too large goes alone."""
    portion: list[bytes] = []
    size = 0
    for item in items:
        if portion and (len(portion) == most or size + len(item) > MOST_BYTES_AT_ONCE):
            yield portion
            portion, size = [], 0
        portion.append(item)
        size += len(item)
    if portion:
        yield portion
