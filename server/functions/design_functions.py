"""Calls of the functions that a home's design documents carry."""

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from replication.core.document import StoredRevision
from replication.core.errors import Refused
from replication.wire.document_json import encode, render_document
from server.functions.worker_process import WorkerProcess

_log = logging.getLogger(__name__)

MOST_AT_ONCE = 100
MOST_BYTES_AT_ONCE = 4 * 1024 * 1024

JAVASCRIPT = "javascript"


@dataclass(frozen=True, slots=True)
class Design:
    """A design document: `key` names this revision of it among all of a home."""

    key: str
    text: bytes
    language: str

    @classmethod
    def of(cls, stored: StoredRevision, database: str, epoch: str) -> "Design":
        """Return the design document that a database of this life holds."""
        members = msgspec.json.decode(stored.body, type=_Members)
        key = f"{database}/{epoch}/{stored.document_id}/{stored.revision}"
        return cls(key, render_document(stored), members.language)


class _Members(msgspec.Struct):
    language: Any = JAVASCRIPT


@dataclass(frozen=True, slots=True)
class NewEdit:
    """An edit as `validate_doc_update` sees it: the document to be, and the one there is."""

    new: bytes
    old: bytes


Verdict = tuple[str, str] | None
"""Why an edit may not be: CouchDB's word and a sentence; or None."""


class _Answer(msgspec.Struct):
    ok: msgspec.Raw = msgspec.Raw(b"null")
    error: tuple[str, str] | None = None
    log: list[str] = []
    unknown: bool = False


class DesignFunctions:
    """Calls functions in the home's worker process. All raise Refused when a function fails."""

    def __init__(self, worker: WorkerProcess | None = None) -> None:
        self._worker = worker or WorkerProcess()

    async def check(self, design: Design, path: Sequence[str]) -> None:
        """Compile a function, to know before it is needed that it is one."""
        await self._call(design, "compile", path, b"null")

    async def filter(
        self, design: Design, name: str, documents: Sequence[bytes], request: bytes
    ) -> list[bool]:
        """Tell of each document whether the filter function lets it pass."""
        path = ("filters", name)
        verdicts: list[bool] = []
        for some in _portions(documents):
            given = b'{"documents":%s,"request":%s}' % (_array(some), request)
            verdicts += _decoded(await self._call(design, "filter", path, given))
        return verdicts

    async def emits(self, design: Design, view: str, documents: Sequence[bytes]) -> list[bool]:
        """Tell of each document whether the view's map function emits anything for it."""
        path = ("views", view, "map")
        verdicts: list[bool] = []
        for some in _portions(documents):
            given = b'{"documents":%s}' % _array(some)
            verdicts += _decoded(await self._call(design, "view", path, given))
        return verdicts

    async def validate(
        self, design: Design, edits: Sequence[NewEdit], user: bytes, security: bytes
    ) -> list[Verdict]:
        """Tell of each edit whether `validate_doc_update` refuses it."""
        context = b'"user":%s,"security":%s' % (encode(user.decode()), encode(security.decode()))
        verdicts: list[Verdict] = []
        for some in _portions([_array((edit.new, edit.old)) for edit in edits]):
            given = b'{"edits":%s,%s}' % (_array(some), context)
            answer = await self._call(design, "validate", ("validate_doc_update",), given)
            verdicts += msgspec.json.decode(answer, type=list[Verdict])
        return verdicts

    async def select(self, selector: object, documents: Sequence[bytes]) -> list[bool]:
        """Tell of each document whether a selector matches, where its cost is anybody's guess."""
        verdicts: list[bool] = []
        for some in _portions(documents):
            given = b'{"selector":%s,"documents":%s}' % (encode(selector), _array(some))
            verdicts += _decoded((await self._ask({"kind": "select"}, given)).ok)
        return verdicts

    async def _call(
        self, design: Design, kind: str, path: Sequence[str], given: bytes
    ) -> msgspec.Raw:
        if design.language != JAVASCRIPT:
            raise Refused("unknown_query_language", str(design.language))
        header = {"kind": kind, "design": design.key, "path": list(path)}
        answer = await self._ask(header, given)
        while answer.unknown:
            await self._ask({"kind": "load", "design": design.key}, design.text)
            answer = await self._ask(header, given)
        for line in answer.log:
            _log.info("a design document says", extra={"design": design.key, "said": line})
        return answer.ok

    async def _ask(self, header: object, body: bytes) -> _Answer:
        answer = msgspec.json.decode(await self._worker.ask(encode(header), body), type=_Answer)
        if answer.error is not None:
            raise Refused(*answer.error)
        return answer

    async def close(self) -> None:
        """End the worker process."""
        await self._worker.close()


def _decoded(answer: msgspec.Raw) -> list[bool]:
    return msgspec.json.decode(answer, type=list[bool])


def _array(items: Sequence[bytes]) -> bytes:
    return b"[" + b",".join(items) + b"]"


def _portions(items: Sequence[bytes]) -> Iterator[list[bytes]]:
    """Cut into runs that are short enough for one call; an item too large goes alone."""
    portion: list[bytes] = []
    size = 0
    for item in items:
        if portion and (len(portion) == MOST_AT_ONCE or size + len(item) > MOST_BYTES_AT_ONCE):
            yield portion
            portion, size = [], 0
        portion.append(item)
        size += len(item)
    if portion:
        yield portion
