"""The rows of Mango's indexes: for each document the values of the fields, if it has them all."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

import msgspec

from replication.core.document import DESIGN_PREFIX, StoredRevision
from replication.core.errors import Refused
from replication.index.definition import DocumentRows, IndexDefinition, signature_of
from replication.index.rows import Emitted
from replication.mango.definition import MangoIndex
from replication.mango.members import EVERYTHING, decoder_of
from replication.query.matching import Predicate, is_nothing, matcher, value_at
from replication.query.selector import has_patterns
from replication.query.sort_key import COLLATION_VERSION, sort_key
from replication.wire.document_json import Shown, encode, render_document

Json = Any
Select = Callable[[Mapping[str, Json], Sequence[bytes]], Awaitable[Sequence[bool]]]
"""Tells of each document, in JSON, whether a selector matches, where that may take for ever.

Raises Refused when it took too long.
"""

_MAPPED_AT_ONCE = 250  # documents between which others have their turn
_NULL = b"null"
_OTHERS = (("_id",), ("_rev",))
_SHOWN = Shown(conflicts=True, deleted_conflicts=True)
"""Indexes see a document with its conflicts, as views do."""

_FORMAT = "mango-2"  # changes when the same definition would give other rows


class MangoMapper:
    """Computes the rows of all indexes of one design document, a view for each."""

    def __init__(self, indexes: Sequence[MangoIndex], select: Select) -> None:
        self.indexes = tuple(indexes)
        self._select = select
        self._rows = tuple(map(_IndexRows, indexes))
        self._whole = any(rows.needs_all for rows in self._rows)
        names = {path[0] for index in indexes for path in index.columns}
        self._decode = EVERYTHING if self._whole else decoder_of(frozenset(names))
        self._none: DocumentRows = [()] * len(indexes)
        self._definition = IndexDefinition(_signature(indexes), len(indexes))

    @property
    def definition(self) -> IndexDefinition:
        """What it computes."""
        return self._definition

    async def map(self, documents: Sequence[StoredRevision]) -> Sequence[DocumentRows]:
        """Return the rows of each document; design documents have none."""
        mapped: list[DocumentRows] = []
        for start in range(0, len(documents), _MAPPED_AT_ONCE):
            some = documents[start : start + _MAPPED_AT_ONCE]
            mapped += map(self._emitted, some)
            await asyncio.sleep(0)
        for view, rows in enumerate(self._rows):
            if rows.judged:
                mapped = await self._without_refused(view, documents, mapped)
        return mapped

    def _emitted(self, stored: StoredRevision) -> DocumentRows:
        if stored.document_id.startswith(DESIGN_PREFIX):
            return self._none
        text = render_document(stored, _SHOWN) if self._whole else stored.body
        try:
            document = self._decode(text)
        except (msgspec.DecodeError, RecursionError):  # a number that is too large for any
            return self._none
        if not self._whole:
            document |= {"_id": stored.document_id, "_rev": str(stored.revision)}
        return [rows.of(document) for rows in self._rows]

    async def _without_refused(
        self, view: int, documents: Sequence[StoredRevision], mapped: Sequence[DocumentRows]
    ) -> list[DocumentRows]:
        """Leave out, of one view, the rows of documents that a costly filter does not let pass."""
        selector = self.indexes[view].selector
        asked = [place for place, rows in enumerate(mapped) if rows[view]]
        texts = [render_document(documents[place], _SHOWN) for place in asked]
        verdicts = dict(zip(asked, await self._judged(selector, texts), strict=True))
        return [
            rows if verdicts.get(place, True) else [*rows[:view], (), *rows[view + 1 :]]
            for place, rows in enumerate(mapped)
        ]

    async def _judged(self, selector: Mapping[str, Json], texts: Sequence[bytes]) -> Sequence[bool]:
        """Judge documents together, and where that takes too long, each by itself."""
        try:
            return await self._select(selector, texts) if texts else []
        except Refused:
            if len(texts) == 1:
                return [False]
        half = len(texts) // 2
        first = await self._judged(selector, texts[:half])
        return [*first, *await self._judged(selector, texts[half:])]


class _IndexRows:
    """The rows of one index; where its filter is `judged`, those that are to be judged yet."""

    def __init__(self, index: MangoIndex) -> None:
        self._columns = index.columns
        node = index.partial_filter
        self.judged = node is not None and has_patterns(node)
        self._filter: Predicate | None = None
        if node is not None and not self.judged:
            self._filter = matcher(node)
        underscored = (path for path in index.columns if path[0].startswith("_"))
        self.needs_all = self._filter is not None or any(
            path not in _OTHERS for path in underscored
        )

    def of(self, document: dict[str, Json]) -> Sequence[Emitted]:
        """Return one row, or none."""
        if self._filter is not None and not self._filter(document):
            return ()
        values = []
        for path in self._columns:
            value = value_at(document, path)
            if is_nothing(value):
                return ()
            values.append(value)
        return (Emitted(sort_key(values), encode(values), _NULL),)


def _signature(indexes: Sequence[MangoIndex]) -> str:
    described = [[list(index.definition["fields"]), index.selector] for index in indexes]
    return signature_of(_FORMAT, COLLATION_VERSION, encode(described))
