"""The Mango indexes of databases, known without reading design documents for each question."""

from collections.abc import Sequence
from dataclasses import dataclass

from replication.core.change import ChangesQuery
from replication.core.document import DESIGN_PREFIX
from replication.core.revision import Revision
from replication.core.sequence import UpdateSequence
from replication.mango.definition import ALL_DOCS, MangoIndex, indexes_of
from replication.mango.mapper import MangoMapper, Select
from replication.store.protocol import Database, IdRange

_BEHIND_DESIGNS = "_design0"  # the character behind a slash


@dataclass(frozen=True, slots=True)
class Listing:
    """The indexes of a database as of a sequence, and what computes those of each document."""

    indexes: tuple[MangoIndex, ...]
    mappers: dict[str, MangoMapper]
    revisions: dict[str, Revision]
    epoch: str

    def mapper_of(self, index: MangoIndex) -> tuple[MangoMapper, int]:
        """Return what computes an index, and which of its views that is."""
        mapper = self.mappers[index.design or ""]
        return mapper, mapper.indexes.index(index)


_NONE = ((ALL_DOCS,), dict[str, MangoMapper](), dict[str, Revision]())


class MangoBook:
    """Lists indexes; the feed of a database tells when to look again."""

    def __init__(self, select: Select) -> None:
        self.select = select
        self._known: dict[str, tuple[Listing, int]] = {}

    async def indexes(self, database: Database) -> Listing:
        """Return the indexes of a database as it stands, the one of ids first."""
        current = await database.sequence()
        known = self._known.get(database.name)
        if known is not None and await _holds(database, *known, current):
            listing = known[0]
        else:
            listing = await self._read(database, current)
        self._known[database.name] = listing, current.number
        return listing

    async def is_current(self, database: Database, listing: Listing, index: MangoIndex) -> bool:
        """Tell whether an index is still defined: the feed says nothing of what is purged."""
        if index.design is None:
            return True
        (stored,) = await database.get_many([index.design])
        return stored is not None and stored.revision == listing.revisions[index.design]

    def forget(self, database: Database) -> None:
        """Look again next time."""
        self._known.pop(database.name, None)

    async def signatures(self, database: Database) -> frozenset[str]:
        """Return the signatures of all indexes that are defined now."""
        listing = await self._read(database, await database.sequence())
        return frozenset(mapper.definition.signature for mapper in listing.mappers.values())

    async def _read(self, database: Database, current: UpdateSequence) -> Listing:
        if not current.number:  # nothing was written yet, and nothing is to be listed
            return Listing(*_NONE, current.epoch)
        among = IdRange(DESIGN_PREFIX, _BEHIND_DESIGNS, inclusive_end=False, count_before=False)
        designs, _ = await database.all_docs(among)
        found = {
            stored.document_id: indexes_of(stored.document_id, stored.body) for stored in designs
        }
        return Listing(
            (ALL_DOCS, *(index for indexes in found.values() for index in indexes)),
            {name: MangoMapper(indexes, self.select) for name, indexes in found.items() if indexes},
            {stored.document_id: stored.revision for stored in designs},
            current.epoch,
        )


async def _holds(
    database: Database, listing: Listing, checked: int, current: UpdateSequence
) -> bool:
    """Tell whether no design document has changed since; False also when that is unknown."""
    if current.epoch != listing.epoch or current.number < checked:
        return False
    if current.number == checked:
        return True
    page = await database.changes(ChangesQuery(since=checked))
    return not page.pending and not _names_a_design([row.document_id for row in page.rows])


def _names_a_design(document_ids: Sequence[str]) -> bool:
    return any(document_id.startswith(DESIGN_PREFIX) for document_id in document_ids)
