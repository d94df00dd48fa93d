"""Computing the rows of views: JavaScript gives keys and values, and each key its place."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Any

import msgspec

from replication.core.document import DESIGN_PREFIX, StoredRevision
from replication.index.definition import DocumentRows, IndexDefinition
from replication.index.rows import Emitted
from replication.query.sort_key import sort_key
from replication.wire.document_json import Shown, render_document
from server.functions.design import Design
from server.functions.design_functions import DesignFunctions
from server.views.definitions import DesignViews
from server.views.raw_order import raw_key

_CONFLICTS = Shown(conflicts=True, deleted_conflicts=True)
_decode = msgspec.json.decode


class ViewMapper:
    """Maps documents with the functions of one design document."""

    def __init__(self, functions: DesignFunctions, design: Design, views: DesignViews) -> None:
        self._functions = functions
        self._design = design
        self._views = views
        mapped = [view for view in views.views if view.like == view.name]
        self._names = [view.name for view in mapped]
        self._places = [raw_key if view.raw else sort_key for view in mapped]
        self._columns = [self._names.index(view.like) for view in views.views]

    @property
    def definition(self) -> IndexDefinition:
        """What it computes."""
        return self._views.definition

    async def map(self, documents: Sequence[StoredRevision]) -> Sequence[DocumentRows]:
        """Return what each document emits for each view. Raises Refused."""
        shown = [document for document in documents if self._is_seen(document)]
        texts = await asyncio.to_thread(lambda: [self._rendered(one) for one in shown])
        mapped = await self._functions.map(self._design, self._names, texts)
        placed = iter(await asyncio.to_thread(lambda: [self._placed(rows) for rows in mapped]))
        nothing: DocumentRows = [()] * len(self._columns)
        return [next(placed) if self._is_seen(document) else nothing for document in documents]

    def _is_seen(self, document: StoredRevision) -> bool:
        return self._views.include_design or not document.document_id.startswith(DESIGN_PREFIX)

    def _rendered(self, document: StoredRevision) -> bytes:
        if self._views.local_sequence:
            sequence = document.sequence
            shown = Shown(conflicts=True, deleted_conflicts=True, local_sequence=sequence)
            return render_document(document, shown)
        return render_document(document, _CONFLICTS)

    def _placed(self, by_view: Sequence[Sequence[tuple[Any, Any]]]) -> DocumentRows:
        placed = [
            _in_order([_emitted(place, *row) for row in rows])
            for place, rows in zip(self._places, by_view, strict=True)
        ]
        return [placed[column] for column in self._columns]


def _emitted(place: Callable[[Any], bytes], key: msgspec.Raw, value: msgspec.Raw) -> Emitted:
    return Emitted(place(_decode(key)), bytes(key), bytes(value))


def _in_order(rows: list[Emitted]) -> list[Emitted]:
    """Put a document's rows of one key into the order of their values, as CouchDB has them."""
    if len(rows) > 1 and len({row.sort for row in rows}) < len(rows):
        rows.sort(key=lambda row: (row.sort, raw_key(_decode(row.value))))
    return rows
