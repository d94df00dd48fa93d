"""Calls of the functions that a home's design documents carry."""

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from replication.wire.document_json import encode
from server.functions.calls import Calls, array, portions, read
from server.functions.design import Design
from server.functions.view_functions import Rows, ViewFunctions
from server.functions.worker_process import INDEXING, WorkerProcess

MOST_AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class NewEdit:
    """An edit as `validate_doc_update` sees it: the document to be, and the one there is."""

    new: bytes
    old: bytes


Verdict = tuple[str, str] | None
"""Why an edit may not be: CouchDB's word and a sentence; or None."""


class DesignFunctions:
    """Calls functions in the home's worker process. All raise Refused when a function fails."""

    def __init__(
        self, worker: WorkerProcess | None = None, indexer: WorkerProcess | None = None
    ) -> None:
        self._worker = worker or WorkerProcess()
        self._calls = Calls(self._worker)
        self._views = ViewFunctions(Calls(indexer or WorkerProcess(INDEXING)))

    async def check(self, design: Design, path: Sequence[str]) -> None:
        """Compile a function, to know before it is needed that it is one."""
        await self._calls.call(design, "compile", path, b"null")

    async def filter(
        self, design: Design, name: str, documents: Sequence[bytes], request: bytes
    ) -> list[bool]:
        """Tell of each document whether the filter function lets it pass."""
        path = ("filters", name)
        verdicts: list[bool] = []
        for some in portions(documents, MOST_AT_ONCE):
            given = b'{"documents":%s,"request":%s}' % (array(some), request)
            verdicts += _decoded(await self._calls.call(design, "filter", path, given))
        return verdicts

    async def emits(self, design: Design, view: str, documents: Sequence[bytes]) -> list[bool]:
        """Tell of each document whether the view's map function emits anything for it."""
        path = ("views", view, "map")
        verdicts: list[bool] = []
        for some in portions(documents, MOST_AT_ONCE):
            given = b'{"documents":%s}' % array(some)
            verdicts += _decoded(await self._calls.call(design, "view", path, given))
        return verdicts

    async def validate(
        self, design: Design, edits: Sequence[NewEdit], user: bytes, security: bytes
    ) -> list[Verdict]:
        """Tell of each edit whether `validate_doc_update` refuses it."""
        context = b'"user":%s,"security":%s' % (encode(user.decode()), encode(security.decode()))
        pairs = [array((edit.new, edit.old)) for edit in edits]
        verdicts: list[Verdict] = []
        for some in portions(pairs, MOST_AT_ONCE):
            given = b'{"edits":%s,%s}' % (array(some), context)
            answer = await self._calls.call(design, "validate", ("validate_doc_update",), given)
            verdicts += read(answer, list[Verdict])
        return verdicts

    async def select(self, selector: object, documents: Sequence[bytes]) -> list[bool]:
        """Tell of each document whether a selector matches, where its cost is anybody's guess."""
        verdicts: list[bool] = []
        for some in portions(documents, MOST_AT_ONCE):
            verdicts += _decoded(await self._calls.select(selector, some))
        return verdicts

    async def render(
        self, design: Design, kind: str, path: Sequence[str], given: bytes
    ) -> msgspec.Raw:
        """Call a function that answers a request: a show, an update, a list or a rewrite.

        What is given and what comes back, in JSON, is in rendering.js.
        """
        return await self._calls.call(design, kind, path, given)

    async def map(
        self, design: Design, views: Sequence[str], documents: Sequence[bytes]
    ) -> list[list[Rows]]:
        """Return what each document emits, for each view. See ViewFunctions."""
        return await self._views.map(design, views, documents)

    async def reduce(self, design: Design, view: str, keys: bytes, values: bytes) -> msgspec.Raw:
        """Reduce rows to one value. See ViewFunctions."""
        return (await self._views.reduce(design, view, [(keys, values)]))[0]

    async def reduce_many(
        self, design: Design, view: str, groups: Sequence[tuple[bytes, bytes]]
    ) -> list[msgspec.Raw]:
        """Reduce the rows of each group, in one exchange if they are not too many."""
        return await self._views.reduce(design, view, groups)

    async def rereduce(self, design: Design, view: str, values: bytes) -> msgspec.Raw:
        """Reduce results to one. See ViewFunctions."""
        return (await self._views.rereduce(design, view, [values]))[0]

    async def rereduce_many(
        self, design: Design, view: str, groups: Sequence[bytes]
    ) -> list[msgspec.Raw]:
        """Reduce the results of each group to one."""
        return await self._views.rereduce(design, view, groups)

    async def close(self) -> None:
        """End the worker processes."""
        await self._calls.close()
        await self._views.close()


def _decoded(answer: msgspec.Raw) -> list[bool]:
    return read(answer, list[bool])
