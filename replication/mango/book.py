"""The Mango indexes of databases, known without reading design documents for each question."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from replication.core.change import ChangesQuery
from replication.core.document import DESIGN_PREFIX
from replication.mango.definition import ALL_DOCS, MangoIndex, indexes_of
from replication.mango.mapper import MangoMapper, Select
from replication.mango.planning import Plan, plan
from replication.mango.question import Question
from replication.store.protocol import Database, DatabaseInfo, IdRange

_BEHIND_DESIGNS = "_design0"  # the character behind a slash
_MOST_PLANS = 256


@dataclass(frozen=True, slots=True, eq=False)
class Listing:
    """The indexes of a database, and what computes those of each document.

    It holds until a design document changes, or something is purged.
    """

    indexes: tuple[MangoIndex, ...]
    mappers: dict[str, MangoMapper]
    epoch: str
    purges: int
    plans: dict[Question, Plan] = field(default_factory=dict)

    def plan(self, question: Question) -> Plan:
        """Plan a question that is asked again and again, which is then the same object."""
        if question not in self.plans:
            if len(self.plans) >= _MOST_PLANS:
                self.plans.clear()
            self.plans[question] = plan(question, self.indexes)
        return self.plans[question]

    def mapper_of(self, index: MangoIndex) -> tuple[MangoMapper, int]:
        """Return what computes an index, and which of its views that is."""
        mapper = self.mappers[index.design or ""]
        return mapper, mapper.indexes.index(index)


class MangoBook:
    """Lists indexes; the feed of a database tells when to look again."""

    def __init__(self, select: Select) -> None:
        self.select = select
        self._known: dict[str, tuple[Listing, int]] = {}

    async def indexes(self, database: Database) -> Listing:
        """Return the indexes of a database as it stands, the one of ids first."""
        current = await database.info()
        known = self._known.get(database.name)
        if known is not None and await _holds(database, *known, current):
            listing = known[0]
        else:
            listing = await self._read(database, current)
        self._known[database.name] = listing, current.sequence.number
        return listing

    async def signatures(self, database: Database) -> frozenset[str]:
        """Return the signatures of all indexes that are defined now."""
        listing = await self._read(database, await database.info())
        return frozenset(mapper.definition.signature for mapper in listing.mappers.values())

    async def _read(self, database: Database, current: DatabaseInfo) -> Listing:
        moment = (current.sequence.epoch, current.purges)
        if not current.sequence.number:  # nothing was written yet, and nothing is to be listed
            return Listing((ALL_DOCS,), {}, *moment)
        among = IdRange(DESIGN_PREFIX, _BEHIND_DESIGNS, inclusive_end=False, count_before=False)
        designs, _ = await database.all_docs(among)
        found = {
            stored.document_id: indexes_of(stored.document_id, stored.body) for stored in designs
        }
        return Listing(
            (ALL_DOCS, *(index for indexes in found.values() for index in indexes)),
            {name: MangoMapper(indexes, self.select) for name, indexes in found.items() if indexes},
            *moment,
        )


async def _holds(database: Database, listing: Listing, checked: int, current: DatabaseInfo) -> bool:
    """Tell whether no design document has changed since; False also when that is unknown.

    The feed says nothing of what is purged.
    """
    number, epoch = current.sequence
    if (epoch, current.purges) != (listing.epoch, listing.purges) or number < checked:
        return False
    if number == checked:
        return True
    page = await database.changes(ChangesQuery(since=checked))
    return not page.pending and not _names_a_design([row.document_id for row in page.rows])


def _names_a_design(document_ids: Sequence[str]) -> bool:
    return any(document_id.startswith(DESIGN_PREFIX) for document_id in document_ids)
