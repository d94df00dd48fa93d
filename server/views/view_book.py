"""The indexes of a home's views that are in use, each opened once."""

from collections import OrderedDict
from dataclasses import dataclass
from typing import Any

import msgspec

from replication.core.document import DESIGN_PREFIX, StoredRevision
from replication.core.errors import Invalid, Refused
from replication.index.definition import Mapper
from replication.index.index import Index
from replication.index.reducers import Reducer, built_in
from replication.store.protocol import Database, DocumentStore, IdRange
from server.functions.design import Design
from server.functions.design_functions import DesignFunctions
from server.views.definitions import DesignViews, View, read_views
from server.views.js_reducer import JavaScriptReducer
from server.views.mapping import ViewMapper

MOST_OPEN = 200
"""Design documents and indexes that are kept in mind; the others are read again."""

_BEHIND_DESIGNS = "_design0"  # the character behind a slash


@dataclass(frozen=True, slots=True)
class OpenView:
    """A view that can be read: its index, and its place and reducer there."""

    index: Index
    position: int
    view: View
    reducer: Reducer | None


@dataclass(frozen=True, slots=True)
class OpenDesign:
    """A design document with the index of its views."""

    design: Design
    views: DesignViews
    index: Index


class ViewBook:
    """Opens views; two design documents that say the same share an index.

    Indexes are built of all documents, whoever asks: `store` hides nothing.
    """

    def __init__(self, store: DocumentStore, functions: DesignFunctions) -> None:
        self._store = store
        self._functions = functions
        self._designs: OrderedDict[tuple[str, ...], OpenDesign] = OrderedDict()
        self._indexes: OrderedDict[tuple[str, ...], Index] = OrderedDict()

    async def view(self, database: str, design: str, name: str) -> OpenView:
        """Open the view `name` of the design document `design`, without its prefix.

        Raises DatabaseMissing, DocumentMissing, Refused when there is no such view, Invalid.
        """
        opened = await self.design(database, design)
        position = opened.views.position(name)
        if position is None:
            raise Refused("not_found", "missing_named_view")
        view = opened.views.views[position]
        reducer = None
        if view.reduce is not None:
            reducer = built_in(view.reduce)
            reducer = reducer or JavaScriptReducer(self._functions, opened.design, name)
        return OpenView(opened.index, position, view, reducer)

    async def design(self, database: str, name: str) -> OpenDesign:
        """Open a design document. Raises DatabaseMissing, DocumentMissing, Invalid."""
        whole = await self._store.open(database)
        stored = await whole.get(DESIGN_PREFIX + name)
        epoch = (await whole.sequence()).epoch
        key = (database, epoch, name, str(stored.revision))
        known = self._designs.get(key)
        if known is None:
            known = self._designs[key] = self._opened(whole, epoch, stored)
            _forget_oldest(self._designs)
        self._designs.move_to_end(key)
        return known

    def _opened(self, whole: Database, epoch: str, stored: StoredRevision) -> OpenDesign:
        design = Design.of(stored, whole.name, epoch)
        views = read_views(stored.body)
        mapper = ViewMapper(self._functions, design, views)
        return OpenDesign(design, views, self.index(whole, epoch, mapper))

    def index(self, database: Database, epoch: str, mapper: Mapper) -> Index:
        """Return the one index of a definition in this life of a database."""
        key = (database.name, epoch, mapper.definition.signature)
        known = self._indexes.get(key)
        if known is None:
            known = self._indexes[key] = Index(database, mapper)
            _forget_oldest(self._indexes)
        self._indexes.move_to_end(key)
        return known

    async def clean_up(self, database: str, also_wanted: frozenset[str] = frozenset()) -> None:
        """Drop the indexes of a database that no design document defines any more."""
        whole = await self._store.open(database)
        among = IdRange(DESIGN_PREFIX, _BEHIND_DESIGNS, inclusive_end=False)
        designs, _ = await whole.all_docs(among)
        wanted = {signature_of_views(stored) for stored in designs} | also_wanted
        kept = await whole.indexes.signatures()
        await whole.indexes.drop([signature for signature in kept if signature not in wanted])

    def building(self) -> list[tuple[str, Index]]:
        """Return the databases whose indexes are being brought up to date, with these."""
        busy = [(key[0], index) for key, index in self._indexes.items() if index.progress]
        return sorted(busy, key=lambda pair: pair[0])

    async def close(self) -> None:
        """End what goes on by itself."""
        for index in self._indexes.values():
            await index.close()


def signature_of_views(stored: StoredRevision) -> str | None:
    """Return the signature of a design document's views; None if they cannot be read."""
    try:
        return read_views(stored.body).definition.signature
    except (Invalid, msgspec.MsgspecError):
        return None


def _forget_oldest(kept: OrderedDict[tuple[str, ...], Any]) -> None:
    while len(kept) > MOST_OPEN:
        kept.popitem(last=False)
