"""What documents emit, and what rows come to: the functions of views, in a process of their own."""

import asyncio
import logging
from collections import Counter
from collections.abc import Sequence

import msgspec

from replication.core.errors import Refused
from server.functions.calls import Calls, array, portions, read
from server.functions.design import Design

_log = logging.getLogger(__name__)

Rows = list[tuple[msgspec.Raw, msgspec.Raw]]
"""Keys and values in JSON, in the order they were emitted."""

MOST_AT_ONCE = 500
MOST_GROUPS_AT_ONCE = 2000

PATIENCE_WITH_A_DESIGN = 3
"""How many documents a design document's functions may exhaust their limits over."""

FORGIVEN_AFTER = 60.0  # seconds

_EXHAUSTED = "os_process_error"


class _Mapped(msgspec.Struct):
    rows: list[Rows] = []
    stuck: tuple[str, str] | None = None
    lost: bool = False


class ViewFunctions:
    """Calls map and reduce functions. A long build here delays no filter and no consent."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls
        self._strikes: Counter[str] = Counter()
        self._struck_at = 0.0

    async def map(
        self, design: Design, views: Sequence[str], documents: Sequence[bytes]
    ) -> list[list[Rows]]:
        """Return what each document emits, for each view in order.

        A function that fails for a document, or uses up its limits, emits nothing for it, and that
        is logged. Raises Refused when a function cannot be compiled, or when the functions of this
        design document use up their limits again and again.
        """
        columns = [await self._column(design, view, documents) for view in views]
        return (
            [list(rows) for rows in zip(*columns, strict=True)]
            if columns
            else [[] for _ in documents]
        )

    async def _column(self, design: Design, view: str, documents: Sequence[bytes]) -> list[Rows]:
        rows: list[Rows] = []
        for some in portions(documents, MOST_AT_ONCE):
            rows += await self._portion(design, view, some)
        return rows

    async def _portion(self, design: Design, view: str, documents: list[bytes]) -> list[Rows]:
        """Map a portion, however many questions it takes.

        A document over which a function gets stuck is asked about alone, and given up if that is no
        better. When the process was lost nobody knows over which, so all that are left go alone.
        """
        rows: list[Rows] = []
        alone = lost = False
        while len(rows) < len(documents):
            self._tolerate(design)
            rest = documents[len(rows) :]
            mapped = await self._asked(design, view, rest[:1] if alone else rest)
            rows += mapped.rows
            lost = lost or mapped.lost
            if mapped.stuck is not None and (alone or mapped.lost):
                self._strike(design, view, mapped.stuck)
            if mapped.stuck is not None and alone:
                rows.append([])
            alone = lost or (mapped.stuck is not None and not alone)
        return rows

    async def _asked(self, design: Design, view: str, documents: Sequence[bytes]) -> _Mapped:
        path = ("views", view, "map")
        try:
            answer = await self._calls.call(design, "map", path, array(documents))
        except Refused as refused:
            if refused.word != _EXHAUSTED:
                raise
            return _Mapped(stuck=(refused.word, refused.reason), lost=True)
        return read(answer, _Mapped)

    def _tolerate(self, design: Design) -> None:
        """Raise Refused for a design document that was given up a short while ago."""
        if self._strikes[design.key] < PATIENCE_WITH_A_DESIGN:
            return
        if asyncio.get_running_loop().time() - self._struck_at < FORGIVEN_AFTER:
            raise Refused(_EXHAUSTED, "OS process timed out.")
        self._strikes.clear()

    def _strike(self, design: Design, view: str, why: tuple[str, str]) -> None:
        word, reason = why
        about = {"design": design.key, "view": view, "reason": reason}
        _log.warning("a map function is given up for a document", extra=about)
        if word == _EXHAUSTED:
            self._strikes[design.key] += 1
            self._struck_at = asyncio.get_running_loop().time()

    async def reduce(
        self, design: Design, view: str, groups: Sequence[tuple[bytes, bytes]]
    ) -> list[msgspec.Raw]:
        """Reduce each group: a JSON array of [key, id], and a JSON array of values.

        A function that throws gives null. One whose result does not shrink gives an object with
        `reduce_overflow_error`, as in CouchDB. Raises Refused.
        """
        given = [b"[%s,%s,%d]" % (keys, values, len(keys) + len(values)) for keys, values in groups]
        return await self._reduced(design, "reduce", view, given)

    async def rereduce(
        self, design: Design, view: str, groups: Sequence[bytes]
    ) -> list[msgspec.Raw]:
        """Reduce each group, a JSON array of results, to one. As `reduce` otherwise."""
        given = [b"[%s,%d]" % (values, len(values)) for values in groups]
        return await self._reduced(design, "rereduce", view, given)

    async def _reduced(
        self, design: Design, kind: str, view: str, groups: Sequence[bytes]
    ) -> list[msgspec.Raw]:
        results: list[msgspec.Raw] = []
        for some in portions(groups, MOST_GROUPS_AT_ONCE):
            path = ("views", view, "reduce")
            answer = await self._calls.call(design, kind, path, array(some))
            results += read(answer, list[msgspec.Raw])
        return results

    async def close(self) -> None:
        """End the worker process."""
        await self._calls.close()
