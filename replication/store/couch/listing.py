"""Documents by id: CouchDB orders ids by code point, as we do."""

from replication.core.document import StoredRevision
from replication.core.errors import DatabaseMissing
from replication.store.couch.answers import ListedRow, Listing
from replication.store.couch.documents import HIDDEN_DESIGN
from replication.store.couch.link import MISSING, CouchLink
from replication.store.couch.locals import span
from replication.store.couch.reading import fetch
from replication.store.protocol import IdRange

_BEHIND_HIDDEN = "_design/foyer."  # the character behind the hyphen


class CouchListing:
    """Lists one database, without our own design documents."""

    def __init__(self, link: CouchLink, name: str) -> None:
        self._link = link
        self._name = name

    async def all_docs(self, ids: IdRange) -> tuple[list[StoredRevision], int]:
        """Return live documents in id order, and how many live documents lie before the first."""
        hidden = await self.hidden()
        asked = span(ids)
        if ids.limit is not None:
            asked["limit"] = str(ids.skip + ids.limit + len(hidden))
        listing = await self._list(asked)
        end = None if ids.limit is None else ids.skip + ids.limit
        names = [row.id for row in _shown(listing.rows)][ids.skip : end]
        found = await fetch(self._link, names)
        rows = [found[name].winner() for name in names if name in found]
        return rows, await self._offset(listing, ids, hidden)

    async def hidden(self) -> list[str]:
        """Return the ids of our own design documents."""
        ids = IdRange(HIDDEN_DESIGN, _BEHIND_HIDDEN, inclusive_end=False)
        return [row.id for row in (await self._list(span(ids))).rows]

    async def _offset(self, listing: Listing, ids: IdRange, hidden: list[str]) -> int:
        if not listing.rows or not ids.count_before:
            return 0
        if listing.offset is None:  # a cluster does not say
            return 0
        first = listing.rows[0].id
        before = [name for name in hidden if (name > first if ids.descending else name < first)]
        return listing.offset - len(before) + ids.skip

    async def _list(self, asked: dict[str, str]) -> Listing:
        answer = await self._link.read("GET", "_all_docs", parameters=asked)
        if answer.status == MISSING:
            raise DatabaseMissing(self._name)
        return self._link.decode(answer, Listing)


def _shown(rows: list[ListedRow]) -> list[ListedRow]:
    return [row for row in rows if not row.id.startswith(HIDDEN_DESIGN)]
